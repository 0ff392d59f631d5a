package io.escala.spark.sql;

import io.escala.spark.Mistake;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkThrowable;

/**
 * Says in one line what Spark finds wrong with a query: its own messages go on for a screen, with
 * the plan, the query and the stack.
 */
final class QueryMistakes {
  private static final Pattern NAME = Pattern.compile("^\\[[A-Z0-9_.]+] ");
  private static final Pattern STATE = Pattern.compile("\\s*SQLSTATE: \\w+");
  private static final Pattern[] PLACES = {
    Pattern.compile(";? ?\\(?line (\\d+),? pos (\\d+)\\)?;?"),
    Pattern.compile("== SQL \\(line (\\d+), position (\\d+)\\) ==")
  };

  private QueryMistakes() {}

  /**
   * Does the work.
   *
   * @throws Mistake if Spark finds fault with the query, or a value breaks it when it runs
   */
  static <T> T named(Callable<T> work) {
    try {
      return work.call();
    } catch (Exception e) {
      SparkThrowable found = userMistake(e);
      if (found != null) {
        throw new Mistake("the query" + inOneLine(((Throwable) found).getMessage()), e);
      }
      if (e instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IllegalStateException(e);
    }
  }

  /**
   * The innermost cause that has an SQL state of the user's making. Class XX is Spark's own
   * trouble, and the rest has none: an executor that was lost, a file that cannot be read.
   */
  private static SparkThrowable userMistake(Throwable failure) {
    SparkThrowable innermost = null;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof SparkThrowable spark
          && spark.getSqlState() != null
          && !spark.getSqlState().startsWith("XX")
          && !spark.getSqlState().startsWith("KD")) {
        innermost = spark;
      }
    }
    return innermost;
  }

  /** {@code ", line 1, column 8: Division by zero. ..."}. */
  static String inOneLine(String message) {
    String where = "";
    for (Pattern place : PLACES) {
      Matcher matcher = place.matcher(message);
      if (where.isEmpty() && matcher.find()) {
        // Both kinds count columns differently: the parser from 0, the plan's origin from 1
        int column = Integer.parseInt(matcher.group(2)) + (place == PLACES[0] ? 1 : 0);
        where = ", line " + matcher.group(1) + ", column " + column;
      }
    }
    String first = message.strip().lines().findFirst().orElse("");
    String said = NAME.matcher(STATE.matcher(first).replaceAll("")).replaceFirst("");
    said = PLACES[0].matcher(said).replaceAll("").strip();
    // What follows is advice that suits a shell, but for the names that Spark suggests
    return where + ": " + said.replaceAll("[;:]$", "").replaceFirst("\\. (?!Did you mean).*$", ".");
  }
}
