package io.escala.spark.train;

import static org.apache.spark.sql.functions.col;

import io.escala.inference.Manifest;
import io.escala.spark.Steps;
import io.escala.spark.bundle.NewBundle;
import io.escala.spark.data.BadRowPolicy;
import io.escala.spark.data.BadRows;
import io.escala.spark.data.BankColumn;
import io.escala.spark.data.BankColumns;
import io.escala.spark.data.BankRows;
import io.escala.spark.data.DataFiles;
import io.escala.spark.evaluate.HeldOutEvaluation;
import io.escala.spark.evaluate.Measurements;
import io.escala.spark.evaluate.MetricsJson;
import io.escala.spark.profile.DataProfile;
import io.escala.spark.storage.Locations;
import io.escala.spark.storage.SmallFiles;
import io.escala.spark.storage.StagedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * From files to a model: read, split, fit, score every row, evaluate on the held-out part, publish.
 * Nothing of an earlier run is touched before all of that has worked.
 */
public final class Training {
  /** Where the results go within the output folder. */
  public static final String RESULTS = "results.parquet";

  /** Where the metrics go within the output folder. */
  public static final String METRICS = "metrics.json";

  /** What the report is called, in the output folder and in the bundle. */
  public static final String REPORT = Manifest.REPORT_FILE;

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
   * @param badRows what to do with rows that break the contract
   */
  public record Request(
      String input,
      String output,
      String models,
      String name,
      long seed,
      String gitCommit,
      BadRowPolicy badRows) {}

  /**
   * What came of it; the paths are full URIs.
   *
   * @param threshold the answer is yes when P(yes) is greater
   * @param notes what whoever runs the job should know, each a line
   * @param bad lines about rows that were written aside
   */
  public record Result(
      double threshold,
      Measurements measured,
      List<String> notes,
      List<String> bad,
      Path results,
      Path metricsFile,
      Path report,
      Path bundle) {}

  /**
   * The pipeline of the source document.
   *
   * @throws io.escala.spark.Mistake if the input breaks the contract, or the output would replace
   *     something that is not an output
   */
  public Result run(Request request) throws IOException {
    return run(request, new BookRecipe());
  }

  /**
   * All columns, as the options say.
   *
   * @throws io.escala.spark.Mistake if the input breaks the contract or has no order that the
   *     options need, or the output would replace something that is not an output
   */
  public Result run(Request request, FullOptions options) throws IOException {
    return run(request, new FullRecipe(options));
  }

  private Result run(Request request, Recipe recipe) throws IOException {
    DataFiles files = DataFiles.at(conf, request.input());
    CompletableFuture<String> dataHash = CompletableFuture.supplyAsync(() -> hash(files));
    Path output = qualified(request.output());
    Path models = qualified(request.models());
    BankRows source = BankRows.read(spark, files);
    try (StagedFolder results = StagedFolder.of(conf, new Path(output, RESULTS));
        BadRows bad = BadRows.of(conf, request.badRows(), Locations.path(request.input()), output);
        Trained trained = recipe.fit(source, bad, request)) {
      Steps.describe(
          spark,
          "score every row",
          () -> {
            trained.scored().write().parquet(results.path().toString());
            return null;
          });
      Measurements measured =
          new Measurements(
              trained.rows(),
              trained.trainRows(),
              evaluate(trained, results.path()),
              trained.folds(),
              trained.timeSplit());
      DataProfile profile = profile(trained, results.path());
      NewBundle bundle =
          TrainedBundle.of(
              request,
              recipe,
              trained,
              measured,
              profile,
              files.uri(),
              dataHash.join(),
              clock.instant());
      bundle.verify();

      List<String> said = bad.publish();
      results.publish();
      Path metricsFile = new Path(output, METRICS);
      Path report = new Path(output, REPORT);
      SmallFiles storage = new SmallFiles(conf);
      storage.write(
          metricsFile,
          MetricsJson.of(measured, trained.model().importances()).getBytes(StandardCharsets.UTF_8));
      storage.write(report, bundle.files().get(REPORT));
      Path folder = bundle.publish(conf, models);
      return new Result(
          trained.model().threshold(),
          measured,
          trained.notes(),
          said,
          new Path(output, RESULTS),
          metricsFile,
          report,
          folder);
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

  /** From the results as they were written. */
  private HeldOutEvaluation evaluate(Trained trained, Path results) {
    Dataset<Row> heldOut =
        spark
            .read()
            .schema("label int, split string, prediction int, probability double")
            .parquet(results.toString())
            .filter(col(SplitRows.SPLIT).notEqual(SplitRows.TRAIN));
    return Evaluation.of(
        heldOut,
        trained.evaluatedRows(),
        "evaluate on " + trained.evaluatedRows() + " held-out rows",
        scored -> HeldOutEvaluation.of(scored, trained.model().threshold()));
  }

  private DataProfile profile(Trained trained, Path results) {
    StructType schema = trained.scored().schema();
    Set<String> features =
        BankColumns.FEATURES.stream().map(BankColumn::name).collect(Collectors.toSet());
    List<String> columns = Arrays.stream(schema.fieldNames()).filter(features::contains).toList();
    return DataProfile.of(
        spark.read().schema(schema).parquet(results.toString()), columns, BankColumns.LABEL);
  }
}
