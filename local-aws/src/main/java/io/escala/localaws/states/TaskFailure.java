package io.escala.localaws.states;

/** An error by the name and cause that Retry and Catch see. */
final class TaskFailure extends Exception {
  private static final long serialVersionUID = 1;

  static final String TASK_FAILED = "States.TaskFailed";
  static final String TIMEOUT = "States.Timeout";
  static final String RUNTIME = "States.Runtime";

  /** The one that States.ALL does not catch. */
  private static final String NOT_CAUGHT_BY_ALL = RUNTIME;

  private final String error;

  TaskFailure(String error, String cause) {
    super(cause);
    this.error = error;
  }

  String error() {
    return error;
  }

  /** Null when nobody gave one. */
  String causeText() {
    return getMessage();
  }

  /**
   * Whether an error name of a retrier or catcher means this error.
   *
   * @see <a href="https://states-language.net/spec.html#error-names">predefined error names</a>
   */
  boolean isNamed(String name) {
    return switch (name) {
      case "States.ALL" -> !error.equals(NOT_CAUGHT_BY_ALL);
      case TASK_FAILED -> !error.equals(TIMEOUT) && !error.equals(NOT_CAUGHT_BY_ALL);
      default -> name.equals(error);
    };
  }
}
