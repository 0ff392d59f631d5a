package io.escala.inference.onnx;

/** An input or output of a graph. */
public final class Port {
  private final String name;
  private final Element element;
  private final int[] tail;

  /** With its dimensions after the first, which counts the rows. */
  Port(String name, Element element, int... tail) {
    this.name = name;
    this.element = element;
    this.tail = tail;
  }

  public String name() {
    return name;
  }

  public Element element() {
    return element;
  }

  /** Its dimensions after the first, which counts the rows. */
  public int[] tail() {
    return tail.clone();
  }

  /** How many values a row has. */
  public int width() {
    return Tensor.count(tail);
  }
}
