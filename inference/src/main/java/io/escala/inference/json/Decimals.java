package io.escala.inference.json;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * An array of JSON that holds nulls and numbers with a fraction or an exponent only: a list of
 * {@link Double}s that keeps them without an object each. Never changes once it is read.
 */
public final class Decimals extends AbstractList<Object> implements RandomAccess {
  /** What is not a number, which JSON does not have, is a null. */
  private double[] numbers;

  private int size;

  /**
   * @param room for how many there is at first, at least 1
   */
  Decimals(int room) {
    this.numbers = new double[room];
  }

  void append(double number) {
    if (size == numbers.length) {
      numbers = Arrays.copyOf(numbers, 2 * size);
    }
    numbers[size++] = number;
  }

  void appendNull() {
    append(Double.NaN);
  }

  /** The number at an index, from 0; what is not a number for null. */
  public double at(int index) {
    return numbers[Objects.checkIndex(index, size)];
  }

  @Override
  public Object get(int index) {
    double number = at(index);
    return Double.isNaN(number) ? null : (Object) number;
  }

  @Override
  public int size() {
    return size;
  }
}
