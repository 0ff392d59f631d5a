package io.escala.spark.train;

import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;

import io.escala.spark.Steps;
import io.escala.spark.bundle.NewBundle;
import io.escala.spark.data.BankColumns;
import io.escala.spark.data.BankRows;
import io.escala.spark.data.DataFiles;
import io.escala.spark.evaluate.HeldOutMetrics;
import io.escala.spark.evaluate.MetricsJson;
import io.escala.spark.storage.Locations;
import io.escala.spark.storage.SmallFiles;
import io.escala.spark.storage.StagedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * From files to a model: read, split, fit, score every row, evaluate on the held-out part, publish.
 * Nothing of an earlier run is touched before all of that has worked.
 */
public final class Training {
  /** Where the results go within the output folder. */
  public static final String RESULTS = "results.parquet";

  /** Where the metrics go within the output folder. */
  public static final String METRICS = "metrics.json";

  static final String PREDICTION = "prediction";
  static final String PROBABILITY = "probability";

  private final SparkSession spark;
  private final Configuration conf;
  private final Clock clock;

  public Training(SparkSession spark, Clock clock) {
    this.spark = spark;
    this.conf = spark.sparkContext().hadoopConfiguration();
    this.clock = clock;
  }

  /**
   * What to do.
   *
   * @param input a file or a folder
   * @param output the folder for results and metrics
   * @param models the root of the models
   * @param name of the model
   * @param seed of the split
   * @param gitCommit of the job's code, for the provenance
   */
  public record Request(
      String input, String output, String models, String name, long seed, String gitCommit) {}

  /** What came of it; the paths are full URIs. */
  public record Result(
      long trainRows, HeldOutMetrics metrics, Path results, Path metricsFile, Path bundle) {}

  /**
   * Does it all.
   *
   * @throws io.escala.spark.Mistake if the input breaks the contract, or the output would replace
   *     something that is not an output
   */
  public Result run(Request request) throws IOException {
    DataFiles files = DataFiles.at(conf, request.input());
    CompletableFuture<String> dataHash = CompletableFuture.supplyAsync(() -> hash(files));
    Path output = qualified(request.output());
    Path models = qualified(request.models());
    BankRows source = BankRows.read(spark, files);
    List<String> used =
        Stream.concat(BookRecipe.CATEGORIES.stream(), BookRecipe.MEASURES.stream()).toList();
    try (StagedFolder results = StagedFolder.of(conf, new Path(output, RESULTS));
        SplitRows rows = SplitRows.of(source, request.input(), used, request.seed())) {
      BookRecipe.Fitted fitted = BookRecipe.fit(rows);
      writeResults(rows, fitted, results.path());
      HeldOutMetrics metrics = evaluate(rows, fitted, results.path());
      NewBundle bundle =
          BookBundle.of(
              request, rows, fitted, metrics, files.uri(), dataHash.join(), clock.instant());
      bundle.verify();

      results.publish();
      Path metricsFile = new Path(output, METRICS);
      new SmallFiles(conf)
          .write(
              metricsFile,
              MetricsJson.of(rows.trainRows(), metrics).getBytes(StandardCharsets.UTF_8));
      Path folder = bundle.publish(conf, models);
      return new Result(rows.trainRows(), metrics, new Path(output, RESULTS), metricsFile, folder);
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException unreadable) {
        throw unreadable.getCause();
      }
      throw e;
    }
  }

  private static String hash(DataFiles files) {
    try {
      return files.sha256();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path qualified(String given) throws IOException {
    Path path = Locations.path(given);
    return Locations.fileSystem(conf, path).makeQualified(path);
  }

  private void writeResults(SplitRows rows, BookRecipe.Fitted fitted, Path folder) {
    List<Column> columns = new ArrayList<>(rows.columns().stream().map(functions::col).toList());
    columns.add(col(BankColumns.LABEL));
    columns.add(col(SplitRows.SPLIT));
    columns.add(col(PREDICTION).cast(DataTypes.IntegerType).as(PREDICTION));
    columns.add(probabilityOfYes().as(PROBABILITY));
    Dataset<Row> scored = fitted.scored().select(columns.toArray(Column[]::new));
    Steps.describe(
        spark,
        "score every row",
        () -> {
          scored.write().parquet(folder.toString());
          return null;
        });
  }

  static Column probabilityOfYes() {
    return vector_to_array(col(PROBABILITY), "float64").getItem(1);
  }

  /** From the results as they were written. */
  private HeldOutMetrics evaluate(SplitRows rows, BookRecipe.Fitted fitted, Path results) {
    Column positive = col(BankColumns.LABEL).cast(DataTypes.LongType);
    Dataset<Row> byProbability =
        spark
            .read()
            .schema("label int, split string, probability double")
            .parquet(results.toString())
            .filter(SplitRows.isIn(SplitRows.TEST))
            .groupBy(PROBABILITY)
            .agg(sum(positive), sum(lit(1L).minus(positive)))
            .orderBy(desc(PROBABILITY));
    return Steps.describe(
        spark,
        "evaluate on " + rows.testRows() + " held-out rows",
        () ->
            HeldOutMetrics.of(
                new ScoredRows(byProbability.toLocalIterator()), fitted.formula().threshold()));
  }

  private record ScoredRows(java.util.Iterator<Row> rows)
      implements java.util.Iterator<HeldOutMetrics.Scored> {
    @Override
    public boolean hasNext() {
      return rows.hasNext();
    }

    @Override
    public HeldOutMetrics.Scored next() {
      Row row = rows.next();
      return new HeldOutMetrics.Scored(row.getDouble(0), row.getLong(1), row.getLong(2));
    }
  }
}
