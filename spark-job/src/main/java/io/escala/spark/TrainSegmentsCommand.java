package io.escala.spark;

import io.escala.spark.data.BankColumn;
import io.escala.spark.data.BankColumns;
import io.escala.spark.segments.SegmentTraining;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.spark.sql.Row;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Rows in, a published model for each segment out. */
@Command(
    name = "train-segments",
    description = {
      "Fits one logistic regression to each segment: the rows that share the values of some columns.",
      "Each model is measured on rows that it was not fitted to, verified and published as ONNX with",
      "its preprocessing inside, below the model folder, as NAME-VALUES-HASH/VERSION/... The table",
      "OUTPUT/segments.FORMAT has a row for every segment: its model's name, version and",
      "measurements, or why there is none (too-small, one-class, failed).",
      "",
      "Segments of 1,000 rows and more hold 30 %% out. Smaller ones are measured in 5 folds, each",
      "row scored by a model of the other folds; the model that is published is fitted to all."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  train-segments --by job,education --input-path bank-full.csv --output-path out",
      "  train-segments --by job,marital,month --min-rows 200 --regularization 5 \\",
      "        --input_path s3://bucket/data/ --output_path s3://bucket/segments \\",
      "        --model_path s3://bucket/models",
      "",
      "The same rows and seed give the same models. A model that fails is listed and stops no",
      "other. Exit codes: 0 done, 1 failed or not one segment got a model, 2 wrong usage."
    })
final class TrainSegmentsCommand implements Callable<Integer> {
  private static final String NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,31}";
  private static final String DURATION = "duration";

  @ParentCommand private SparkJob job;
  @Spec private CommandSpec spec;

  @Option(
      names = "--by",
      required = true,
      split = ",",
      paramLabel = "COLUMN",
      description = "one or more columns, such as job,education")
  private List<String> by;

  @Option(
      names = {"--input-path", "--input_path"},
      required = true,
      paramLabel = "PATH",
      description = "a CSV file with a header, a folder of them, or what prepare wrote")
  private String input;

  @Option(
      names = {"--output-path", "--output_path"},
      required = true,
      paramLabel = "FOLDER",
      description = "where segments.FORMAT goes; an earlier one there is replaced")
  private String output;

  @Option(
      names = {"--model-path", "--model_path"},
      paramLabel = "FOLDER",
      description = "the root of the models (default: models within the output folder)")
  private String models;

  @Option(
      names = "--format",
      defaultValue = "parquet",
      paramLabel = "FORMAT",
      description = "of the summary: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private TableFormat format;

  @Option(
      names = {"--min-rows", "--min_rows"},
      defaultValue = "50",
      paramLabel = "N",
      description = "smaller segments get no model (default: ${DEFAULT-VALUE})")
  private long minRows;

  @Option(
      names = {"--min-class-rows", "--min_class_rows"},
      defaultValue = "5",
      paramLabel = "N",
      description = "of yes and of no, 2 at least (default: ${DEFAULT-VALUE})")
  private long minClassRows;

  @Option(
      names = "--regularization",
      defaultValue = "1",
      paramLabel = "L2",
      description =
          "the loss that is minimized is the summed log loss plus L2/2 times the sum of the squared"
              + " weights of standardized columns; 1/C of scikit-learn (default: ${DEFAULT-VALUE})")
  private double regularization;

  @Option(
      names = "--seed",
      defaultValue = "100",
      paramLabel = "N",
      description = "of the rows held out (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = {"--with-duration", "--with_duration"},
      description = "also use duration, which is known only when the answer is: for comparison")
  private boolean withDuration;

  @Option(
      names = "--name",
      defaultValue = "bank",
      paramLabel = "NAME",
      description = "what the models' names start with (default: ${DEFAULT-VALUE})")
  private String name;

  @Option(
      names = {"--git-commit", "--git_commit"},
      defaultValue = "unknown",
      paramLabel = "HASH",
      description = "of the code, for the models' provenance (default: ${DEFAULT-VALUE})")
  private String gitCommit;

  @Override
  public Integer call() throws Exception {
    checkUsage();
    if (withDuration) {
      job.err()
          .println(
              "warning: duration is known only once the call is over, when the answer is known too:"
                  + " models that use it look better than they can be");
    }
    SegmentTraining.Result result =
        new SegmentTraining(job.spark(), Clock.systemUTC())
            .run(
                new SegmentTraining.Request(
                    by,
                    input,
                    output,
                    models == null ? output + "/models" : models,
                    name,
                    minRows,
                    minClassRows,
                    regularization,
                    seed,
                    withDuration,
                    gitCommit),
                format.name(),
                format::write);
    summarize(result);
    if (result.pooled().isEmpty()) {
      throw new Mistake(
          "not one of "
              + result.segments()
              + " segments got a model ("
              + counts(result.byStatus())
              + "); the column reason of "
              + result.summary()
              + " says why");
    }
    return 0;
  }

  private void checkUsage() {
    by.forEach(this::checkColumn);
    if (new HashSet<>(by).size() < by.size()) {
      throw wrong("--by is '" + String.join(",", by) + "', but may name a column only once");
    }
    if (by.contains(DURATION) && !withDuration) {
      throw wrong(
          "--by names duration, which is known only once the call is over; choose another column,"
              + " or add --with-duration if the comparison is what you want");
    }
    if (BankColumns.FEATURES.stream().allMatch(c -> by.contains(c.name()) || isLeft(c))) {
      throw wrong("--by names every column; leave some for the models to use");
    }
    if (minRows < 2) {
      throw wrong("--min-rows is " + minRows + ", but must be at least 2");
    }
    if (minClassRows < 2) {
      throw wrong("--min-class-rows is " + minClassRows + ", but must be at least 2");
    }
    if (!(regularization > 0) || Double.isInfinite(regularization)) {
      throw wrong(
          "--regularization is "
              + regularization
              + ", but must be greater than 0: without a penalty classes that can be separated have"
              + " no best weights");
    }
    if (!name.matches(NAME_PATTERN)) {
      throw wrong(
          "--name is '"
              + name
              + "', but must be 1 to "
              + SegmentTraining.LONGEST_NAME
              + " letters, digits, dots, underscores or hyphens and start with a letter or digit");
    }
  }

  private boolean isLeft(BankColumn column) {
    return column.name().equals(DURATION) && !withDuration;
  }

  private void checkColumn(String column) {
    List<String> known = BankColumns.FEATURES.stream().map(BankColumn::name).toList();
    if (BankColumns.TARGETS.contains(column) || column.equals(BankColumns.LABEL)) {
      throw wrong(
          "--by names '"
              + column
              + "', which is what the models predict: each segment would have one class; choose"
              + " among "
              + String.join(", ", known));
    }
    if (!known.contains(column)) {
      LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
      String nearest =
          known.stream().min(Comparator.comparing(c -> distance.apply(c, column))).orElseThrow();
      throw wrong(
          "--by names '"
              + column
              + "', but there is no such column; did you mean "
              + nearest
              + "? The columns are "
              + String.join(", ", known));
    }
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void summarize(SegmentTraining.Result result) {
    PrintWriter out = job.out();
    out.printf("rows      %d in %d segments%n", result.rows(), result.segments());
    out.println("segments  " + counts(result.byStatus()));
    out.println("largest");
    out.printf(
        "  %9s %8s %7s %8s %8s  %s%n", "rows", "yes", "ROC-AUC", "log loss", "accuracy", "segment");
    result.largest().forEach(row -> out.println(line(row)));
    Map<String, Double> pooled = result.pooled();
    if (!pooled.isEmpty()) {
      out.printf(
          Locale.ROOT,
          "held out  %.0f rows, each scored by its segment's model: ROC-AUC %.4f, log loss %.4f,"
              + " Brier %.4f%n",
          pooled.get("rows"),
          pooled.get("rocAuc"),
          pooled.get("logLoss"),
          pooled.get("brier"));
      out.printf(
          Locale.ROOT,
          "          accuracy %.4f (each segment's more frequent answer alone: %.4f)%n",
          pooled.get("accuracy"),
          pooled.get("majorityAccuracy"));
    }
    out.println("summary   " + result.summary());
    out.println("models    " + result.models());
  }

  private String line(Row row) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i < by.size(); i++) {
      values.add(by.get(i) + " = " + row.get(i));
    }
    String measured =
        row.getAs("model") == null
            ? String.format("%-25s", row.<String>getAs("status"))
            : String.format(
                Locale.ROOT,
                "%7.4f %8.4f %8.4f",
                row.<Double>getAs("rocAuc"),
                row.<Double>getAs("logLoss"),
                row.<Double>getAs("accuracy"));
    return String.format(
        "  %9d %8d %s  %s",
        row.<Long>getAs("rows"), row.<Long>getAs("positives"), measured, String.join(", ", values));
  }

  private static String counts(Map<String, Long> byStatus) {
    return String.join(
        ", ", byStatus.entrySet().stream().map(e -> e.getValue() + " " + e.getKey()).toList());
  }
}
