package io.escala.spark.data;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.when;

import io.escala.spark.Mistake;
import io.escala.spark.Steps;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of bank marketing files, typed by the contract of {@link BankColumns}, with the label.
 *
 * <p>Reading is lazy and costs one pass: rows that break the contract come with a reason in {@link
 * #FAULT} and it is for the caller to count them in a pass that it makes anyway, then to call
 * {@link #check}.
 */
public final class BankRows {
  /** Null in a sound row; otherwise the name of the column at fault. */
  public static final String FAULT = "_fault";

  /** Of {@link #placed}: the file that a row comes from. */
  public static final String FILE = "_file";

  /** Of {@link #placed}: where the piece of the file starts that a row was read with. */
  public static final String BLOCK = "_block";

  /** Of {@link #placed}: rises by one from row to row within a piece. */
  public static final String ROW = "_row";

  private static final String MALFORMED = "_malformed";
  private static final String WHOLE_LINE = "*";
  private static final char PARQUET = '\0';

  private final DataFiles files;
  private final List<String> columns;
  private final String target;
  private final char separator;
  private final Dataset<Row> cells;
  private final Column fault;
  private final Dataset<Row> rows;
  private final List<Column> selected;

  private BankRows(
      DataFiles files,
      String target,
      char separator,
      Dataset<Row> cells,
      List<Column> data,
      Column label,
      Column fault) {
    this.files = files;
    this.target = target;
    this.separator = separator;
    this.cells = cells;
    this.fault = fault;
    this.selected = new ArrayList<>(data);
    selected.add(label.as(BankColumns.LABEL));
    selected.add(fault.as(FAULT));
    this.rows = cells.select(selected.toArray(Column[]::new));
    this.columns = Arrays.asList(rows.columns()).subList(0, data.size());
  }

  /**
   * CSV files with a header, or Parquet as {@code prepare} writes it.
   *
   * @throws Mistake if a header or a schema breaks the contract
   */
  public static BankRows read(SparkSession spark, DataFiles files) throws IOException {
    return files.areParquet() ? readParquet(spark, files) : readCsv(spark, files);
  }

  private static BankRows readCsv(SparkSession spark, DataFiles files) throws IOException {
    CsvHeader header = header(files);
    List<StructField> fields = new ArrayList<>();
    header.columns().forEach(c -> fields.add(field(c)));
    fields.add(field(MALFORMED));
    Dataset<Row> cells =
        spark
            .read()
            .schema(new StructType(fields.toArray(StructField[]::new)))
            .option("header", true)
            .option("sep", String.valueOf(header.separator()))
            .option("escape", "\"")
            .option("columnNameOfCorruptRecord", MALFORMED)
            .csv(files.sparkPaths());

    String target = header.target();
    List<String> data = header.columns().stream().filter(c -> !isLabel(c)).toList();
    Column label =
        when(col(target).equalTo(BankColumns.POSITIVE), 1)
            .when(col(target).equalTo(BankColumns.NEGATIVE), 0);
    List<Column> faults = new ArrayList<>();
    faults.add(when(col(MALFORMED).isNotNull(), WHOLE_LINE));
    for (BankColumn column : BankColumns.FEATURES) {
      if (!column.type().equals(DataTypes.StringType)) {
        faults.add(when(column.isFault(col(column.name())), column.name()));
      }
    }
    faults.add(when(label.isNull(), target));
    if (header.columns().size() > data.size()) {
      Column given = col(BankColumns.LABEL).try_cast(DataTypes.IntegerType);
      faults.add(when(given.eqNullSafe(label), lit(null)).otherwise(BankColumns.LABEL));
    }
    List<Column> typed = new ArrayList<>();
    for (String name : data) {
      typed.add(
          name.equals(target) ? col(name) : BankColumns.feature(name).value(col(name)).as(name));
    }
    Column fault = coalesce(faults.toArray(Column[]::new));
    return new BankRows(files, target, header.separator(), cells, typed, label, fault);
  }

  private static boolean isLabel(String column) {
    return column.equals(BankColumns.LABEL);
  }

  private static StructField field(String name) {
    return DataTypes.createStructField(name, DataTypes.StringType, true);
  }

  private static CsvHeader header(DataFiles files) throws IOException {
    CsvHeader first = null;
    for (Path file : files.files()) {
      String line;
      try (BufferedReader text = files.text(file)) {
        line = text.readLine();
      }
      CsvHeader header = CsvHeader.parse(files.named(file), line == null ? "" : line);
      if (first != null && !header.equals(first)) {
        throw new Mistake(
            files.named(file)
                + ", line 1: the header is not that of "
                + files.files().get(0).getName()
                + "; the files of a folder have the same columns in the same order and the same"
                + " separator");
      }
      first = header;
    }
    return first;
  }

  private static BankRows readParquet(SparkSession spark, DataFiles files) {
    Dataset<Row> cells =
        Steps.describe(
            spark, "read the Parquet schema", () -> spark.read().parquet(files.sparkPaths()));
    StructType found = cells.schema();
    List<String> names = List.of(found.fieldNames());
    List<String> targets = BankColumns.TARGETS.stream().filter(names::contains).toList();
    if (targets.size() != 1) {
      throw new Mistake(
          files.given()
              + ": expected one target column, "
              + String.join(" or ", BankColumns.TARGETS)
              + ", among the Parquet columns "
              + names);
    }
    String target = targets.get(0);
    for (StructField expected : BankColumns.schema(target).fields()) {
      checkType(files, found, expected.name(), expected.dataType().simpleString());
    }
    checkType(files, found, BankColumns.LABEL, DataTypes.IntegerType.simpleString());
    List<String> data =
        names.stream().filter(List.of(BankColumns.schema(target).fieldNames())::contains).toList();
    Column label = when(col(target).equalTo(BankColumns.POSITIVE), 1).otherwise(0);
    Column fault =
        coalesce(
            when(col(target).isin(BankColumns.POSITIVE, BankColumns.NEGATIVE), lit(null))
                .otherwise(target),
            when(col(BankColumns.LABEL).eqNullSafe(label), lit(null)).otherwise(BankColumns.LABEL));
    return new BankRows(
        files,
        target,
        PARQUET,
        cells,
        data.stream().map(functions::col).toList(),
        col(BankColumns.LABEL),
        fault);
  }

  private static void checkType(DataFiles files, StructType found, String name, String expected) {
    String type =
        List.of(found.fieldNames()).contains(name)
            ? found.apply(name).dataType().simpleString()
            : "missing";
    if (!type.equals(expected)) {
      throw new Mistake(
          files.given()
              + ", column "
              + name
              + ": it is "
              + type
              + ", but expected "
              + expected
              + "; the job's prepare command writes such Parquet from CSV");
    }
  }

  /** The data columns in the order of the file, the label, {@link #FAULT}. */
  public Dataset<Row> rows() {
    return rows;
  }

  /**
   * The rows with {@link #FILE}, {@link #BLOCK} and {@link #ROW}, by which they can be sorted into
   * the order of the input. The last is only the same for as long as the rows are persisted.
   */
  public Dataset<Row> placed() {
    List<Column> placed = new ArrayList<>(selected);
    placed.add(col("_metadata.file_path").as(FILE));
    placed.add(col("_metadata.file_block_start").as(BLOCK));
    placed.add(monotonically_increasing_id().as(ROW));
    return cells.select(placed.toArray(Column[]::new));
  }

  /** Why the order of the rows means nothing; empty if it is that of the text that was given. */
  public Optional<String> noOrder() {
    return separator == PARQUET && files.files().size() > 1
        ? Optional.of(
            files.given()
                + " is "
                + files.files().size()
                + " Parquet files, which do not keep the order that rows once had; give the CSV or"
                + " one Parquet file")
        : Optional.empty();
  }

  /** The names of the data columns in the order of the file, the target among them. */
  public List<String> columns() {
    return columns;
  }

  /** Aggregates for the pass in which the caller counts: all rows. */
  public static Column counted() {
    return count(lit(1)).as("rows");
  }

  /** Aggregates for the pass in which the caller counts: rows that break the contract. */
  public static Column faulty() {
    return count(col(FAULT)).as("faults");
  }

  /**
   * Refuses rows that break the contract.
   *
   * @throws Mistake that names the first row at fault, or says that there is no row at all
   */
  public void check(long count, long faults) throws IOException {
    if (faults > 0) {
      throw firstFault();
    }
    if (count == 0) {
      throw new Mistake(files.given() + ": there is a header but no row below it");
    }
  }

  private Mistake firstFault() throws IOException {
    Column cell = lit(null).cast(DataTypes.StringType);
    for (String name : cells.columns()) {
      String faulty = name.equals(MALFORMED) ? WHOLE_LINE : name;
      cell = when(col(FAULT).equalTo(faulty), col(name).cast(DataTypes.StringType)).otherwise(cell);
    }
    Dataset<Row> faults =
        cells
            .select(
                col("*"),
                struct(
                        col("_metadata.file_path"),
                        col("_metadata.file_block_start"),
                        monotonically_increasing_id())
                    .as("_place"))
            .withColumn(FAULT, fault)
            .filter(col(FAULT).isNotNull())
            .select(col("_place"), col("_place.file_path"), col(FAULT), cell.as("_cell"))
            .orderBy("_place");
    Row first =
        Steps.describe(
            cells.sparkSession(),
            "find the first row at fault",
            () -> faults.select("file_path", FAULT, "_cell").first());
    return described(
        new Path(URI.create(first.getString(0))), first.getString(1), first.getString(2));
  }

  private Mistake described(Path file, String column, String cell) throws IOException {
    String where = files.named(file) + ", " + lineOf(file, column, cell);
    if (column.equals(WHOLE_LINE)) {
      return new Mistake(
          where
              + "the row has "
              + CsvLine.cells(cell, separator).size()
              + " cells, but the header has "
              + (cells.columns().length - 1)
              + " columns");
    }
    String value = cell == null || cell.isEmpty() ? "nothing" : "'" + shortened(cell) + "'";
    String problem;
    if (column.equals(target)) {
      problem = value + " is not a target; expected yes or no";
    } else if (column.equals(BankColumns.LABEL)) {
      problem = value + " contradicts column " + target + "; expected 1 for yes and 0 for no";
    } else {
      BankColumn expected = BankColumns.feature(column);
      problem = value + " is not " + expected.expected();
    }
    return new Mistake(where + "column " + column + ": " + problem);
  }

  private static String shortened(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }

  /** {@code "line 7, "}: Spark reads pieces of files and knows no line numbers. */
  private String lineOf(Path file, String column, String cell) throws IOException {
    if (isParquet()) {
      return "";
    }
    int index = Arrays.asList(cells.columns()).indexOf(column);
    try (BufferedReader text = files.text(file)) {
      long number = 1;
      text.readLine();
      for (String line = text.readLine(); line != null; line = text.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        List<String> found = CsvLine.cells(line, separator);
        boolean isIt =
            column.equals(WHOLE_LINE)
                ? line.equals(cell)
                : index < found.size() && found.get(index).equals(cell == null ? "" : cell);
        if (isIt) {
          return "line " + number + ", ";
        }
      }
    }
    return "";
  }

  private boolean isParquet() {
    return separator == PARQUET;
  }
}
