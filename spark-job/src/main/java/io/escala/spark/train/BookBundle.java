package io.escala.spark.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import io.escala.inference.Datatype;
import io.escala.inference.Manifest;
import io.escala.spark.Steps;
import io.escala.spark.bundle.NewBundle;
import io.escala.spark.data.BankColumns;
import io.escala.spark.evaluate.HeldOutMetrics;
import io.escala.spark.onnx.LogisticFormula;
import io.escala.spark.onnx.LogisticGraph;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;

/** The fitted book pipeline as a model bundle. */
final class BookBundle {
  private static final int SAMPLED_GOLDEN_ROWS = 10;

  private BookBundle() {}

  static NewBundle of(
      Training.Request request,
      SplitRows rows,
      BookRecipe.Fitted fitted,
      HeldOutMetrics metrics,
      String dataUri,
      String dataHash,
      Instant now) {
    byte[] model = LogisticGraph.of(fitted.formula());
    Map<String, byte[]> files = Map.of(Manifest.MODEL_FILE, model);
    Instant created = now.truncatedTo(ChronoUnit.SECONDS);
    Manifest manifest =
        new Manifest(
            request.name(),
            NewBundle.version(now, model),
            created,
            Manifest.Task.BINARY_CLASSIFICATION,
            "Will a customer subscribe to a term deposit? Recipe book: logistic regression.",
            inputs(fitted.formula()),
            ignored(fitted.formula()),
            Manifest.Output.classifier(2),
            List.of(BankColumns.NEGATIVE, BankColumns.POSITIVE),
            Optional.of(BankColumns.POSITIVE),
            OptionalDouble.of(fitted.formula().threshold()),
            metrics.toMap(),
            provenance(request, rows, dataUri, dataHash),
            NewBundle.hashes(files),
            golden(rows, fitted));
    return new NewBundle(manifest, files);
  }

  private static List<Manifest.Input> inputs(LogisticFormula formula) {
    List<Manifest.Input> inputs = new ArrayList<>();
    for (LogisticFormula.Measure measure : formula.measures()) {
      inputs.add(
          Manifest.Input.of(measure.column(), Datatype.FP64)
              .withNullAsNaN()
              .withDescription(BankColumns.feature(measure.column()).description()));
    }
    for (LogisticFormula.Category category : formula.categories()) {
      Manifest.Input input =
          category.whole()
              ? Manifest.Input.of(category.column(), Datatype.INT64)
                  .withNullAs(LogisticGraph.MISSING_WHOLE)
                  .withValues(
                      category.values().stream().map(Long::valueOf).toList(),
                      Manifest.OtherValues.ACCEPTED)
              : Manifest.Input.of(category.column(), Datatype.BYTES)
                  .withNullAs(LogisticGraph.MISSING_TEXT)
                  .withValues(category.values(), Manifest.OtherValues.ACCEPTED);
      inputs.add(input.withDescription(BankColumns.feature(category.column()).description()));
    }
    return inputs;
  }

  private static List<String> ignored(LogisticFormula formula) {
    return BankColumns.FEATURES.stream()
        .map(c -> c.name())
        .filter(
            name ->
                formula.categories().stream().noneMatch(c -> c.column().equals(name))
                    && formula.measures().stream().noneMatch(m -> m.column().equals(name)))
        .toList();
  }

  private static Manifest.Provenance provenance(
      Training.Request request, SplitRows rows, String dataUri, String dataHash) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("maxIter", String.valueOf(BookRecipe.MAX_ITERATIONS));
    parameters.put("split", "0.7/0.3");
    return new Manifest.Provenance(
        dataUri,
        Optional.of(dataHash),
        OptionalLong.of(rows.rows()),
        "logistic-regression",
        Optional.of("book"),
        parameters,
        OptionalLong.of(request.seed()),
        Optional.of(request.gitCommit()),
        Optional.of(rows.all().sparkSession().version()),
        Optional.of(System.getProperty("java.version")),
        OptionalInt.of(LogisticGraph.OPSET),
        Optional.of(Version.OF_THIS_JOB));
  }

  /** Some held-out rows, then the hard cases: nothing at all, and values never seen. */
  private static List<Manifest.Golden> golden(SplitRows rows, BookRecipe.Fitted fitted) {
    List<String> columns = new ArrayList<>(BookRecipe.MEASURES);
    columns.addAll(BookRecipe.CATEGORIES);
    Column[] used = columns.stream().map(functions::col).toArray(Column[]::new);
    Dataset<Row> sample =
        rows.part(SplitRows.TEST).select(used).orderBy(xxhash64(used)).limit(SAMPLED_GOLDEN_ROWS);
    var spark = sample.sparkSession();
    List<Row> chosen =
        new ArrayList<>(
            Steps.describe(spark, "choose rows for the manifest", sample::collectAsList));
    Row first = chosen.get(0);
    chosen.add(RowFactory.create(new Object[columns.size()]));
    chosen.add(with(first, Map.of("job", "astronaut")));
    chosen.add(with(first, Map.of("day", 32, "contact", "pigeon")));
    columns.forEach(c -> chosen.add(without(first, columns.indexOf(c))));
    Dataset<Row> scored =
        fitted
            .pipeline()
            .transform(spark.createDataFrame(chosen, sample.schema()))
            .withColumn("yes", Training.probabilityOfYes())
            .withColumn(
                "no",
                org.apache
                    .spark
                    .ml
                    .functions
                    .vector_to_array(col(Training.PROBABILITY), "float64")
                    .getItem(0));
    List<Row> answers = Steps.describe(spark, "score rows for the manifest", scored::collectAsList);
    return answers.stream().map(a -> golden(columns, a)).toList();
  }

  private static Row with(Row row, Map<String, Object> others) {
    Object[] values = new Object[row.size()];
    Arrays.setAll(values, i -> others.getOrDefault(row.schema().fieldNames()[i], row.get(i)));
    return RowFactory.create(values);
  }

  private static Row without(Row row, int column) {
    Object[] values = new Object[row.size()];
    Arrays.setAll(values, i -> i == column ? null : row.get(i));
    return RowFactory.create(values);
  }

  private static Manifest.Golden golden(List<String> columns, Row answer) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    for (String column : columns) {
      Object value = answer.getAs(column);
      inputs.put(column, value);
    }
    double prediction = answer.getAs(Training.PREDICTION);
    return new Manifest.Golden(
        inputs,
        prediction == 1 ? BankColumns.POSITIVE : BankColumns.NEGATIVE,
        List.of(answer.<Double>getAs("no"), answer.<Double>getAs("yes")));
  }
}
