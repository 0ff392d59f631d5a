package io.escala.spark.score;

import io.escala.spark.Mistake;
import io.escala.spark.Steps;
import io.escala.spark.data.DataFiles;
import io.escala.spark.storage.Locations;
import io.escala.spark.storage.StagedFolder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * A model over the files that land in a folder. Structured Streaming says which files are new, and
 * writes down before each batch which files it is made of; a batch of files is scored as any table
 * is, and its folder is moved into the output when it is complete. Run again, a batch has the same
 * number and the same files: its folder is there, or it is not. So every row is in the output
 * exactly once for every reader, whenever the job is killed.
 */
public final class ScoreStream {
  /** What the folders of the batches are called, before the number. */
  public static final String BATCH = "batch_id=";

  /** Spark forgets files that are older than this, next to the newest. */
  private static final String NEVER = "36500d";

  /** Spark's own hook, which ends its context, has 40. */
  private static final int BEFORE_SPARK = 60;

  private final SparkSession spark;
  private final Configuration conf;
  private final PrintWriter out;

  /**
   * @param out told of each batch
   */
  public ScoreStream(SparkSession spark, PrintWriter out) {
    this.spark = spark;
    this.conf = spark.sparkContext().hadoopConfiguration();
    this.out = out;
  }

  /**
   * How to go about it.
   *
   * @param checkpoint the folder in which Spark keeps which files it has seen
   * @param once whether to end when the files that are there are scored
   * @param filesABatch how many files a batch has at most
   * @param intervalMillis how often to look for files
   */
  public record Settings(String checkpoint, boolean once, int filesABatch, long intervalMillis) {}

  /**
   * Runs until it is stopped, or until what is there is scored.
   *
   * @throws Mistake if the folders cannot be used, or a batch cannot be scored; the batches before
   *     it are in the output, and the next start tries it again
   */
  public void run(ScoreTable.Request request, Settings settings) throws IOException {
    Path input = folder(request.input());
    Path output = qualified(request.output());
    Path aside = qualified(request.aside());
    Path checkpoint = qualified(settings.checkpoint());
    for (Path written : List.of(output, aside, checkpoint)) {
      mustBeOutside(input, written);
    }
    PublishedBundle bundle = PublishedBundle.at(conf, request.model());
    StreamState state = StreamState.open(conf, output, checkpoint);
    Path staging = staging(output);
    Locations.fileSystem(conf, staging).delete(staging, true); // of a run that was killed
    Scoring scoring = ScoreTable.scoring(spark, bundle, request);
    DataStreamWriter<Row> writer =
        spark
            .readStream()
            .format("binaryFile")
            .schema("path string, modificationTime timestamp, length long, content binary")
            .option("maxFilesPerTrigger", settings.filesABatch())
            .option("maxFileAge", NEVER)
            .load(input.toString().replaceAll("([*?\\[\\]{}\\\\])", "\\\\$1"))
            .select("path") // no content is read for it
            .writeStream()
            .option("checkpointLocation", checkpoint.toString())
            .trigger(
                settings.once()
                    ? Trigger.AvailableNow()
                    : Trigger.ProcessingTime(settings.intervalMillis()))
            .foreachBatch(
                (VoidFunction2<Dataset<Row>, Long>)
                    (files, id) ->
                        batch(request, scoring, state, files, new Path(output, BATCH + id), aside));
    try {
      await(writer.start());
    } catch (TimeoutException e) {
      throw new IllegalStateException("nothing else starts this query", e);
    } catch (StreamingQueryException e) {
      throw mistake(e);
    } finally {
      Locations.fileSystem(conf, staging).delete(staging, true);
    }
  }

  private void await(StreamingQuery query) throws StreamingQueryException {
    CountDownLatch told = new CountDownLatch(1);
    Runnable stop =
        () -> {
          try {
            query.stop();
            out.println("stopped; what is not scored yet is scored at the next start");
          } catch (TimeoutException e) {
            out.println("stopped in the middle of a batch; the next start scores it");
          } finally {
            told.countDown();
          }
        };
    ShutdownHookManager.get().addShutdownHook(stop, BEFORE_SPARK);
    try {
      query.awaitTermination();
    } finally {
      if (!isRemoved(stop)) {
        // The caller stops Spark next, which the hook still needs; the JVM ends when the hook has
        await(told);
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** False when the JVM is about to end and runs the hook. */
  private static boolean isRemoved(Runnable hook) {
    try {
      return ShutdownHookManager.get().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return false;
    }
  }

  private void batch(
      ScoreTable.Request request,
      Scoring scoring,
      StreamState state,
      Dataset<Row> landed,
      Path target,
      Path aside)
      throws IOException {
    FileSystem fs = Locations.fileSystem(conf, target);
    if (fs.exists(target)) {
      return; // complete: killed after the folder was moved, before Spark wrote that down
    }
    List<Path> paths =
        Steps.describe(spark, "see which files have landed", landed::collectAsList).stream()
            .map(row -> new Path(row.getString(0)))
            .toList();
    DataFiles files = DataFiles.of(conf, request.input(), paths);
    if (files.files().isEmpty()) {
      return;
    }
    InputTable table = InputTable.open(spark, files, state.schema());
    Path asideOfBatch = new Path(aside, target.getName());
    Path staging = staging(target.getParent());
    try (StagedFolder scored = StagedFolder.of(conf, target, staging);
        StagedFolder refused = StagedFolder.of(conf, asideOfBatch, staging)) {
      Scoring.Outcome outcome = scoring.write(table, scored, refused);
      if (state.schema().isEmpty()) {
        warn(table, request.columns());
        state.remember(table.schema());
      }
      if (outcome.bad() > 0) {
        refused.publish();
      }
      scored.publish();
      out.println(
          target.getName()
              + "  "
              + outcome.rows()
              + " rows of "
              + files.files().size()
              + " files"
              + (outcome.bad() == 0 ? "" : ", " + outcome.bad() + " set aside"));
    }
  }

  private void warn(InputTable table, ScoreColumns columns) {
    for (Map.Entry<String, String> renamed : ScoreTable.renamed(table, columns).entrySet()) {
      out.println("renamed  the input's " + renamed.getKey() + " to " + renamed.getValue());
    }
  }

  private static Path staging(Path output) {
    return new Path(output.getParent(), "_" + output.getName() + ".staging");
  }

  private Path qualified(String given) throws IOException {
    Path path = Locations.path(given);
    return Locations.fileSystem(conf, path).makeQualified(path);
  }

  private Path folder(String given) throws IOException {
    Path path = qualified(given);
    FileStatus status;
    try {
      status = Locations.fileSystem(conf, path).getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw new Mistake(given + ": there is no such folder for files to land in", e);
    }
    if (status.isFile()) {
      throw new Mistake(given + ": it is a file; a stream reads the files that land in a folder");
    }
    return path;
  }

  private static void mustBeOutside(Path input, Path written) {
    for (Path at = written; at != null; at = at.getParent()) {
      if (at.equals(input)) {
        throw new Mistake(
            written + " lies in the input " + input + ", whose files are scored; choose another");
      }
    }
  }

  /** What went wrong in a batch, without what Spark wraps it in. */
  private static RuntimeException mistake(StreamingQueryException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Mistake mistake) {
        return mistake;
      }
      if (cause instanceof IOException unreadable) {
        return new UncheckedIOException(unreadable);
      }
    }
    return new IllegalStateException("the stream failed", failure);
  }
}
