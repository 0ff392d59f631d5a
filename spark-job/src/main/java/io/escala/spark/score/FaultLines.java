package io.escala.spark.score;

import io.escala.spark.data.CsvLine;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;

/**
 * Rows at fault in words: file, line, what is wrong. Spark reads pieces of files and knows no line
 * numbers, so the files of these few rows are looked through for their cells.
 */
final class FaultLines {
  /** How many rows a message names. */
  static final int SHOWN = 5;

  private FaultLines() {}

  /**
   * @param faults cells, then {@code _file}, and {@code column} and {@code reason}, in order
   */
  static List<String> of(InputTable table, List<Row> faults) throws IOException {
    Map<Row, String> numbers = new HashMap<>();
    if (table.kind() == InputTable.Kind.CSV) {
      List<String> files = faults.stream().map(f -> f.<String>getAs("_file")).distinct().toList();
      for (String file : files) {
        find(table, file, faults, numbers);
      }
    }
    List<String> lines = new ArrayList<>();
    for (Row fault : faults) {
      String reason = fault.getAs("reason");
      lines.add(
          table.files().named(path(fault.getAs("_file")))
              + numbers.getOrDefault(fault, "")
              + ": "
              + reason
              + (isMalformed(fault) ? malformed(table, fault) : ""));
    }
    return lines;
  }

  private static Path path(String file) {
    return new Path(URI.create(file));
  }

  private static boolean isMalformed(Row fault) {
    return fault.<String>getAs("column").equals(InputTable.MALFORMED);
  }

  private static String malformed(InputTable table, Row fault) {
    String line = String.valueOf(fault.get(table.schema().length()));
    String shown = line.length() <= 60 ? line : line.substring(0, 57) + "...";
    return table.kind() == InputTable.Kind.CSV
        ? ": it has "
            + CsvLine.cells(line, table.separator()).size()
            + " cells, but the header has "
            + table.schema().length()
            + " columns"
        : ": " + shown;
  }

  private static void find(
      InputTable table, String file, List<Row> faults, Map<Row, String> numbers)
      throws IOException {
    List<Row> sought = new ArrayList<>();
    faults.stream().filter(f -> f.getAs("_file").equals(file)).forEach(sought::add);
    try (BufferedReader text = table.files().text(path(file))) {
      long number = 1;
      text.readLine();
      for (String line = text.readLine();
          line != null && !sought.isEmpty();
          line = text.readLine()) {
        number++;
        if (!line.isBlank() && isRow(table, sought.get(0), line)) {
          numbers.put(sought.remove(0), ", line " + number);
        }
      }
    }
  }

  private static boolean isRow(InputTable table, Row fault, String line) {
    int columns = table.schema().length();
    if (isMalformed(fault)) {
      return line.equals(fault.get(columns));
    }
    List<String> cells = CsvLine.cells(line, table.separator());
    if (cells.size() != columns) {
      return false;
    }
    for (int c = 0; c < columns; c++) {
      String cell = fault.isNullAt(c) ? "" : fault.getString(c);
      if (!cells.get(c).equals(cell)) {
        return false;
      }
    }
    return true;
  }
}
