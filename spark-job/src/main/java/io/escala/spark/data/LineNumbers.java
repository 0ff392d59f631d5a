package io.escala.spark.data;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;

/** Where a value stands in a CSV file: Spark reads pieces of files and knows no line numbers. */
public final class LineNumbers {
  private LineNumbers() {}

  /**
   * The first line of the file whose cell is this; none if the files are Parquet. Lines count from
   * 1, the header among them.
   *
   * @param column in the header
   */
  public static OptionalLong first(DataFiles files, Path file, String column, String cell)
      throws IOException {
    if (files.areParquet()) {
      return OptionalLong.empty();
    }
    try (BufferedReader text = files.text(file)) {
      CsvHeader header = CsvHeader.parse(files.named(file), text.readLine());
      int index = header.columns().indexOf(column);
      long number = 1;
      for (String line = text.readLine(); line != null; line = text.readLine()) {
        number++;
        List<String> cells = CsvLine.cells(line, header.separator());
        if (index < cells.size() && cells.get(index).equals(cell)) {
          return OptionalLong.of(number);
        }
      }
    }
    return OptionalLong.empty();
  }
}
