package io.escala.spark.data;

import com.univocity.parsers.csv.CsvParser;
import com.univocity.parsers.csv.CsvParserSettings;
import com.univocity.parsers.csv.UnescapedQuoteHandling;

/** Cuts any line into cells as Spark 4.1 does: CSVOptions.asParserSettings. For one thread. */
final class CsvCells {
  private final CsvParser parser;
  private final int columns;

  CsvCells(char separator, int columns) {
    this.columns = columns;
    CsvParserSettings settings = new CsvParserSettings();
    settings.getFormat().setDelimiter(separator);
    settings.getFormat().setQuote('"');
    settings.getFormat().setQuoteEscape('"');
    settings.getFormat().setComment('\0');
    settings.setIgnoreLeadingWhitespaces(true);
    settings.setIgnoreTrailingWhitespaces(true);
    settings.setReadInputOnSeparateThread(false);
    settings.setMaxColumns(20_480);
    settings.setMaxCharsPerColumn(-1);
    settings.setUnescapedQuoteHandling(UnescapedQuoteHandling.STOP_AT_DELIMITER);
    settings.setLineSeparatorDetectionEnabled(false);
    this.parser = new CsvParser(settings);
  }

  /** A text for each column, null for nothing; null if the line has another number of cells. */
  String[] of(String line) {
    String[] cells = parser.parseLine(line);
    if (cells == null || cells.length != columns) {
      return null;
    }
    for (int c = 0; c < columns; c++) {
      cells[c] = cells[c] == null || cells[c].isEmpty() ? null : cells[c];
    }
    return cells;
  }
}
