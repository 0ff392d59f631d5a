package io.escala.cli;

import java.io.PrintStream;

/** What a person watches: lines that stay, and on a terminal one line that changes in place. */
public final class Terminal {
  private final PrintStream out;
  private final boolean interactive;
  private String status = "";

  public Terminal(PrintStream out, boolean interactive) {
    this.out = out;
    this.interactive = interactive;
  }

  /** Standard output, as the launcher found it. */
  public static Terminal standard() {
    return new Terminal(System.out, Boolean.getBoolean("escala.tty"));
  }

  /** A line that stays. */
  public synchronized void line(String text) {
    clear();
    out.println(text);
    out.flush();
  }

  /**
   * What is going on now: replaces the last such line on a terminal, is a line of its own in a log.
   */
  public synchronized void progress(String text) {
    if (text.equals(status)) {
      return;
    }
    clear();
    if (interactive) {
      out.print("  " + (text.length() > 100 ? text.substring(0, 99) + "…" : text));
    } else {
      out.println("  " + text);
    }
    out.flush();
    status = text;
  }

  /** Like {@link #progress}, but of no worth in a log. */
  void detail(String text) {
    if (interactive) {
      progress(text);
    }
  }

  private void clear() {
    if (interactive && !status.isEmpty()) {
      out.print("\r\u001b[K");
    }
    status = "";
  }
}
