package io.escala.spark.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.escala.spark.Mistake;
import io.escala.spark.data.BadRows;
import io.escala.spark.data.BankColumn;
import io.escala.spark.data.BankColumns;
import io.escala.spark.data.BankRows;
import io.escala.spark.evaluate.HeldOutMetrics;
import io.escala.spark.evaluate.Measurements;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * All columns but the one that is known too late. The threshold is chosen on training rows that a
 * model scores which has not seen them; rows that are held out choose nothing.
 */
final class FullRecipe implements Recipe {
  /** The share of the rows that is held out. */
  static final double TEST_SHARE = 0.3;

  /** How many models hyper-parameters are compared with. */
  static final int INNER_FOLDS = 3;

  /**
   * One of so many parts of the training rows is held back to choose the threshold on. One, because
   * boosting takes about as long for a thousand rows as for a hundred thousand: each fit more costs
   * some ten seconds.
   */
  static final int THRESHOLD_PARTS = 4;

  /** How many training rows the threshold and the hyper-parameters are chosen on at most. */
  static final long ROWS_TO_CHOOSE = 250_000;

  /** Of each class, for a fit and its evaluation to mean anything. */
  private static final long FEWEST = 2L * THRESHOLD_PARTS;

  private static final String DURATION = "duration";
  private static final int MOST_AT_ONCE = 8;

  private final FullOptions options;

  FullRecipe(FullOptions options) {
    this.options = options;
  }

  @Override
  public String name() {
    return "full";
  }

  @Override
  public Trained fit(BankRows source, BadRows bad, Training.Request request) throws IOException {
    if (options.split() == FullOptions.Split.TIME
        && options.folds().isEmpty()
        && source.noOrder().isPresent()) {
      throw new Mistake("--split time: " + source.noOrder().get());
    }
    List<String> columns =
        BankColumns.FEATURES.stream()
            .map(BankColumn::name)
            .filter(c -> options.withDuration() || !c.equals(DURATION))
            .toList();
    HashedRows rows = HashedRows.of(source, bad, request.input(), columns, request.seed());
    Checkpoints checkpoints =
        Checkpoints.in(rows.all().sparkSession().sparkContext(), request.output());
    Runnable release =
        () -> {
          rows.close();
          checkpoints.close();
        };
    try {
      boolean balanced = options.classWeight() == FullOptions.ClassWeight.BALANCED;
      Run run =
          new Run(
              source,
              request.input(),
              rows,
              new Learner(rows, columns, balanced, request.seed()),
              release);
      return options.folds().isPresent() ? run.crossValidated() : run.heldOut();
    } catch (RuntimeException e) {
      release.run();
      throw e;
    }
  }

  /** One fit of the recipe to one table. */
  private final class Run {
    private final BankRows source;
    private final String given;
    private final HashedRows rows;
    private final Learner learner;
    private final Runnable release;
    private final List<String> notes = new ArrayList<>();

    Run(BankRows source, String given, HashedRows rows, Learner learner, Runnable release) {
      this.source = source;
      this.given = given;
      this.rows = rows;
      this.learner = learner;
      this.release = release;
    }

    Trained heldOut() {
      Column test = test();
      Column train = functions.not(test);
      HashedRows.Part trainPart = rows.part(train, "the model");
      HashedRows.Part testPart =
          new HashedRows.Part(
              rows.rows() - trainPart.rows(), rows.positives() - trainPart.positives());
      check("training", trainPart, FEWEST);
      check("held-out", testPart, 1);
      Settings settings = tuned(train, trainPart);
      Fold heldBack = heldBack(chosenFrom(train, trainPart));
      Optional<Fold> late = late();
      List<Fold> fits =
          new ArrayList<>(List.of(heldBack, new Fold("the model", train, lit(false))));
      late.ifPresent(fits::add);
      List<FullModel> models = fit(settings, fits);
      double threshold = threshold(List.of(heldBack), models);
      FullModel model = models.get(1).withThreshold(threshold);
      Dataset<Row> scored =
          model.score(
              rows.all()
                  .withColumn(
                      SplitRows.SPLIT, when(test, SplitRows.TEST).otherwise(SplitRows.TRAIN)));
      return trained(
          model,
          scored,
          rows.all().filter(test),
          trainPart.rows(),
          testPart.rows(),
          Map.of("split", options.split().name().toLowerCase(Locale.ROOT) + " 0.7/0.3"),
          splitInWords(),
          List.of(),
          timeOrdered(late, models.get(models.size() - 1).withThreshold(threshold)));
    }

    Trained crossValidated() {
      int count = options.folds().getAsInt();
      HashedRows.Part all = new HashedRows.Part(rows.rows(), rows.positives());
      check("input", all, Math.max(FEWEST, 2L * count));
      Settings settings = tuned(lit(true), all);
      List<Fold> outer = folds(count, lit(true));
      Optional<Fold> late = late();
      List<Fold> fits = new ArrayList<>(outer);
      fits.add(new Fold("the model", lit(true), lit(false)));
      late.ifPresent(fits::add);
      List<FullModel> models = fit(settings, fits);
      double threshold = threshold(outer, models);
      Dataset<Row> scored =
          outOfFold(outer, models.stream().map(m -> m.withThreshold(threshold)).toList());
      return trained(
          models.get(outer.size()).withThreshold(threshold),
          scored,
          rows.all(),
          rows.rows(),
          rows.rows(),
          Map.of("folds", String.valueOf(count)),
          "Every row was held out once, in "
              + count
              + " turns; the published model is fitted to all rows.",
          byFold(outer, models, threshold),
          timeOrdered(late, models.get(models.size() - 1).withThreshold(threshold)));
    }

    private Trained trained(
        FullModel model,
        Dataset<Row> scored,
        Dataset<Row> sample,
        long trainRows,
        long evaluatedRows,
        Map<String, String> splitting,
        String splitInWords,
        List<HeldOutMetrics> folds,
        Optional<Measurements.TimeSplit> timeSplit) {
      Map<String, String> parameters = new LinkedHashMap<>(splitting);
      parameters.put("classWeight", options.classWeight().name().toLowerCase(Locale.ROOT));
      parameters.put("tuned", String.valueOf(options.tune()));
      parameters.put(
          "threshold",
          options.folds().isPresent()
              ? "best F1 of out-of-fold predictions"
              : "best F1 on a quarter of the training rows, by a model of the others");
      List<Column> columns = new ArrayList<>(rows.columns().stream().map(functions::col).toList());
      columns.addAll(
          List.of(
              col(BankColumns.LABEL),
              col(SplitRows.SPLIT),
              col(Training.PREDICTION),
              col(Training.PROBABILITY)));
      return new Trained(
          model,
          scored.select(columns.toArray(Column[]::new)),
          sample,
          rows.rows(),
          trainRows,
          evaluatedRows,
          parameters,
          splitInWords,
          folds,
          timeSplit,
          notes,
          release);
    }

    private Column test() {
      Column bucket = HashedRows.bucket("split");
      return switch (options.split()) {
        case RANDOM -> bucket.lt(Math.round(TEST_SHARE * HashedRows.BUCKETS));
        case STRATIFIED -> rows.strata("split").isFirst(bucket, TEST_SHARE);
        case TIME -> rows.isAfter(1 - TEST_SHARE);
      };
    }

    private String splitInWords() {
      return switch (options.split()) {
        case RANDOM -> "30 % of the rows were held out, chosen by a hash of each.";
        case STRATIFIED ->
            "30 % of the rows of either class were held out, chosen by a hash of each.";
        case TIME -> "The last 30 % of the rows, in the order of the input, were held out.";
      };
    }

    private void check(String what, HashedRows.Part part, long atLeast) {
      if (!part.hasBothClasses(atLeast)) {
        throw new Mistake(
            given
                + ": of "
                + part.rows()
                + " "
                + what
                + " rows "
                + part.positives()
                + " are yes; fitting and evaluating needs at least "
                + atLeast
                + " of either kind: give more rows");
      }
    }

    /** Which training rows the threshold and the hyper-parameters are chosen on. */
    private Column chosenFrom(Column train, HashedRows.Part part) {
      return train.and(rows.isAmong(ROWS_TO_CHOOSE, part.rows()));
    }

    private Fold heldBack(Column of) {
      Column part = rows.strata("fold").fold(HashedRows.bucket("fold"), THRESHOLD_PARTS);
      return new Fold("threshold", of.and(part.notEqual(0)), of.and(part.equalTo(0)));
    }

    private List<Fold> folds(int count, Column of) {
      Column fold = rows.strata("fold").fold(HashedRows.bucket("fold"), count);
      List<Fold> folds = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        folds.add(
            new Fold(
                "fold " + (i + 1) + " of " + count,
                of.and(fold.notEqual(i)),
                of.and(fold.equalTo(i))));
      }
      return folds;
    }

    /** The first rows of the input to fit, the last to evaluate, if there is such an order. */
    private Optional<Fold> late() {
      if (!options.timeCheck()) {
        return Optional.empty();
      }
      if (source.noOrder().isPresent()) {
        notes.add("not measured in the order of time: " + source.noOrder().get());
        return Optional.empty();
      }
      Column after = rows.isAfter(1 - TEST_SHARE);
      HashedRows.Part last = rows.part(after, "time check");
      HashedRows.Part first =
          new HashedRows.Part(rows.rows() - last.rows(), rows.positives() - last.positives());
      if (!last.hasBothClasses(1) || !first.hasBothClasses(1)) {
        notes.add(
            "not measured in the order of time: of the last "
                + last.rows()
                + " rows "
                + last.positives()
                + " are yes, of the rows before "
                + first.positives()
                + "; either part needs both kinds");
        return Optional.empty();
      }
      return Optional.of(new Fold("time check", functions.not(after), after));
    }

    private List<FullModel> fit(Settings settings, List<Fold> folds) {
      List<Supplier<FullModel>> fits = new ArrayList<>();
      for (Fold fold : folds) {
        fits.add(
            () -> {
              HashedRows.Part part = rows.part(fold.fitted(), fold.what());
              check("training", part, 1);
              return learner.fit(settings, fold.fitted(), part, fold.what());
            });
      }
      return SideBySide.run(fits, atOnce());
    }

    /** One more than cores: between its many small Spark jobs a fit leaves its core idle. */
    private int atOnce() {
      SparkSession spark = rows.all().sparkSession();
      return rows.rows() > Learner.ROWS_A_PARTITION
          ? 1
          : Math.min(MOST_AT_ONCE, spark.sparkContext().defaultParallelism() + 1);
    }

    private Dataset<Row> outOfFold(List<Fold> folds, List<FullModel> models) {
      Dataset<Row> all = null;
      for (int i = 0; i < folds.size(); i++) {
        Dataset<Row> scored =
            models
                .get(i)
                .score(
                    rows.all()
                        .filter(folds.get(i).held())
                        .withColumn(SplitRows.SPLIT, concat(lit("fold-"), lit(i + 1))));
        all = all == null ? scored : all.union(scored);
      }
      return all;
    }

    private double threshold(List<Fold> folds, List<FullModel> models) {
      return Evaluation.of(
          outOfFold(folds, models),
          Math.min(rows.rows(), ROWS_TO_CHOOSE),
          "choose the threshold",
          Threshold::withBestF1);
    }

    private Settings tuned(Column train, HashedRows.Part part) {
      if (!options.tune()) {
        return options.settings();
      }
      List<Fold> folds = folds(INNER_FOLDS, chosenFrom(train, part));
      List<Settings> grid = options.settings().grid();
      List<Supplier<Double>> searches = new ArrayList<>();
      for (int i = 0; i < grid.size(); i++) {
        Settings settings = grid.get(i);
        String candidate = "candidate " + (i + 1) + " of " + grid.size();
        searches.add(
            () -> {
              List<FullModel> models = new ArrayList<>();
              for (Fold fold : folds) {
                String what = candidate + ", " + fold.what();
                models.add(
                    learner.fit(settings, fold.fitted(), rows.part(fold.fitted(), what), what));
              }
              return Evaluation.of(
                  outOfFold(folds, models),
                  Math.min(rows.rows(), ROWS_TO_CHOOSE),
                  candidate + ": evaluate",
                  scored -> HeldOutMetrics.of(scored, 0.5).averagePrecision());
            });
      }
      List<Double> precisions = SideBySide.run(searches, atOnce());
      int best = 0;
      for (int i = 1; i < precisions.size(); i++) {
        best = precisions.get(i) > precisions.get(best) ? i : best;
      }
      for (int i = 0; i < grid.size(); i++) {
        notes.add(
            String.format(
                Locale.ROOT,
                "%s %s: cross-validated PR-AUC %.4f",
                i == best ? "chosen" : "tried",
                grid.get(i).toMap(),
                precisions.get(i)));
      }
      return grid.get(best);
    }

    private List<HeldOutMetrics> byFold(
        List<Fold> folds, List<FullModel> models, double threshold) {
      List<HeldOutMetrics> metrics = new ArrayList<>();
      for (int i = 0; i < folds.size(); i++) {
        metrics.add(evaluate(folds.get(i), models.get(i).withThreshold(threshold)));
      }
      return metrics;
    }

    private Optional<Measurements.TimeSplit> timeOrdered(Optional<Fold> late, FullModel model) {
      return late.map(
          fold -> {
            HeldOutMetrics metrics = evaluate(fold, model);
            return new Measurements.TimeSplit(rows.rows() - metrics.rows(), metrics);
          });
    }

    private HeldOutMetrics evaluate(Fold fold, FullModel model) {
      return Evaluation.of(
          model.score(rows.all().filter(fold.held())),
          rows.rows(),
          fold.what() + ": evaluate",
          scored -> HeldOutMetrics.of(scored, model.threshold()));
    }
  }

  /**
   * A fit and the rows that its model is asked about.
   *
   * @param what for people
   */
  private record Fold(String what, Column fitted, Column held) {}
}
