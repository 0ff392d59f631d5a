package io.escala.localaws.emr;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds in a step's standard error the one line that tells why it failed. */
final class RootCause {
  private static final int TAIL_BYTES = 256 * 1024;
  private static final Pattern LOG_LINE =
      Pattern.compile(
          "^\\d\\d/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d (TRACE|DEBUG|INFO|WARN|ERROR) .*");
  private static final Pattern STACK =
      Pattern.compile("^(\\s+at .*|\\s*\\.\\.\\. \\d+ more|\\s+Suppressed: .*)");
  private static final Pattern THROWN = Pattern.compile("^Exception in thread \"[^\"]*\" (.*)");

  private RootCause() {}

  /**
   * The deepest cause of the last exception that ended a thread, else the last line that is neither
   * a log line, nor part of a stack trace, nor progress in brackets. A name before a sentence, as
   * in {@code escala: the file is empty}, is left out.
   */
  static Optional<String> in(Path stderr) {
    List<String> lines;
    try (RandomAccessFile file = new RandomAccessFile(stderr.toFile(), "r")) {
      long from = Math.max(0, file.length() - TAIL_BYTES);
      byte[] tail = new byte[(int) (file.length() - from)];
      file.seek(from);
      file.readFully(tail);
      lines = new String(tail, StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      return Optional.empty();
    }
    return in(lines);
  }

  static Optional<String> in(List<String> lines) {
    int thrown = -1;
    for (int i = 0; i < lines.size(); i++) {
      if (THROWN.matcher(lines.get(i)).matches()) {
        thrown = i;
      }
    }
    if (thrown >= 0) {
      String cause = THROWN.matcher(lines.get(thrown)).replaceFirst("$1");
      for (String line : lines.subList(thrown + 1, lines.size())) {
        if (line.startsWith("Caused by: ")) {
          cause = line.substring("Caused by: ".length());
        } else if (LOG_LINE.matcher(line).matches()) {
          break;
        }
      }
      return Optional.of(cause);
    }
    return lines.stream()
        .filter(line -> !line.isBlank() && !line.startsWith("["))
        .filter(line -> !LOG_LINE.matcher(line).matches() && !STACK.matcher(line).matches())
        .reduce((first, second) -> second)
        .map(line -> line.strip().replaceFirst("^[a-z][a-z-]*: ", ""));
  }
}
