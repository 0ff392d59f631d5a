package io.escala.spark.data;

import io.escala.spark.Mistake;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the first line of a CSV file says.
 *
 * @param separator {@code ;} or {@code ,}
 * @param columns in the order of the file
 * @param target the one of {@link BankColumns#TARGETS} that is there
 */
record CsvHeader(char separator, List<String> columns, String target) {

  /**
   * @param file for messages
   * @throws Mistake if the line does not name the columns of the contract, each once and nothing
   *     else
   */
  static CsvHeader parse(String file, String line) {
    char separator = line.chars().filter(c -> c == ';').count() > 0 ? ';' : ',';
    String where = file + ", line 1: ";
    List<String> columns = CsvLine.cells(line, separator);
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      if (!seen.add(column)) {
        throw new Mistake(where + "column '" + column + "' stands twice in the header");
      }
    }
    List<String> missing =
        BankColumns.FEATURES.stream().map(BankColumn::name).filter(c -> !seen.contains(c)).toList();
    if (!missing.isEmpty()) {
      throw new Mistake(
          where
              + (missing.size() == 1 ? "column " : "columns ")
              + quoted(missing)
              + " not found in the header; expected a header with "
              + BankColumns.listed()
              + ", separated by ; or ,");
    }
    List<String> targets = BankColumns.TARGETS.stream().filter(seen::contains).toList();
    if (targets.size() != 1) {
      throw new Mistake(
          where
              + (targets.isEmpty() ? "no target column in the header" : "two target columns")
              + "; expected one of "
              + quoted(BankColumns.TARGETS));
    }
    List<String> others =
        columns.stream()
            .filter(
                c ->
                    !c.equals(BankColumns.LABEL)
                        && !c.equals(targets.get(0))
                        && BankColumns.FEATURES.stream().noneMatch(f -> f.name().equals(c)))
            .toList();
    if (!others.isEmpty()) {
      throw new Mistake(
          where
              + "unknown "
              + (others.size() == 1 ? "column " : "columns ")
              + quoted(others)
              + " in the header; expected "
              + BankColumns.listed()
              + " and nothing else");
    }
    return new CsvHeader(separator, columns, targets.get(0));
  }

  private static String quoted(List<String> names) {
    return String.join(", ", names.stream().map(n -> "'" + n + "'").toList());
  }
}
