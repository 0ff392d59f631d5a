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
  /** An octet each, as long as all are from 0 to 255; null from the first one on that is not. */
  private byte[] octets;

  /** What there is instead of octets then. */
  private long[] numbers;

  private final int offset;
  private int size;

  /**
   * @param room for how many there is at first, at least 1
   */
  WholeNumbers(int room) {
    this(new byte[room], null, 0, 0);
  }

  private WholeNumbers(byte[] octets, long[] numbers, int offset, int size) {
    this.octets = octets;
    this.numbers = numbers;
    this.offset = offset;
    this.size = size;
  }

  void append(long number) {
    if (numbers == null) {
      if (isOctet(number)) {
        if (size == octets.length) {
          octets = Arrays.copyOf(octets, 2 * size);
        }
        octets[size++] = (byte) number;
        return;
      }
      widen();
    }
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
    }
    numbers[size++] = number;
  }

  /** Appends zeros to octets. */
  void appendZeros(int count) {
    if (count > octets.length - size) {
      octets = Arrays.copyOf(octets, Math.max(size + count, 2 * size));
    }
    size += count;
  }

  private void widen() {
    numbers = new long[octets.length];
    for (int i = 0; i < size; i++) {
      numbers[i] = octets[i] & 0xFF;
    }
    octets = null;
  }

  private static boolean isOctet(long number) {
    return (number & ~0xFFL) == 0;
  }

  /** The number at an index, from 0. */
  public long at(int index) {
    int place = offset + Objects.checkIndex(index, size);
    return numbers == null ? octets[place] & 0xFF : numbers[place];
  }

  /** The numbers as octets; null if one is not from 0 to 255. */
  public byte[] octets() {
    if (numbers == null) {
      return Arrays.copyOfRange(octets, offset, offset + size);
    }
    if (!areOctets()) {
      return null;
    }
    byte[] result = new byte[size];
    for (int i = 0; i < size; i++) {
      result[i] = (byte) numbers[offset + i];
    }
    return result;
  }

  /** Whether all are from 0 to 255. */
  public boolean areOctets() {
    boolean are = true;
    if (numbers != null) {
      for (int i = offset; i < offset + size; i++) {
        are &= isOctet(numbers[i]);
      }
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
    return new WholeNumbers(octets, numbers, offset + from, to - from);
  }
}
