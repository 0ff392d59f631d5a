package io.escala.spark.data;

import java.util.ArrayList;
import java.util.List;

/**
 * One line of a CSV file as its cells: quotes are doubled within quotes (RFC 4180), and spaces
 * around a cell do not count, unless within quotes.
 */
public final class CsvLine {
  private CsvLine() {}

  /** The cells without their quotes. */
  public static List<String> cells(String line, char separator) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    boolean wasQuoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        cell.append('"');
        i++;
      } else if (c == '"' && (quoted || cell.toString().isBlank())) {
        if (!quoted) {
          cell.setLength(0);
        }
        quoted = !quoted;
        wasQuoted = true;
      } else if (c == separator && !quoted) {
        cells.add(wasQuoted ? cell.toString() : cell.toString().strip());
        cell.setLength(0);
        wasQuoted = false;
      } else if (!wasQuoted || quoted || !Character.isWhitespace(c)) {
        cell.append(c);
      }
    }
    cells.add(wasQuoted ? cell.toString() : cell.toString().strip());
    return cells;
  }
}
