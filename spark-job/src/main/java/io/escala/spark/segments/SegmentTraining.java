package io.escala.spark.segments;

import static org.apache.spark.sql.functions.col;

import io.escala.spark.Mistake;
import io.escala.spark.Steps;
import io.escala.spark.data.BankColumn;
import io.escala.spark.data.BankColumns;
import io.escala.spark.data.BankRows;
import io.escala.spark.data.DataFiles;
import io.escala.spark.storage.Locations;
import io.escala.spark.storage.StagedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.SerializableConfiguration;

/**
 * From files to a model for each segment. Every model is published by itself, whole, as soon as it
 * is verified; the summary comes last and lists every segment.
 */
public final class SegmentTraining {
  /** The summary's name within the output folder, before its format. */
  public static final String SUMMARY = "segments";

  /** Whole numbers that name things rather than measure them. */
  private static final List<String> NAMES = List.of("day");

  private static final String DURATION = "duration";

  /** At least what a row takes in a file. */
  private static final int BYTES_OF_CSV = 60;

  private static final int BYTES_OF_PARQUET = 10;

  private final SparkSession spark;
  private final Configuration conf;
  private final Clock clock;
  private final Sizes sizes;

  public SegmentTraining(SparkSession spark, Clock clock) {
    this(spark, clock, Sizes.STANDARD);
  }

  SegmentTraining(SparkSession spark, Clock clock, Sizes sizes) {
    this.spark = spark;
    this.conf = spark.sparkContext().hadoopConfiguration();
    this.clock = clock;
    this.sizes = sizes;
  }

  /**
   * What to do.
   *
   * @param by names of feature columns, each once
   * @param input a file or a folder
   * @param output the folder for the summary
   * @param models the root of the models
   * @param name what the models' names start with, at most {@link #LONGEST_NAME} characters
   * @param minRows segments of fewer rows get no model
   * @param minClassRows nor do segments with fewer rows of either class
   * @param regularization half of it times the sum of the squared weights is added to the loss
   * @param withDuration whether models may use the column that is known too late
   */
  public record Request(
      List<String> by,
      String input,
      String output,
      String models,
      String name,
      long minRows,
      long minClassRows,
      double regularization,
      long seed,
      boolean withDuration,
      String gitCommit) {}

  /** How long {@link Request#name} may be. */
  public static final int LONGEST_NAME = SegmentKey.LONGEST_PREFIX;

  /**
   * What came of it.
   *
   * @param byStatus how many segments, by status, those that there are
   * @param largest the first rows of the summary by number of rows
   * @param pooled of the held-out rows of all models together; empty if there is no model
   */
  public record Result(
      long rows,
      long segments,
      Map<String, Long> byStatus,
      List<Row> largest,
      Map<String, Double> pooled,
      Path summary,
      Path models) {}

  /** How the summary is written to a folder that does not exist yet. */
  @FunctionalInterface
  public interface SummaryWriter {
    void write(Dataset<Row> table, Path folder);
  }

  /**
   * Does it all.
   *
   * @param format the last part of the summary's name
   * @throws Mistake if the input breaks the contract, there are too many segments, or the output
   *     would replace something that is not an output
   */
  public Result run(Request request, String format, SummaryWriter writer) throws IOException {
    DataFiles files = DataFiles.at(conf, request.input());
    CompletableFuture<String> dataHash = CompletableFuture.supplyAsync(() -> hash(files));
    Path target = new Path(qualified(request.output()), SUMMARY + "." + format);
    BankRows source = BankRows.read(spark, files);
    SegmentPlan unhashed = plan(request, files.uri(), "");
    Dataset<Row> rows = SegmentTable.of(source.rows(), unhashed);
    int tasks = tasks(files);
    JavaRDD<Segment> segments =
        Steps.describe(
                spark,
                "read the rows and put segments together",
                () -> Segments.of(rows, unhashed, sizes, tasks))
            .persist(StorageLevel.MEMORY_AND_DISK());
    try (StagedFolder staged = StagedFolder.of(conf, target)) {
      staged.mustNotHold(Locations.path(request.input()));
      Segments.Counts counted = check(source, segments, request);
      SegmentPlan plan = plan(request, files.uri(), dataHash.join());
      Path raw = new Path(staged.path().getParent(), "outcomes");
      ScoreHistogram pooled = new ScoreHistogram();
      train(rows, segments, counted, plan, raw, pooled);
      Dataset<Row> outcomes =
          spark
              .read()
              .schema(SmallSegments.withHistogram(schema(rows, plan)))
              .parquet(raw.toString());
      Dataset<Row> summary =
          outcomes
              .filter(col(SmallSegments.HISTOGRAM).isNull())
              .drop(SmallSegments.HISTOGRAM)
              .repartition(1)
              .sortWithinPartitions(SegmentTable.by(plan));
      Steps.describe(
          spark,
          "write the summary of " + counted.segments() + " segments",
          () -> {
            writer.write(summary, staged.path());
            return null;
          });
      Steps.describe(
              spark,
              "count the scores",
              () ->
                  outcomes
                      .filter(col(SmallSegments.HISTOGRAM).isNotNull())
                      .select(SmallSegments.HISTOGRAM)
                      .collectAsList())
          .forEach(
              row ->
                  pooled.add(row.<Long>getList(0).stream().mapToLong(Long::longValue).toArray()));
      SummaryFigures figures = new SummaryFigures();
      Steps.describe(
          spark,
          "look at the summary",
          () -> {
            summary.toLocalIterator().forEachRemaining(figures::add);
            return null;
          });
      staged.publish();
      return new Result(
          counted.rows(),
          counted.segments(),
          figures.byStatus(),
          figures.largest(),
          figures.pooled(pooled),
          target,
          new Path(plan.models()));
    } catch (CompletionException e) {
      if (e.getCause() instanceof UncheckedIOException unreadable) {
        throw unreadable.getCause();
      }
      throw e;
    } finally {
      segments.unpersist();
    }
  }

  /** By the size of the files, so that a task has no more rows than it should. */
  private int tasks(DataFiles files) throws IOException {
    long bytes = 0;
    for (Path file : files.files()) {
      bytes += Locations.fileSystem(conf, file).getFileStatus(file).getLen();
    }
    long rows = bytes / (files.areParquet() ? BYTES_OF_PARQUET : BYTES_OF_CSV);
    int cores = spark.sparkContext().defaultParallelism();
    return (int) Math.max(4L * cores, rows / sizes.task() + 1);
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

  private SegmentPlan plan(Request request, String data, String dataHash) throws IOException {
    List<String> categories = new ArrayList<>();
    List<String> measures = new ArrayList<>();
    List<String> ignored = new ArrayList<>();
    for (BankColumn column : BankColumns.FEATURES) {
      String name = column.name();
      if (request.by().contains(name)) {
        continue;
      }
      if (name.equals(DURATION) && !request.withDuration()) {
        ignored.add(name);
      } else if (column.type().equals(DataTypes.StringType) || NAMES.contains(name)) {
        categories.add(name);
      } else {
        measures.add(name);
      }
    }
    return new SegmentPlan(
        request.by(),
        categories,
        measures,
        ignored,
        request.minRows(),
        request.minClassRows(),
        request.regularization(),
        request.name(),
        qualified(request.models()).toString(),
        clock.instant(),
        request.seed(),
        data,
        dataHash,
        request.gitCommit(),
        spark.version());
  }

  private Segments.Counts check(BankRows source, JavaRDD<Segment> segments, Request request)
      throws IOException {
    long most = sizes.large();
    List<Segments.Counts> counts =
        Steps.describe(
            spark,
            "count the segments",
            () ->
                segments
                    .mapPartitions(part -> List.of(Segments.count(part, most)).iterator())
                    .collect());
    Segments.Counts all = Segments.Counts.together(counts);
    source.check(all.rows(), all.faults());
    if (all.segments() > sizes.segments()) {
      throw new Mistake(
          "--by "
              + String.join(",", request.by())
              + " makes "
              + all.segments()
              + " segments of "
              + all.rows()
              + " rows, but at most "
              + sizes.segments()
              + " are fitted; choose fewer columns, or columns with fewer values");
    }
    return all;
  }

  /** Large segments first: nothing small waits behind the last of them. */
  private void train(
      Dataset<Row> rows,
      JavaRDD<Segment> segments,
      Segments.Counts counted,
      SegmentPlan plan,
      Path raw,
      ScoreHistogram pooled) {
    StructType schema = schema(rows, plan);
    List<Row> fitted = large(rows, counted.large(), plan, pooled);
    Broadcast<SerializableConfiguration> broadcast =
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .broadcast(new SerializableConfiguration(conf));
    Dataset<Row> small =
        spark.createDataFrame(
            SmallSegments.train(segments, plan, sizes, schema, broadcast),
            SmallSegments.withHistogram(schema));
    Dataset<Row> outcomes =
        fitted.isEmpty() ? small : small.unionByName(spark.createDataFrame(fitted, schema), true);
    Steps.describe(
        spark,
        "fit, measure and publish the models",
        () -> {
          outcomes.write().parquet(raw.toString());
          return null;
        });
    broadcast.destroy();
  }

  private List<Row> large(
      Dataset<Row> rows, List<Segments.Large> large, SegmentPlan plan, ScoreHistogram pooled) {
    List<Row> fitted = new ArrayList<>();
    if (large.isEmpty()) {
      return fitted;
    }
    Dataset<Row> kept = rows.persist(StorageLevel.MEMORY_AND_DISK());
    try {
      SegmentTrainer trainer = new SegmentTrainer(plan, sizes, conf, pooled);
      for (Segments.Large one : large) {
        fitted.add(LargeSegments.train(kept, one.key(), one.rows(), plan, sizes, trainer).toRow());
      }
      return fitted;
    } finally {
      kept.unpersist();
    }
  }

  private static StructType schema(Dataset<Row> rows, SegmentPlan plan) {
    return SegmentOutcome.schema(Arrays.copyOf(rows.schema().fields(), plan.by().size()));
  }
}
