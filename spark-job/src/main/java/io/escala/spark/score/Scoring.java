package io.escala.spark.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.monotonically_increasing_id;
import static org.apache.spark.sql.functions.struct;

import io.escala.spark.Mistake;
import io.escala.spark.Steps;
import io.escala.spark.TableFormat;
import io.escala.spark.storage.StagedFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/** A model over a table: every sound row with label and probability, in one pass. */
final class Scoring {
  private static final String FILE = "_file";
  private static final String START = "_start";
  private static final String ID = "_id";
  private static final StructType FAULT =
      new StructType()
          .add("column", DataTypes.StringType, false)
          .add("reason", DataTypes.StringType, false);

  private final SparkSession spark;
  private final PublishedBundle bundle;
  private final Broadcast<Map<String, byte[]>> broadcast;
  private final int batchSize;
  private final TableFormat format;
  private final boolean quarantine;
  private final double maxShare;
  private final ScoreColumns columns;

  Scoring(
      SparkSession spark,
      PublishedBundle bundle,
      int batchSize,
      TableFormat format,
      boolean quarantine,
      double maxShare,
      ScoreColumns columns) {
    this.spark = spark;
    this.bundle = bundle;
    this.broadcast =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).broadcast(bundle.files());
    this.batchSize = batchSize;
    this.format = format;
    this.quarantine = quarantine;
    this.maxShare = maxShare;
    this.columns = columns;
  }

  /**
   * What came of it.
   *
   * @param bad how many rows were set aside
   * @param reasons how many of those for each column at fault
   */
  record Outcome(long rows, long bad, Map<String, Long> reasons) {}

  /**
   * Writes the scored rows, and the others if they may be set aside. The caller publishes both
   * folders.
   *
   * @throws Mistake if there are rows that the contract refuses, and more than may be
   */
  Outcome write(InputTable table, StagedFolder output, StagedFolder aside) throws IOException {
    columns.check(table);
    ScorePlan whole = ScorePlan.of(table, bundle.manifest(), columns);
    checkFormat(table);
    Set<String> read = new HashSet<>(columns.kept().orElse(List.of()));
    whole.inputs().forEach(i -> i.sources().forEach(s -> read.add(s.column())));
    InputTable fewer = columns.kept().isEmpty() ? table : table.only(read::contains);
    ScorePlan plan = ScorePlan.of(fewer, bundle.manifest(), columns);
    LongAccumulator rows = spark.sparkContext().longAccumulator("rows");
    LongAccumulator faulty = spark.sparkContext().longAccumulator("rows at fault");
    Dataset<Row> scored =
        output(fewer, plan, run(fewer.cells(), plan, plan.added(), false, rows, faulty));
    Steps.describe(
        spark,
        "score with " + bundle.manifest().name() + " and write " + format,
        () -> {
          format.write(scored, output.path());
          return null;
        });
    long bad = faulty.value();
    if (bad == 0) {
      return new Outcome(rows.value(), 0, Map.of());
    }
    Dataset<Row> faults = faults(table, whole);
    if (!quarantine || bad > maxShare * rows.value()) {
      throw refusal(table, faults, rows.value(), bad);
    }
    return new Outcome(rows.value(), bad, setAside(table, faults, aside));
  }

  private Dataset<Row> run(
      Dataset<Row> cells,
      ScorePlan plan,
      StructType added,
      boolean faults,
      LongAccumulator rows,
      LongAccumulator faulty) {
    JavaRDD<InternalRow> result =
        ((org.apache.spark.sql.classic.Dataset<Row>) cells)
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(new ScoreRows(broadcast, plan, batchSize, faults, rows, faulty));
    // By place, since a name may stand among the cells and among what is added
    List<StructField> fields = new ArrayList<>();
    for (StructField field : cells.schema().fields()) {
      fields.add(DataTypes.createStructField(cell(fields.size()), field.dataType(), true));
    }
    for (int i = 0; i < added.length(); i++) {
      fields.add(DataTypes.createStructField(added(i), added.fields()[i].dataType(), true));
    }
    return ((org.apache.spark.sql.classic.SparkSession) spark)
        .internalCreateDataFrame(
            result.rdd(), new StructType(fields.toArray(StructField[]::new)), false);
  }

  private static String cell(int place) {
    return "c" + place;
  }

  private static String added(int place) {
    return "a" + place;
  }

  /**
   * The columns that are kept in their order, texts of numeric inputs as numbers, then what is
   * added.
   */
  private Dataset<Row> output(InputTable table, ScorePlan plan, Dataset<Row> scored) {
    List<Integer> parsed = plan.parsed().stream().map(ScorePlan.Source::place).toList();
    List<Column> written = new ArrayList<>();
    String[] names = table.schema().fieldNames();
    for (int place = 0; place < names.length; place++) {
      if (!columns.keeps(names[place])) {
        continue;
      }
      int number = parsed.indexOf(place);
      written.add(
          col(number < 0 ? cell(place) : added(number))
              .as(ScorePlan.outputName(table.schema(), names[place])));
    }
    written.add(col(added(parsed.size())).as(ScorePlan.LABEL));
    written.add(col(added(parsed.size() + 1)).as(ScorePlan.PROBABILITY));
    return scored.select(written.toArray(Column[]::new));
  }

  private void checkFormat(InputTable table) {
    if (format != TableFormat.csv) {
      return;
    }
    for (StructField field : table.schema().fields()) {
      if (columns.keeps(field.name())
          && (field.dataType() instanceof StructType
              || field.dataType() instanceof ArrayType
              || field.dataType() instanceof MapType)) {
        throw new Mistake(
            table.files().given()
                + ", column "
                + field.name()
                + ": CSV cannot hold "
                + field.dataType().simpleString()
                + "; choose --format parquet or json, or leave it out with --keep");
      }
    }
  }

  /** The rows at fault: cells, where they are, the column and the reason; a second pass. */
  private Dataset<Row> faults(InputTable table, ScorePlan plan) {
    Dataset<Row> placed =
        table
            .cells()
            .select(
                col("*"),
                col("_metadata.file_path").as(FILE),
                col("_metadata.file_block_start").as(START),
                monotonically_increasing_id().as(ID));
    LongAccumulator again = spark.sparkContext().longAccumulator();
    Dataset<Row> faults = run(placed, plan, FAULT, true, again, again);
    int width = table.cells().schema().length();
    List<Column> shown = new ArrayList<>();
    for (int place = 0; place < width; place++) {
      shown.add(col(cell(place)));
    }
    shown.add(col(cell(width)).as(FILE));
    shown.add(col(cell(width + 1)).as(START));
    shown.add(col(cell(width + 2)).as(ID));
    shown.add(col(added(0)).as("column"));
    shown.add(col(added(1)).as("reason"));
    return faults.select(shown.toArray(Column[]::new));
  }

  private Mistake refusal(InputTable table, Dataset<Row> faults, long rows, long bad)
      throws IOException {
    List<Row> first =
        Steps.describe(
            spark,
            "find the first rows at fault",
            () -> faults.orderBy(FILE, START, ID).limit(FaultLines.SHOWN).collectAsList());
    StringBuilder message = new StringBuilder();
    message
        .append(table.files().given())
        .append(": ")
        .append(bad)
        .append(" of ")
        .append(rows)
        .append(rows == 1 ? " row" : " rows")
        .append(" cannot be scored; nothing was written");
    if (quarantine) {
      message.append("; they are more than --max-bad-share ").append(maxShare).append(" allows");
    } else {
      message.append(" (--bad-rows quarantine sets them aside)");
    }
    message.append(bad > first.size() ? "; the first are" : "");
    for (String line : FaultLines.of(table, first)) {
      message.append("\n").append(line);
    }
    return new Mistake(message.toString());
  }

  private Map<String, Long> setAside(InputTable table, Dataset<Row> faults, StagedFolder aside) {
    String[] names = table.cells().columns();
    Column[] cells = new Column[names.length];
    Arrays.setAll(cells, i -> col(cell(i)).as(names[i]));
    Dataset<Row> lines =
        faults
            .orderBy(FILE, START, ID)
            .select(col(FILE).as("file"), col("column"), col("reason"), struct(cells).as("row"));
    Steps.describe(
        spark,
        "set the rows at fault aside",
        () -> {
          lines.write().json(aside.path().toString());
          return null;
        });
    List<Row> counts =
        Steps.describe(
            spark,
            "count the rows at fault",
            () ->
                spark
                    .read()
                    .schema("column string")
                    .json(aside.path().toString())
                    .groupBy("column")
                    .count()
                    .orderBy("column")
                    .collectAsList());
    Map<String, Long> reasons = new LinkedHashMap<>();
    counts.forEach(row -> reasons.put(row.getString(0), row.getLong(1)));
    return reasons;
  }
}
