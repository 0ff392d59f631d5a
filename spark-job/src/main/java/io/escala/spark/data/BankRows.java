package io.escala.spark.data;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.escala.spark.Mistake;
import io.escala.spark.Steps;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.expressions.UserDefinedFunction;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The rows of bank marketing files, typed by the contract of {@link BankColumns}, with the label.
 *
 * <p>Reading is lazy and costs one pass: rows that break the contract are marked in {@link #FAULT}
 * and it is for the caller to count them in a pass that it makes anyway, then to call {@link
 * BadRows#settle} or {@link #check}. Which cell is at fault, and in which line, is looked up in a
 * second pass if there are such rows.
 */
public final class BankRows {
  /**
   * Null in a sound row; {@link #FAULT_OF_MONTH} in a row of text whose month alone is at fault; 1
   * in any other row that breaks the contract.
   */
  public static final String FAULT = "_fault";

  /** Of {@link #FAULT}: SQL has a function that deals with such months itself. */
  public static final int FAULT_OF_MONTH = 2;

  /** Of {@link #placed}: the file that a row comes from. */
  public static final String FILE = "_file";

  /** Of {@link #placed}: where the piece of the file starts that a row was read with. */
  public static final String BLOCK = "_block";

  /** Of {@link #placed}: rises by one from row to row within a piece. */
  public static final String ROW = "_row";

  private final DataFiles files;
  private final List<String> columns;
  private final boolean parquet;
  private final List<Column> selected;
  private final Supplier<Dataset<Row>> located;
  private final Column file;
  private final Column block;
  private final Dataset<Row> rows;
  private final Supplier<SoundRows> sound;
  private final Function<UserDefinedFunction, Dataset<Row>> checkedAsUsed;
  private final Supplier<FaultSearch> search;

  private BankRows(
      DataFiles files,
      boolean parquet,
      List<String> columns,
      Dataset<Row> rows,
      List<Column> selected,
      Supplier<Dataset<Row>> located,
      Column file,
      Column block,
      Supplier<SoundRows> sound,
      Function<UserDefinedFunction, Dataset<Row>> checkedAsUsed,
      Supplier<FaultSearch> search) {
    this.files = files;
    this.parquet = parquet;
    this.columns = columns;
    this.selected = selected;
    this.located = located;
    this.file = file;
    this.block = block;
    this.rows = rows;
    this.sound = sound;
    this.checkedAsUsed = checkedAsUsed;
    this.search = search;
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
    List<String> data = header.columns().stream().filter(c -> !isLabel(c)).toList();
    List<Column> selected = new ArrayList<>(data.stream().map(functions::col).toList());
    selected.add(col(BankColumns.LABEL));
    selected.add(col(FAULT));
    Dataset<Row> rows = CsvRows.read(spark, files, header, false);
    Column sound = col(FAULT).isNull().or(col(FAULT).equalTo(FAULT_OF_MONTH));
    return new BankRows(
        files,
        false,
        data,
        rows,
        selected,
        () -> CsvRows.read(spark, files, header, true),
        col(FILE),
        col(BLOCK),
        () -> CsvRows.sound(spark, files, header),
        note -> rows.filter(sound.or(note.apply(col(FAULT)))),
        () ->
            new FaultSearch(
                files,
                suspectLines(spark, files),
                new Diagnosis(header.columns(), header.target(), header.separator())));
  }

  /** 1 for yes, 0 for no, else null. */
  private static Column label(Column target) {
    return when(target.equalTo(BankColumns.POSITIVE), 1)
        .when(target.equalTo(BankColumns.NEGATIVE), 0);
  }

  /** Every line of the files, also headers and blank ones, so that lines can be counted. */
  private static Dataset<Row> suspectLines(SparkSession spark, DataFiles files) {
    return spark
        .read()
        .text(files.sparkPaths())
        .select(
            col("_metadata.file_path").as("file"),
            col("_metadata.file_block_start").as("block"),
            lit(null).cast(DataTypes.LongType).as("number"),
            col("value").as("row"),
            lit(null).cast(DataTypes.createArrayType(DataTypes.StringType)).as("cells"));
  }

  private static boolean isLabel(String column) {
    return column.equals(BankColumns.LABEL);
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
    Column label = label(col(target));
    Column wrongLabel = not(col(BankColumns.LABEL).eqNullSafe(label)).or(label.isNull());
    Map<String, Column> faults = new LinkedHashMap<>();
    faults.put(BankColumns.LABEL, wrongLabel);
    for (BankColumn column : BankColumns.FEATURES) {
      faults.put(column.name(), column.isFaultOfType(col(column.name())));
    }
    Column isFault = faults.values().stream().reduce(Column::or).orElseThrow();
    List<Column> selected = new ArrayList<>(data.stream().map(functions::col).toList());
    selected.add(col(BankColumns.LABEL));
    selected.add(when(isFault, 1).as(FAULT));
    Dataset<Row> rows = cells.select(selected.toArray(Column[]::new));
    return new BankRows(
        files,
        true,
        data,
        rows,
        selected,
        () -> cells,
        col("_metadata.file_path"),
        col("_metadata.file_block_start"),
        () -> sound(rows),
        note -> cells.select(checked(cells(data), faults, note)),
        () ->
            new FaultSearch(
                files,
                suspectRecords(cells, data, isFault),
                new Diagnosis(cells(data), target, Diagnosis.NO_LINES)));
  }

  /** Each column by itself, so that Spark leaves out those that a query does not use. */
  private static Column[] checked(
      List<String> columns, Map<String, Column> faults, UserDefinedFunction note) {
    return columns.stream()
        .map(name -> checked(col(name), faults.getOrDefault(name, lit(false)), note).as(name))
        .toArray(Column[]::new);
  }

  private static Column checked(Column value, Column wrong, UserDefinedFunction note) {
    Column noted = coalesce(wrong, lit(false)).and(note.apply(when(wrong, 1)));
    return when(noted, lit(null)).otherwise(value);
  }

  private static Dataset<Row> suspectRecords(
      Dataset<Row> table, List<String> data, Column isFault) {
    Column[] cells = cells(data).stream().map(functions::col).toArray(Column[]::new);
    Column[] texts =
        Arrays.stream(cells).map(c -> c.cast(DataTypes.StringType)).toArray(Column[]::new);
    return table
        .filter(isFault)
        .select(
            col("_metadata.file_path").as("file"),
            lit(0L).as("block"),
            col("_metadata.row_index").plus(1).as("number"),
            to_json(struct(cells)).as("row"),
            array(texts).as("cells"));
  }

  private static List<String> cells(List<String> data) {
    return Stream.concat(data.stream(), Stream.of(BankColumns.LABEL)).toList();
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
    placed.add(file.as(FILE));
    placed.add(block.as(BLOCK));
    placed.add(monotonically_increasing_id().as(ROW));
    return located.get().select(placed.toArray(Column[]::new));
  }

  /** Why the order of the rows means nothing; empty if it is that of the text that was given. */
  public Optional<String> noOrder() {
    return parquet && files.files().size() > 1
        ? Optional.of(
            files.given()
                + " is "
                + files.files().size()
                + " Parquet files, which do not keep the order that rows once had; give the CSV or"
                + " one Parquet file")
        : Optional.empty();
  }

  /** The rows that keep the contract, for a pass that is made once. */
  public SoundRows sound() {
    return sound.get();
  }

  /**
   * The data columns and the label for a reading that may not take all of them. Text is checked by
   * the row, whose month may be anything; of Parquet, where a column is read without the others,
   * those alone are checked that a query uses.
   *
   * @param note is given {@link #FAULT} of what breaks the contract, and says false; what is read
   *     is then worth nothing
   */
  public Dataset<Row> checkedAsUsed(UserDefinedFunction note) {
    return checkedAsUsed.apply(note);
  }

  private static SoundRows sound(Dataset<Row> rows) {
    Observation observed = new Observation("rows");
    Dataset<Row> sound =
        rows.observe(observed, counted(), faulty(), UnlistedTexts.counted())
            .filter(col(FAULT).isNull())
            .drop(FAULT);
    return new SoundRows(
        sound,
        () -> {
          Map<String, Object> counts = observed.getAsJava();
          long faults = (Long) counts.get("faults");
          return new SoundRows.Counts(
              (Long) counts.get("rows") - faults, faults, (Long) counts.get("unlisted"));
        });
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
   * @throws Mistake that names the first rows at fault, or says that there is no row at all
   */
  public void check(long count, long faults) throws IOException {
    if (faults > 0) {
      throw new Mistake(refusal(count, faults, ""));
    }
    checkSome(count);
  }

  /** The first rows at fault, one a line, and how many there are. */
  String refusal(long count, long faults, String because) {
    List<String> first = search().first();
    if (faults == 1 && because.isEmpty()) {
      return first.get(0);
    }
    List<String> lines = new ArrayList<>(first);
    // What shows one line of a log, such as EMR's console, shows the last
    lines.add(
        files.given()
            + ": "
            + faults
            + " of "
            + count
            + (faults == 1 ? " rows breaks" : " rows break")
            + " the data contract ("
            + BadRows.percent((double) faults / count)
            + because
            + "), the first is: "
            + first.get(0));
    return String.join("\n", lines);
  }

  void checkSome(long count) {
    if (count == 0) {
      throw new Mistake(files.given() + ": there is a header but no row below it");
    }
  }

  /** A second look at the files, for when rows are at fault. */
  FaultSearch search() {
    return search.get();
  }
}
