package io.escala.cli.emr;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds in a driver's standard error the one line that tells why it failed. */
final class RootCause {
  private static final Pattern LOG_LINE =
      Pattern.compile(
          "^\\d\\d(\\d\\d)?[/-]\\d\\d[/-]\\d\\d[ T]\\d\\d:\\d\\d:\\d\\d\\S* .*\\b(TRACE|DEBUG|INFO|WARN|ERROR)\\b.*");
  private static final Pattern STACK =
      Pattern.compile("^(\\s+at .*|\\s*\\.\\.\\. \\d+ more|\\s+Suppressed: .*)");
  private static final Pattern THROWN = Pattern.compile("^Exception in thread \"[^\"]*\" (.*)");

  /** What YARN's client says in cluster mode, where the driver's own words are elsewhere. */
  private static final Pattern OF_YARN =
      Pattern.compile(".*(Application application_\\d+_\\d+ finished with failed status).*");

  private RootCause() {}

  /** True for a line that says no more than that the driver failed somewhere. */
  static boolean isOfYarn(String line) {
    return OF_YARN.matcher(line).matches();
  }

  /**
   * The line that the job printed about its failure; else the deepest cause of the last exception
   * that ended a thread; else the last line that is neither a log line nor part of a stack trace
   * nor progress in brackets.
   */
  static Optional<String> in(List<String> lines) {
    Optional<String> ofJob =
        lines.stream()
            .filter(line -> line.startsWith("error: "))
            .reduce((first, second) -> second)
            .map(line -> line.substring("error: ".length()));
    return ofJob.or(() -> thrown(lines)).or(() -> lastWords(lines));
  }

  private static Optional<String> thrown(List<String> lines) {
    int last = -1;
    for (int i = 0; i < lines.size(); i++) {
      if (THROWN.matcher(lines.get(i)).matches()) {
        last = i;
      }
    }
    if (last == -1) {
      return Optional.empty();
    }
    String cause = THROWN.matcher(lines.get(last)).replaceFirst("$1");
    for (String line : lines.subList(last + 1, lines.size())) {
      if (line.startsWith("Caused by: ")) {
        cause = line.substring("Caused by: ".length());
      } else if (LOG_LINE.matcher(line).matches()) {
        break;
      }
    }
    return Optional.of(cause);
  }

  private static Optional<String> lastWords(List<String> lines) {
    return lines.stream()
        .filter(RootCause::isSaidByTheJob)
        .filter(line -> !line.startsWith("["))
        .reduce((first, second) -> second)
        .map(String::strip);
  }

  /** True for what neither Spark's log nor a stack trace wrote. */
  static boolean isSaidByTheJob(String line) {
    return !line.isBlank() && !LOG_LINE.matcher(line).matches() && !STACK.matcher(line).matches();
  }
}
