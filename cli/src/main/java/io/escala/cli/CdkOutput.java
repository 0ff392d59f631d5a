package io.escala.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a person sees of the CDK CLI's output: each stack's end and every failure; the hundreds of
 * lines between go to a log, and on a terminal pass by in one line.
 */
final class CdkOutput {
  private static final Pattern EVENT =
      Pattern.compile("(\\S+) \\|\\s+(\\d+(?:/\\d+)?) \\|[^|]+\\| (\\S+)\\s+\\| (\\S+)\\s*\\|.*");
  private static final int LAST_WORDS = 25;

  private final Terminal terminal;
  private final Path log;
  private final Deque<String> lastWords = new ArrayDeque<>();

  CdkOutput(Terminal terminal, Path log) {
    this.terminal = terminal;
    this.log = log;
  }

  void accept(String line) {
    try {
      Files.writeString(
          log, line + System.lineSeparator(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + log + ": " + e.getMessage(), e);
    }
    Matcher event = EVENT.matcher(line);
    if (event.matches()) {
      if (event.group(3).contains("FAILED") || event.group(3).contains("ROLLBACK")) {
        terminal.line("  " + line);
      } else {
        terminal.detail(
            String.join(" ", event.group(1), event.group(2), event.group(4), event.group(3)));
      }
      return;
    }
    if (line.contains("✅")) {
      terminal.line("  " + line.strip());
      return;
    }
    if (lastWords.size() == LAST_WORDS) {
      lastWords.removeFirst();
    }
    lastWords.addLast(line);
  }

  /** The last of what was not shown, for when the command failed. */
  List<String> lastWords() {
    return List.copyOf(lastWords);
  }

  Path log() {
    return log;
  }
}
