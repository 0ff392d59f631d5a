package io.escala.spark.score;

import static org.apache.spark.sql.functions.col;

import io.escala.spark.Mistake;
import io.escala.spark.Steps;
import io.escala.spark.data.CsvLine;
import io.escala.spark.data.DataFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Any table: CSV with a header, a JSON object a line, or Parquet. Cells of CSV are texts.
 *
 * @param separator of CSV
 * @param schema of its own columns
 * @param cells those columns, then {@link #MALFORMED} unless it is Parquet
 */
record InputTable(
    DataFiles files, Kind kind, char separator, StructType schema, Dataset<Row> cells) {

  /** A line that is no row, as it is; null in a row. */
  static final String MALFORMED = "_malformed";

  /** How a table is stored. */
  enum Kind {
    CSV,
    JSON,
    PARQUET
  }

  /**
   * @param known the schema of earlier files of the same stream
   * @throws Mistake if the files are no such table, or not of the known schema
   */
  static InputTable open(SparkSession spark, DataFiles files, Optional<StructType> known)
      throws IOException {
    InputTable table =
        switch (kind(files)) {
          case PARQUET -> parquet(spark, files);
          case JSON -> json(spark, files, known);
          case CSV -> csv(spark, files);
        };
    if (known.isPresent() && !sameColumns(known.get(), table.schema())) {
      throw new Mistake(
          files.given()
              + ": the columns are not those of the files before: "
              + described(table.schema())
              + " instead of "
              + described(known.get())
              + "; a stream has one kind of table: use another folder and output for another");
    }
    return table;
  }

  private static boolean sameColumns(StructType one, StructType other) {
    return described(one).equals(described(other));
  }

  private static String described(StructType schema) {
    return String.join(
        ", ",
        Arrays.stream(schema.fields())
            .map(f -> f.name() + " " + f.dataType().simpleString())
            .toList());
  }

  private static Kind kind(DataFiles files) throws IOException {
    if (files.areParquet()) {
      return Kind.PARQUET;
    }
    Kind first = null;
    for (Path file : files.files()) {
      Kind kind = textKind(files, file);
      if (first != null && kind != first) {
        throw new Mistake(
            files.given()
                + ": the folder mixes CSV and JSON, such as "
                + file.getName()
                + "; expected one kind");
      }
      first = kind;
    }
    return first;
  }

  private static Kind textKind(DataFiles files, Path file) throws IOException {
    String name = file.getName().toLowerCase(Locale.ROOT);
    if (name.matches(".*\\.csv(\\.\\w+)?")) {
      return Kind.CSV;
    }
    String first = firstLine(files, file).strip();
    if (first.startsWith("[") && name.matches(".*\\.json(\\.\\w+)?")) {
      throw new Mistake(
          files.named(file) + ", line 1: it is a JSON array; expected one JSON object a line");
    }
    return first.startsWith("{") || name.matches(".*\\.(json|jsonl|ndjson)(\\.\\w+)?")
        ? Kind.JSON
        : Kind.CSV;
  }

  private static String firstLine(DataFiles files, Path file) throws IOException {
    try (BufferedReader text = files.text(file)) {
      String line = text.readLine();
      return line == null ? "" : line;
    }
  }

  private static InputTable parquet(SparkSession spark, DataFiles files) {
    Dataset<Row> cells =
        Steps.describe(
            spark, "read the Parquet schema", () -> spark.read().parquet(files.sparkPaths()));
    return new InputTable(files, Kind.PARQUET, ',', cells.schema(), cells);
  }

  private static InputTable json(SparkSession spark, DataFiles files, Optional<StructType> known) {
    StructType schema =
        known.orElseGet(
            () ->
                Steps.describe(
                    spark,
                    "read the names and types of the JSON fields",
                    () ->
                        spark
                            .read()
                            .option("columnNameOfCorruptRecord", MALFORMED)
                            .json(files.sparkPaths())
                            .schema()));
    StructType own =
        new StructType(
            Arrays.stream(schema.fields())
                .filter(f -> !f.name().equals(MALFORMED))
                .toArray(StructField[]::new));
    if (own.isEmpty()) {
      throw new Mistake(files.given() + ": no line is a JSON object; expected one object a line");
    }
    Dataset<Row> cells =
        spark
            .read()
            .schema(own.add(MALFORMED, DataTypes.StringType))
            .option("columnNameOfCorruptRecord", MALFORMED)
            .json(files.sparkPaths());
    return new InputTable(files, Kind.JSON, ',', own, cells);
  }

  private static InputTable csv(SparkSession spark, DataFiles files) throws IOException {
    String first = firstLine(files, files.files().get(0));
    char separator = first.indexOf(';') >= 0 ? ';' : ',';
    List<String> columns = CsvLine.cells(first, separator);
    checkNames(files, columns);
    for (Path file : files.files()) {
      if (!CsvLine.cells(firstLine(files, file), separator).equals(columns)) {
        throw new Mistake(
            files.named(file)
                + ", line 1: the header is not that of "
                + files.files().get(0).getName()
                + "; the files of a folder have the same columns in the same order and the same"
                + " separator");
      }
    }
    List<StructField> fields = new ArrayList<>();
    columns.forEach(c -> fields.add(DataTypes.createStructField(c, DataTypes.StringType, true)));
    StructType schema = new StructType(fields.toArray(StructField[]::new));
    Dataset<Row> cells =
        spark
            .read()
            .schema(schema.add(MALFORMED, DataTypes.StringType))
            .option("header", true)
            .option("sep", String.valueOf(separator))
            .option("escape", "\"")
            .option("columnNameOfCorruptRecord", MALFORMED)
            .csv(files.sparkPaths());
    return new InputTable(files, Kind.CSV, separator, schema, cells);
  }

  /** Spark does not tell names apart that differ in case only. */
  private static void checkNames(DataFiles files, List<String> columns) {
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      if (!seen.add(column.toLowerCase(Locale.ROOT))) {
        throw new Mistake(
            files.named(files.files().get(0))
                + ", line 1: column '"
                + column
                + "' stands twice in the header");
      }
    }
  }

  /**
   * The same rows with those columns alone that are wanted, if reading them alone is less work. A
   * line of text is read as a whole, so that it can be seen to be malformed.
   */
  InputTable only(Predicate<String> wanted) {
    if (kind != Kind.PARQUET) {
      return this;
    }
    Dataset<Row> fewer =
        cells.select(
            Arrays.stream(schema.fieldNames())
                .filter(wanted)
                .map(name -> col("`" + name.replace("`", "``") + "`"))
                .toArray(Column[]::new));
    return new InputTable(files, kind, separator, fewer.schema(), fewer);
  }

  /** The names of the columns, as many as fit into a message. */
  String columnsShown() {
    String names = String.join(", ", schema.fieldNames());
    return names.length() <= 300 ? names : names.substring(0, 297) + "...";
  }

  /** Where the columns are named, for messages. */
  String where() {
    return kind == Kind.CSV ? files.named(files.files().get(0)) + ", line 1" : files.given();
  }
}
