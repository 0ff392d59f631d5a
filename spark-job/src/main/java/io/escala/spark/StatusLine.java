package io.escala.spark;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The last line of a terminal, redrawn in place. Whatever else is printed goes through {@link
 * #above}, which takes the line away first, so that the two never share a line.
 */
final class StatusLine {
  /** Back to the line's start, and erase to its end (ECMA-48). */
  private static final String ERASE = "\r\u001b[K";

  private final PrintStream terminal;
  private boolean shown;

  StatusLine(PrintStream terminal) {
    this.terminal = terminal;
  }

  /** Whether stderr is a terminal that can redraw a line; the launcher says so if it knows. */
  @SuppressWarnings("SystemConsoleNull") // Spark 4.1 runs on Java 17 to 21, where it tells
  static boolean isPossible() {
    String said = System.getProperty("escala.tty", "");
    boolean isTerminal = said.isEmpty() ? (System.console() != null) : said.equals("true");
    return isTerminal && !"dumb".equals(System.getenv("TERM"));
  }

  /** Shows this text, which fits in one line, in place of what was shown. */
  synchronized void show(String text) {
    terminal.print(ERASE + text);
    terminal.flush();
    shown = true;
  }

  synchronized void clear() {
    if (shown) {
      terminal.print(ERASE);
      terminal.flush();
      shown = false;
    }
  }

  /** A stream to the same terminal whose text stands above the line. */
  PrintStream above(PrintStream stream) {
    return new PrintStream(new Above(stream), true, StandardCharsets.UTF_8);
  }

  private final class Above extends FilterOutputStream {
    Above(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      synchronized (StatusLine.this) {
        clear();
        out.write(b);
      }
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      synchronized (StatusLine.this) {
        clear();
        out.write(bytes, offset, length);
      }
    }
  }
}
