package io.escala.inference.onnx;

/** What a name stands for while a graph is compiled: values that each row has, or a constant. */
final class Value implements Slot {
  private final int slot;
  private final Element element;
  private final int[] tail;
  private final boolean channelsLast;
  private final Tensor constant;
  private final int width;

  /**
   * @param slot where the values are in a program's memory
   * @param tail the dimensions after the first, which counts the rows; of a constant all dimensions
   * @param channelsLast whether the values of a row that is computed alone lie in the order row,
   *     column, channel although {@code tail} is channel, row, column; those of several rows never
   *     do
   * @param constant null for what rows have
   */
  Value(int slot, Element element, int[] tail, boolean channelsLast, Tensor constant) {
    this.slot = slot;
    this.element = element;
    this.tail = tail;
    this.channelsLast = channelsLast;
    this.constant = constant;
    this.width = Tensor.count(tail);
  }

  int slot() {
    return slot;
  }

  Element element() {
    return element;
  }

  int[] tail() {
    return tail;
  }

  boolean channelsLast() {
    return channelsLast;
  }

  Tensor constant() {
    return constant;
  }

  boolean isConstant() {
    return constant != null;
  }

  /** How many values a row has; of a constant how many there are. */
  int width() {
    return width;
  }

  @Override
  public Object room(int rows) {
    return constant == null ? element.array(Math.multiplyExact(rows, width)) : constant.values();
  }

  Value reshaped(int... newTail) {
    return new Value(slot, element, newTail, false, constant);
  }
}
