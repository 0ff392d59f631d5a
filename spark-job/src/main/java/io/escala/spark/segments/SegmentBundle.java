package io.escala.spark.segments;

import io.escala.inference.Datatype;
import io.escala.inference.Manifest;
import io.escala.spark.bundle.NewBundle;
import io.escala.spark.data.BankColumns;
import io.escala.spark.onnx.LogisticFormula;
import io.escala.spark.onnx.LogisticGraph;
import io.escala.spark.train.Version;
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
import org.apache.spark.sql.types.DataTypes;

/** A segment's fitted model as a model bundle. */
final class SegmentBundle {
  static final double THRESHOLD = 0.5;

  private static final int SAMPLED_GOLDEN_ROWS = 5;

  private final SegmentPlan plan;
  private final LogisticFit fit;
  private final List<Integer> categories = new ArrayList<>();
  private final List<Integer> measures = new ArrayList<>();

  /**
   * @throws ArithmeticException if no column tells the rows apart
   */
  SegmentBundle(SegmentPlan plan, LogisticFit fit) {
    this.plan = plan;
    this.fit = fit;
    for (int c = 0; c < plan.categories().size(); c++) {
      if (!fit.encoding().values(c).isEmpty()) {
        categories.add(c);
      }
    }
    for (int m = 0; m < plan.measures().size(); m++) {
      if (fit.encoding().deviation(m) > 0) {
        measures.add(m);
      }
    }
    if (categories.isEmpty() && measures.isEmpty()) {
      throw new ArithmeticException("no column has a value that a model could use");
    }
  }

  /**
   * Makes the bundle.
   *
   * @param sample some rows, of which a few become golden rows
   */
  NewBundle of(
      SegmentKey key,
      long rows,
      String evaluation,
      Map<String, Double> metrics,
      EncodedRows sample) {
    LogisticFormula formula = formula();
    byte[] model = LogisticGraph.of(formula);
    Map<String, byte[]> files = Map.of(Manifest.MODEL_FILE, model);
    Manifest manifest =
        new Manifest(
            key.modelName(plan.name()),
            NewBundle.version(plan.now(), model),
            plan.now().truncatedTo(ChronoUnit.SECONDS),
            Manifest.Task.BINARY_CLASSIFICATION,
            "Will a customer subscribe to a term deposit? For customers with "
                + key.described()
                + ". Logistic regression.",
            inputs(formula),
            ignored(formula),
            Manifest.Output.classifier(2),
            List.of(BankColumns.NEGATIVE, BankColumns.POSITIVE),
            Optional.of(BankColumns.POSITIVE),
            OptionalDouble.of(THRESHOLD),
            metrics,
            provenance(key, rows, evaluation),
            NewBundle.hashes(files),
            golden(sample));
    return new NewBundle(manifest, files);
  }

  /** The standardized model in the columns' own units. */
  private LogisticFormula formula() {
    Encoding encoding = fit.encoding();
    List<Double> weights = new ArrayList<>();
    List<LogisticFormula.Category> indicators = new ArrayList<>();
    for (int c : categories) {
      String column = plan.categories().get(c);
      List<String> values = encoding.values(c);
      indicators.add(new LogisticFormula.Category(column, isWhole(column), values));
      for (int v = 0; v < values.size(); v++) {
        weights.add(fit.weight(encoding.offset(c) + v));
      }
    }
    double intercept = fit.weight(encoding.size() - 1);
    List<LogisticFormula.Measure> numbers = new ArrayList<>();
    for (int m : measures) {
      double mean = encoding.mean(m);
      double factor = 1 / encoding.deviation(m);
      double weight = fit.weight(encoding.feature(m));
      numbers.add(new LogisticFormula.Measure(plan.measures().get(m), mean, factor));
      weights.add(weight);
      intercept -= weight * mean * factor;
    }
    return new LogisticFormula(indicators, numbers, weights, intercept, THRESHOLD);
  }

  private static boolean isWhole(String column) {
    return !BankColumns.feature(column).type().equals(DataTypes.StringType);
  }

  private static List<Manifest.Input> inputs(LogisticFormula formula) {
    List<Manifest.Input> inputs = new ArrayList<>();
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
    for (LogisticFormula.Measure measure : formula.measures()) {
      inputs.add(
          Manifest.Input.of(measure.column(), Datatype.FP64)
              .withNullAsNaN()
              .withDescription(BankColumns.feature(measure.column()).description()));
    }
    return inputs;
  }

  private List<String> ignored(LogisticFormula formula) {
    List<String> ignored = new ArrayList<>(plan.by());
    ignored.addAll(plan.ignored());
    ignored.addAll(plan.categories());
    ignored.addAll(plan.measures());
    formula.categories().forEach(c -> ignored.remove(c.column()));
    formula.measures().forEach(m -> ignored.remove(m.column()));
    return ignored;
  }

  private Manifest.Provenance provenance(SegmentKey key, long rows, String evaluation) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("segment", key.toJson());
    parameters.put("regularization", String.valueOf(plan.regularization()));
    parameters.put("evaluation", evaluation);
    return new Manifest.Provenance(
        plan.data(),
        Optional.of(plan.dataSha256()),
        OptionalLong.of(rows),
        "logistic-regression",
        Optional.of("segments"),
        parameters,
        OptionalLong.of(plan.seed()),
        Optional.of(plan.gitCommit()),
        Optional.of(plan.sparkVersion()),
        Optional.of(System.getProperty("java.version")),
        OptionalInt.of(LogisticGraph.OPSET),
        Optional.of(Version.OF_THIS_JOB));
  }

  /** Some rows, then the hard cases: nothing at all, and values never seen. */
  private List<Manifest.Golden> golden(EncodedRows sample) {
    EncodedRows.Builder rows =
        new EncodedRows.Builder(plan.categories().size(), plan.measures().size());
    int sampled = Math.min(SAMPLED_GOLDEN_ROWS, sample.size());
    for (int row = 0; row < sampled; row++) {
      rows.add(sample.texts(row), sample.numbers(row), 0, 0);
    }
    String[] nothing = new String[plan.categories().size()];
    double[] unknown = new double[plan.measures().size()];
    Arrays.fill(unknown, Double.NaN);
    rows.add(nothing, unknown, 0, 0);
    String[] unseen = new String[nothing.length];
    Arrays.setAll(
        unseen, c -> isWhole(plan.categories().get(c)) ? "-2147483648" : "never seen before");
    rows.add(unseen, sample.numbers(0), 0, 0);

    EncodedRows all = rows.build();
    Scores scores = fit.heldOut(all, (block, row) -> false);
    List<Manifest.Golden> golden = new ArrayList<>();
    for (int row = 0; row < all.size(); row++) {
      double yes = scores.probability(row);
      golden.add(
          new Manifest.Golden(
              inputs(all, row),
              yes > THRESHOLD ? BankColumns.POSITIVE : BankColumns.NEGATIVE,
              List.of(1 - yes, yes)));
    }
    return golden;
  }

  private Map<String, Object> inputs(EncodedRows rows, int row) {
    Map<String, Object> inputs = new LinkedHashMap<>();
    for (int c : categories) {
      String column = plan.categories().get(c);
      String text = rows.text(c, row);
      inputs.put(column, text != null && isWhole(column) ? Long.valueOf(text) : text);
    }
    for (int m : measures) {
      double number = rows.measure(m, row);
      inputs.put(plan.measures().get(m), Double.isNaN(number) ? null : number);
    }
    return inputs;
  }
}
