package io.escala.spark.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.when;

import io.escala.spark.Steps;
import io.escala.spark.data.BankColumns;
import io.escala.spark.onnx.Answer;
import io.escala.spark.onnx.EncodedColumn;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.ml.classification.GBTClassifier;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.classification.RandomForestClassifier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.storage.StorageLevel;

/**
 * Fits models of recipe {@code full} to parts of the same rows. A fit sees its rows in the order of
 * their hashes, on a number of partitions that follows from how many they are, so that the same
 * rows give the same model.
 */
final class Learner {
  /** Up to so many rows a fit runs on one partition; beyond, on one more for each so many. */
  static final long ROWS_A_PARTITION = 250_000;

  /** How many rows the encoding is learnt from at most. */
  private static final long ROWS_TO_ENCODE = 100_000;

  private static final double EVEN = 0.5;
  private static final String WEIGHT = "_weight";

  private final HashedRows rows;
  private final List<String> columns;
  private final boolean balanced;
  private final int seed;

  /**
   * For these rows.
   *
   * @param columns that models may read
   * @param balanced whether both classes count the same in a fit
   */
  Learner(HashedRows rows, List<String> columns, boolean balanced, long seed) {
    this.rows = rows;
    this.columns = columns;
    this.balanced = balanced;
    this.seed = Long.hashCode(seed);
  }

  /**
   * Fits to a part of the rows. The threshold is a half.
   *
   * @param in which rows
   * @param part how many they are
   * @param what for people, such as {@code fold 1 of 3}
   */
  FullModel fit(Settings settings, Column in, HashedRows.Part part, String what) {
    SparkSession spark = rows.all().sparkSession();
    List<Column> raw = new ArrayList<>(columns.stream().map(functions::col).toList());
    raw.add(col(BankColumns.LABEL));
    Dataset<Row> sample =
        rows.all()
            .filter(in.and(rows.isAmong(ROWS_TO_ENCODE, part.rows())))
            .select(raw.toArray(Column[]::new));
    ColumnLearner learner =
        new ColumnLearner(
            columns, Steps.describe(spark, what + ": learn the encoding", sample::collectAsList));
    double prior = (double) part.positives() / part.rows();
    double yes = balanced ? EVEN / prior : 1;
    double no = balanced ? EVEN / (1 - prior) : 1;
    Answer answer = new Answer(balanced ? OptionalDouble.of(prior) : OptionalDouble.empty(), EVEN);
    String description = what + ": fit " + settings.algorithm().words();
    if (settings.algorithm() == Algorithm.LOGISTIC) {
      ColumnLearner.Indicators indicators = learner.forIndicators();
      FittedScorecard scorecard =
          Steps.describe(
              spark,
              description,
              () ->
                  indicators.deviations().size() <= ScorecardFit.MOST_INDICATORS
                      ? scorecard(settings, in, part, indicators, no, yes)
                      : wideScorecard(settings, in, part, indicators, no, yes));
      return new FullModel(settings, indicators.columns(), scorecard, answer);
    }
    List<EncodedColumn> numbers = learner.forTrees();
    Dataset<Row> encoded = encoded(in, part, VectorEncoder.numbers(numbers), no, yes);
    FittedTrees trees = Steps.describe(spark, description, () -> trees(settings, encoded));
    return new FullModel(settings, numbers, trees, answer);
  }

  private FittedScorecard scorecard(
      Settings settings,
      Column in,
      HashedRows.Part part,
      ColumnLearner.Indicators indicators,
      double no,
      double yes) {
    JavaRDD<IndicatorRows> encoded =
        IndicatorRows.of(rows.all().filter(in), indicators.columns())
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      ScorecardFit fit =
          ScorecardFit.of(
              encoded,
              indicators.deviations().size(),
              part,
              no,
              yes,
              settings.regularization(),
              settings.iterations());
      return new FittedScorecard(fit.weights(), fit.intercept(), indicators.deviations());
    } finally {
      encoded.unpersist();
    }
  }

  private FittedScorecard wideScorecard(
      Settings settings,
      Column in,
      HashedRows.Part part,
      ColumnLearner.Indicators indicators,
      double no,
      double yes) {
    Column vector = VectorEncoder.indicators(indicators.columns(), indicators.deviations().size());
    LogisticRegressionModel fitted =
        new LogisticRegression()
            .setFeaturesCol(FullModel.FEATURES)
            .setLabelCol(BankColumns.LABEL)
            .setWeightCol(WEIGHT)
            .setMaxIter(settings.iterations())
            .setRegParam(settings.regularization())
            .fit(encoded(in, part, vector, no, yes));
    return new FittedScorecard(
        fitted.coefficients().toArray(), fitted.intercept(), indicators.deviations());
  }

  private FittedTrees trees(Settings settings, Dataset<Row> encoded) {
    if (settings.algorithm() == Algorithm.RANDOM_FOREST) {
      return FittedTrees.of(
          new RandomForestClassifier()
              .setFeaturesCol(FullModel.FEATURES)
              .setLabelCol(BankColumns.LABEL)
              .setWeightCol(WEIGHT)
              .setNumTrees(settings.iterations())
              .setMaxDepth(settings.depth())
              .setSubsamplingRate(Settings.SUBSAMPLING)
              .setMinInstancesPerNode(settings.leafRows())
              .setMaxBins(Settings.SPLITS)
              .setSeed(seed)
              .fit(encoded));
    }
    return FittedTrees.of(
        new GBTClassifier()
            .setFeaturesCol(FullModel.FEATURES)
            .setLabelCol(BankColumns.LABEL)
            .setWeightCol(WEIGHT)
            .setMaxIter(settings.iterations())
            .setMaxDepth(settings.depth())
            .setStepSize(settings.stepSize())
            .setSubsamplingRate(Settings.SUBSAMPLING)
            .setMinInstancesPerNode(settings.leafRows())
            .setMaxBins(Settings.SPLITS)
            .setCheckpointInterval(Checkpoints.INTERVAL)
            .setSeed(seed)
            .fit(encoded));
  }

  private Dataset<Row> encoded(
      Column in, HashedRows.Part part, Column vector, double no, double yes) {
    Column weight = when(col(BankColumns.LABEL).equalTo(1), yes).otherwise(no);
    return rows.all()
        .filter(in)
        .select(
            col(BankColumns.LABEL),
            weight.as(WEIGHT),
            vector.as(FullModel.FEATURES),
            col(HashedRows.HASH))
        .repartition(partitions(part.rows()), col(HashedRows.HASH))
        .sortWithinPartitions(HashedRows.HASH);
  }

  static int partitions(long rows) {
    return (int) (1 + (rows - 1) / ROWS_A_PARTITION);
  }
}
