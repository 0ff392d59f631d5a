package io.escala.spark.wine;

import io.escala.spark.Mistake;
import io.escala.spark.data.CsvLine;
import io.escala.spark.onnx.SvmFormula;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Chemical analyses of wines, each with the number of its grower: the published ones, which the job
 * carries, or others of the same columns.
 */
final class WineRows {
  static final List<String> FEATURES =
      List.of(
          "alcohol",
          "malic_acid",
          "ash",
          "alcalinity_of_ash",
          "magnesium",
          "total_phenols",
          "flavanoids",
          "nonflavanoid_phenols",
          "proanthocyanins",
          "color_intensity",
          "hue",
          "od280_od315_of_diluted_wines",
          "proline");

  static final String TARGET = "target";

  private static final String EXPECTED =
      "expected " + String.join(",", FEATURES) + "," + TARGET + " in any order";

  private final double[][] features;
  private final int[] targets;

  private WineRows(double[][] features, int[] targets) {
    this.features = features;
    this.targets = targets;
  }

  /**
   * Rows of a CSV file with a header.
   *
   * @param file for messages
   * @throws Mistake that names the line and the column of what is not as it should be
   */
  static WineRows read(String file, BufferedReader text) throws IOException {
    String header = text.readLine();
    char separator = header != null && header.indexOf(';') >= 0 ? ';' : ',';
    List<String> columns = header == null ? List.of() : CsvLine.cells(header, separator);
    List<Integer> places = new ArrayList<>();
    for (String feature : FEATURES) {
      places.add(place(file, columns, feature));
    }
    int target = place(file, columns, TARGET);
    List<double[]> rows = new ArrayList<>();
    List<Integer> classes = new ArrayList<>();
    long number = 1;
    for (String line = text.readLine(); line != null; line = text.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      String where = file + ", line " + number;
      List<String> cells = CsvLine.cells(line, separator);
      if (cells.size() != columns.size()) {
        throw new Mistake(
            where
                + ": the row has "
                + cells.size()
                + " cells, but the header has "
                + columns.size()
                + " columns");
      }
      double[] row = new double[FEATURES.size()];
      for (int c = 0; c < row.length; c++) {
        row[c] = number(where, FEATURES.get(c), cells.get(places.get(c)));
      }
      rows.add(row);
      classes.add(target(where, cells.get(target)));
    }
    checkClasses(file, classes);
    return new WineRows(
        rows.toArray(double[][]::new), classes.stream().mapToInt(Integer::intValue).toArray());
  }

  private static int place(String file, List<String> columns, String column) {
    int place = columns.indexOf(column);
    if (place < 0 || columns.lastIndexOf(column) != place) {
      throw new Mistake(
          file
              + ", line 1: column '"
              + column
              + (place < 0 ? "' not found" : "' stands twice")
              + " in the header; "
              + EXPECTED);
    }
    return place;
  }

  private static double number(String where, String column, String cell) {
    double value;
    try {
      // Java reads "5d" and "0x1p3" as numbers, too
      value = cell.matches("[-+.0-9eE]+") ? Double.parseDouble(cell) : Double.NaN;
    } catch (NumberFormatException e) {
      value = Double.NaN;
    }
    if (!Double.isFinite(value)) {
      throw new Mistake(where + ", column " + column + ": '" + cell + "' is not a number");
    }
    return value;
  }

  private static int target(String where, String cell) {
    if (!cell.matches("[012]")) {
      throw new Mistake(where + ", column " + TARGET + ": '" + cell + "' is not 0, 1 or 2");
    }
    return Integer.parseInt(cell);
  }

  /** libsvm fits the sigmoids by a cross-validation of five parts. */
  private static void checkClasses(String file, List<Integer> classes) {
    for (int c = 0; c < SvmFormula.CLASSES; c++) {
      int wanted = c;
      long rows = classes.stream().filter(k -> k == wanted).count();
      if (rows < 5) {
        throw new Mistake(
            file
                + ": "
                + rows
                + (rows == 1 ? " row has" : " rows have")
                + " the target "
                + c
                + ", but fitting needs at least 5 of each of 0, 1 and 2");
      }
    }
  }

  int size() {
    return features.length;
  }

  /** A number for each of {@link #FEATURES} a row. */
  double[][] features() {
    return features;
  }

  /** 0, 1 or 2 a row. */
  int[] targets() {
    return targets;
  }
}
