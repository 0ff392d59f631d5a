package io.escala.localaws.lambda;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which function, and which version of it.
 *
 * @param name the function's name
 * @param qualifier a version's number, an alias or {@code $LATEST}; null when none is named
 */
record FunctionAddress(String name, String qualifier) {
  private static final Pattern ADDRESS =
      Pattern.compile("(?:(?:arn:aws:lambda:[^:]+:)?\\d{12}:function:)?([\\w-]+)(?::([\\w$-]+))?");

  /** Reads a name, a partial or a full ARN, each with or without a qualifier. */
  static FunctionAddress of(String text) {
    Matcher address = ADDRESS.matcher(text);
    if (!address.matches()) {
      throw new IllegalArgumentException("not a function's name or ARN: " + text);
    }
    return new FunctionAddress(address.group(1), address.group(2));
  }

  /** The name, and the qualifier after a colon if there is one. */
  String text() {
    return qualifier == null ? name : name + ":" + qualifier;
  }
}
