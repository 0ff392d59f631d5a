package io.escala.inference.json;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * An array of JSON that holds whole numbers only, such as a picture's pixels: a list of {@link
 * Long}s that keeps them without an object each. Never changes once it is read.
 */
public final class WholeNumbers extends AbstractList<Object> implements RandomAccess {
  private long[] numbers;
  private final int offset;
  private int size;

  WholeNumbers() {
    this(new long[16], 0, 0);
  }

  private WholeNumbers(long[] numbers, int offset, int size) {
    this.numbers = numbers;
    this.offset = offset;
    this.size = size;
  }

  void append(long number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
    }
    numbers[size++] = number;
  }

  /** The number at an index, from 0. */
  public long at(int index) {
    return numbers[offset + Objects.checkIndex(index, size)];
  }

  /** The numbers as octets; null if one is not from 0 to 255. */
  public byte[] octets() {
    if (!areOctets()) {
      return null;
    }
    byte[] octets = new byte[size];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = (byte) numbers[offset + i];
    }
    return octets;
  }

  /** Whether all are from 0 to 255. */
  public boolean areOctets() {
    boolean are = true;
    for (int i = offset; i < offset + size; i++) {
      are &= (numbers[i] & ~0xFFL) == 0;
    }
    return are;
  }

  @Override
  public Object get(int index) {
    return at(index);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<Object> subList(int from, int to) {
    Objects.checkFromToIndex(from, to, size);
    return new WholeNumbers(numbers, offset + from, to - from);
  }
}
