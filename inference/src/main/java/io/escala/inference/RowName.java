package io.escala.inference;

/**
 * What a message calls a row.
 *
 * @param list such as {@code instances}; empty where the caller says which row it is
 */
record RowName(String list, int index) {
  static final RowName NONE = new RowName("", 0);

  /** Such as {@code instances[3].age}. */
  String field(String name) {
    return list.isEmpty() ? name : this + "." + name;
  }

  @Override
  public String toString() {
    return list + "[" + index + "]";
  }
}
