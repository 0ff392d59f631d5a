package io.escala.inference.onnx;

/**
 * A graph has something that is not computed in Java. The message names it, as in "the operator
 * LSTM". That is no fault of the graph.
 */
public final class UnsupportedGraphException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedGraphException(String what) {
    // Nobody reads the stack: the graph goes to ONNX Runtime
    super(what, null, false, false);
  }

  /** A graph that Java could compute, but not as fast as others can. */
  public static UnsupportedGraphException tooLarge(long multiplications, long most) {
    return new UnsupportedGraphException(
        multiplications + " multiplications a row, of which " + most + " are worth it");
  }
}
