package io.escala.spark;

import io.escala.spark.score.ScoreColumns;
import io.escala.spark.score.ScoreStream;
import io.escala.spark.score.ScoreTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A model over a table, or over files as they land. */
@Command(
    name = "score",
    description = {
      "Scores a table with a model: every column is kept (--keep names fewer), and label (the",
      "class) and probability are added: of the positive class of a binary model, else of the",
      "label's class. Columns are found by the names of the model's inputs; texts of numeric inputs",
      "become numbers. The table is CSV with a header (; or ,), one JSON object a line, or Parquet,",
      "which is recognised.",
      "An input with several values a row, such as the 784 pixels of digits, is a column of arrays",
      "with as many elements, or as many columns: pixels_0, pixels_1, ... pixels_783 in row-major",
      "order. --values says what they are called otherwise.",
      "An input column that is called label or probability becomes input_label or",
      "input_probability."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  score --input-path wine.csv --model-path models/wine --output-path scored",
      "  score --input-path s3://bucket/rows --model-path s3://bucket/models/bank \\",
      "        --output-path s3://bucket/scored --bad-rows quarantine --max-bad-share 0.05",
      "  score --input-path wine.parquet --model-path models/wine --output-path scored --keep id",
      "  score --input-path mnist.csv --model-path models/digits --output-path scored \\",
      "        --values pixels=pixel --keep label",
      "  score --stream --input-path landing --model-path models/wine --output-path scored",
      "",
      "With --stream, put files into the input folder by renaming them, under names that are new:",
      "a file is read once, as it is when it is first seen. Names that start with _ or . are left",
      "alone, so write _part.csv and rename it to part.csv. Each batch of files becomes a folder",
      "batch_id=N of the output, which appears when it is complete: any reader sees every row",
      "exactly once, however often the job is stopped, killed and started again with the same",
      "folders. The model is the current one at the start. --max-bad-share counts per batch.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage."
    })
final class ScoreCommand implements Callable<Integer> {
  /** What --keep names to keep nothing. */
  private static final String NONE = "-";

  /** What becomes of rows that the model's contract refuses. */
  enum BadRows {
    fail,
    quarantine
  }

  @ParentCommand private SparkJob job;
  @Spec private CommandSpec spec;

  @Option(
      names = {"--input-path", "--input_path"},
      required = true,
      paramLabel = "PATH",
      description = "a file or a folder of files; with --stream the folder in which files land")
  private String input;

  @Option(
      names = {"--model-path", "--model_path"},
      required = true,
      paramLabel = "FOLDER",
      description = "a model's folder, whose current version is used, or the folder of a version")
  private String model;

  @Option(
      names = {"--output-path", "--output_path"},
      required = true,
      paramLabel = "FOLDER",
      description = "where the table goes; an earlier output there is replaced (not by --stream)")
  private String output;

  @Option(
      names = "--format",
      defaultValue = "parquet",
      paramLabel = "FORMAT",
      description = "of the output: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private TableFormat format;

  @Option(
      names = "--keep",
      split = ",",
      paramLabel = "COLUMN",
      description = {
        "the columns of the input that the output has beside label and probability, separated by",
        "commas; - for none of them (default: all)"
      })
  private List<String> keep;

  @Option(
      names = "--values",
      paramLabel = "INPUT=PREFIX",
      description = {
        "the values of an input with several a row are in the columns PREFIX0, PREFIX1, ... (or from",
        "PREFIX1 on, where there is no PREFIX0); may be given for each such input (default: the",
        "column INPUT if it is there, else INPUT_0, INPUT_1, ...)"
      })
  private Map<String, String> values = Map.of();

  @Option(
      names = {"--batch-size", "--batch_size"},
      defaultValue = "4096",
      paramLabel = "N",
      description = "rows that are scored in one call of the runtime (default: ${DEFAULT-VALUE})")
  private int batchSize;

  @Option(
      names = {"--bad-rows", "--bad_rows"},
      defaultValue = "fail",
      paramLabel = "WHAT",
      description = {
        "when rows are not what the model takes: fail, or quarantine them and score the others",
        "(default: ${DEFAULT-VALUE})"
      })
  private BadRows badRows;

  @Option(
      names = {"--max-bad-share", "--max_bad_share"},
      defaultValue = "0.01",
      paramLabel = "SHARE",
      description = "more of them than this are a failure, 0 to 1 (default: ${DEFAULT-VALUE})")
  private double maxBadShare;

  @Option(
      names = {"--quarantine-path", "--quarantine_path"},
      paramLabel = "FOLDER",
      description = "where quarantined rows go (default: the output path and .quarantine)")
  private String aside;

  @Option(
      names = "--stream",
      description = "score files as they land, until it is stopped (Ctrl-C, SIGTERM)")
  private boolean stream;

  @Option(
      names = "--once",
      description = "with --stream: score what has landed and not been scored, then end")
  private boolean once;

  @Option(
      names = {"--checkpoint-path", "--checkpoint_path"},
      paramLabel = "FOLDER",
      description = "with --stream: what was read (default: the output path and .checkpoint)")
  private String checkpoint;

  @Option(
      names = {"--files-per-batch", "--files_per_batch"},
      defaultValue = "1000",
      paramLabel = "N",
      description = "with --stream: at most so many files at once (default: ${DEFAULT-VALUE})")
  private int filesPerBatch;

  @Option(
      names = "--interval",
      defaultValue = "1",
      paramLabel = "SECONDS",
      description = "with --stream: how often to look for files (default: ${DEFAULT-VALUE})")
  private double interval;

  @Override
  public Integer call() throws Exception {
    check(batchSize >= 1 && batchSize <= 1 << 20, "--batch-size is " + batchSize, "1 to 1048576");
    check(maxBadShare >= 0 && maxBadShare <= 1, "--max-bad-share is " + maxBadShare, "0 to 1");
    check(filesPerBatch >= 1, "--files-per-batch is " + filesPerBatch, "1 or more");
    check(interval > 0 && interval <= 86400, "--interval is " + interval, "above 0 to 86400");
    if (!stream && (once || checkpoint != null)) {
      throw new ParameterException(
          spec.commandLine(),
          (once ? "--once" : "--checkpoint-path") + " belongs to --stream; add that");
    }
    if (badRows == BadRows.fail && aside != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--quarantine-path is "
              + aside
              + ", but nothing goes there without --bad-rows quarantine");
    }
    String base = output.replaceFirst("/+$", "");
    ScoreTable.Request request =
        new ScoreTable.Request(
            input,
            model,
            output,
            format,
            batchSize,
            badRows == BadRows.quarantine,
            maxBadShare,
            aside == null ? base + ".quarantine" : aside,
            new ScoreColumns(values, Optional.ofNullable(keep).map(this::kept)));
    if (stream) {
      new ScoreStream(job.spark(), job.out())
          .run(
              request,
              new ScoreStream.Settings(
                  checkpoint == null ? base + ".checkpoint" : checkpoint,
                  once,
                  filesPerBatch,
                  Math.max(1, Math.round(interval * 1000))));
    } else {
      summarize(request, new ScoreTable(job.spark()).run(request));
    }
    return 0;
  }

  private List<String> kept(List<String> given) {
    if (given.contains("")) {
      throw new ParameterException(
          spec.commandLine(), "--keep has an empty name; for no column at all: --keep -");
    }
    return given.equals(List.of(NONE)) ? List.of() : given;
  }

  private void check(boolean valid, String given, String expected) {
    if (!valid) {
      throw new ParameterException(spec.commandLine(), given + ", but must be " + expected);
    }
  }

  private void summarize(ScoreTable.Request request, ScoreTable.Result result) {
    result
        .renamed()
        .forEach(
            (column, name) ->
                job.err()
                    .println(
                        "warning: the input has a column "
                            + column
                            + "; it is called "
                            + name
                            + " in the output"));
    job.out().println("rows     " + (result.rows() - result.bad()) + " scored");
    if (result.bad() > 0) {
      job.out().println("bad      " + result.bad() + " in " + request.aside());
      result
          .reasons()
          .forEach((column, count) -> job.out().println("         " + column + " " + count));
    }
    job.out().println("model    " + result.model());
    job.out().println("table    " + result.table());
  }
}
