package io.escala.spark;

import io.escala.inference.BundleException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * What {@code spark-submit --class io.escala.spark.SparkJob} runs: on a cluster, on a laptop,
 * unchanged. Where it runs is for spark-submit to say.
 *
 * <p>Exit codes: 0 done, 1 failed (one line on stderr says why), 2 wrong usage.
 */
@Command(
    name = "spark-job",
    description = "Bank marketing data in, a model and its measurements out.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      PrepareCommand.class,
      TrainCommand.class,
      TrainSegmentsCommand.class,
      GenerateCommand.class,
      ScoreCommand.class,
      TrainWineCommand.class,
      TrainDigitsCommand.class,
      SqlCommand.class,
      CommandLine.HelpCommand.class
    },
    mixinStandardHelpOptions = true,
    version = "escala spark-job",
    footer = {
      "",
      "Try it:",
      "  generate --rows 45211 --output-path /tmp/bank          rows to play with",
      "  prepare  --input-path /tmp/bank --output-path /tmp/bank.parquet",
      "  train    --input-path /tmp/bank --output-path /tmp/out",
      "",
      "Paths are plain or URIs (file:, s3:, hdfs:, ...). Every option may also be spelled with",
      "underscores, as in --input_path.",
      "'help COMMAND' explains a command. Exit codes: 0 done, 1 failed, 2 wrong usage."
    })
public final class SparkJob implements Runnable {
  /**
   * The system property with which a run ends where it would start Spark, with 0 if its arguments
   * are right: whoever submits the job to a cluster asks so first.
   */
  static final String CHECK = "escala.check";

  private final PrintWriter out;
  private final PrintWriter err;
  private SparkSession spark;
  private StatusLine line;
  private Optional<RunStatus> status = Optional.empty();
  private String error;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  SparkJob(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  /** Runs a command. Exits the JVM if it fails. */
  public static void main(String[] args) {
    StatusLine line = null;
    if (StatusLine.isPossible()) {
      // Before Spark sets up its log, which writes to the System.err of that moment
      line = new StatusLine(System.err);
      System.setOut(line.above(System.out));
      System.setErr(line.above(System.err));
    }
    SparkJob job =
        new SparkJob(
            new PrintWriter(System.out, true, StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    job.line = line;
    job.status = RunStatus.wanted();
    int code = job.run(args);
    job.status.ifPresent(status -> status.end(code == 0 ? null : job.complaint()));
    if (job.spark != null) {
      job.spark.stop();
    }
    if (code != 0) {
      // Only a failure may exit: YARN in cluster mode takes any exit for a failed application
      System.exit(code);
    }
  }

  /** Runs a command in this JVM and returns the exit code. Leaves Spark running. */
  int run(String... args) {
    return new CommandLine(this)
        .setOut(out)
        .setErr(err)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler((failure, command, parsed) -> failed(failure))
        .execute(args);
  }

  /** No command given. */
  @Override
  public void run() {
    throw new CommandLine.ParameterException(
        spec.commandLine(),
        "which command? One of prepare, train, train-segments, train-wine, train-digits, score, sql,"
            + " generate");
  }

  PrintWriter out() {
    return out;
  }

  PrintWriter err() {
    return err;
  }

  /** Spark with progress on stderr: the session that spark-submit configured. */
  synchronized SparkSession spark() {
    if (Boolean.getBoolean(CHECK)) {
      throw new Checked();
    }
    if (spark == null) {
      checkJava();
      spark = SparkSession.builder().appName("escala").getOrCreate();
      spark
          .sparkContext()
          .addSparkListener(line == null ? Progress.lines(err) : Progress.bar(line));
      status.ifPresent(
          told -> {
            told.begin(spark.sparkContext().hadoopConfiguration());
            spark.sparkContext().addSparkListener(Progress.told(told));
          });
    }
    return spark;
  }

  /** Shows how far a step is that runs on the driver alone. */
  DriverProgress progress(String description) {
    return new DriverProgress(description, line, err);
  }

  /** Hadoop 3.4.2 asks the JDK for something that JDK 24 took away. */
  private static void checkJava() {
    try {
      UserGroupInformation.getCurrentUser();
    } catch (UnsupportedOperationException e) {
      throw new Mistake(
          "this Spark's Hadoop does not run on Java "
              + Runtime.version().feature()
              + "; run the job with a JDK 17 or 21",
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the job said of its failure. */
  private String complaint() {
    return error == null ? "the arguments are wrong; the run's log says which" : error;
  }

  private int failed(Exception failure) {
    if (failure instanceof Checked) {
      return 0;
    }
    if (failure instanceof Mistake || failure instanceof BundleException) {
      error = failure.getMessage();
      error.lines().forEach(line -> err.println("error: " + line));
      return 1;
    }
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    if (!(root instanceof IOException)) {
      failure.printStackTrace(err); // nobody's mistake but ours
    }
    String said = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    error = root.getClass().getSimpleName() + ": " + said;
    err.println("error: " + error);
    return 1;
  }

  /** The usage was right, and no more was asked. */
  private static final class Checked extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
