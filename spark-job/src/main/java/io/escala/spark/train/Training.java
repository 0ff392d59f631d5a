package io.escala.spark.train;

import static org.apache.spark.sql.functions.col;

import io.escala.spark.Steps;
import io.escala.spark.bundle.NewBundle;
import io.escala.spark.data.BadRowPolicy;
import io.escala.spark.data.BadRows;
import io.escala.spark.data.BankRows;
import io.escala.spark.data.DataFiles;
import io.escala.spark.storage.Locations;
import io.escala.spark.storage.SmallFiles;
import io.escala.spark.storage.StagedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

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
   * @param trainRows how many the model was fitted to
   * @param threshold the answer is yes when P(yes) is greater
   * @param evaluations beside {@code metrics}: figures by name, by the evaluation's name
   * @param notes what whoever runs the job should know, each a line
   * @param bad lines about rows that were written aside
   */
  public record Result(
      long rows,
      long trainRows,
      double threshold,
      HeldOutMetrics metrics,
      Map<String, Map<String, Double>> evaluations,
      List<String> notes,
      List<String> bad,
      Path results,
      Path metricsFile,
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
      HeldOutMetrics metrics = evaluate(trained, results.path());
      NewBundle bundle =
          TrainedBundle.of(
              request, recipe, trained, metrics, files.uri(), dataHash.join(), clock.instant());
      bundle.verify();

      List<String> said = bad.publish();
      results.publish();
      Path metricsFile = new Path(output, METRICS);
      new SmallFiles(conf)
          .write(metricsFile, MetricsJson.of(trained, metrics).getBytes(StandardCharsets.UTF_8));
      Path folder = bundle.publish(conf, models);
      return new Result(
          trained.rows(),
          trained.trainRows(),
          trained.model().threshold(),
          metrics,
          trained.evaluations(),
          trained.notes(),
          said,
          new Path(output, RESULTS),
          metricsFile,
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
  private HeldOutMetrics evaluate(Trained trained, Path results) {
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
        scored -> HeldOutMetrics.of(scored, trained.model().threshold()));
  }
}
