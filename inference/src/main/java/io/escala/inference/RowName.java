package io.escala.inference;

/**
 * What a message calls a row.
 *
 * @param list such as {@code instances}; empty where the caller says which row it is
 * @param element of an input with several values a row; -1 for the input as a whole
 */
record RowName(String list, int index, int element) {
  static final RowName NONE = new RowName("", 0);

  RowName(String list, int index) {
    this(list, index, -1);
  }

  /** The same row, for one of the values of an input. */
  RowName element(int ofInput) {
    return new RowName(list, index, ofInput);
  }

  /** Such as {@code instances[3].age} or {@code instances[3].pixels[17]}. */
  String field(String name) {
    return (list.isEmpty() ? name : this + "." + name) + (element < 0 ? "" : "[" + element + "]");
  }

  @Override
  public String toString() {
    return list + "[" + index + "]";
  }
}
