package io.escala.localaws.kubernetes;

/**
 * A number of pods, or a share of the replicas.
 *
 * @param percent whether {@code value} is a percentage
 */
record IntOrPercent(int value, boolean percent) {

  static IntOrPercent of(String text, String at) {
    if (text.matches("\\d{1,6}%")) {
      return new IntOrPercent(Integer.parseInt(text.substring(0, text.length() - 1)), true);
    }
    if (text.matches("\\d{1,6}")) {
      return new IntOrPercent(Integer.parseInt(text), false);
    }
    throw new IllegalArgumentException(
        at + " is " + text + ", but must be a number of pods or a percentage such as 25%");
  }

  int roundedUp(int replicas) {
    return percent ? (value * replicas + 99) / 100 : value;
  }

  int roundedDown(int replicas) {
    return percent ? value * replicas / 100 : value;
  }
}
