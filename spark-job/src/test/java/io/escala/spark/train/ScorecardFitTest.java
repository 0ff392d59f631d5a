package io.escala.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.escala.spark.TestSpark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows of two columns: the first sets one of three indicators or none, the second one of two. */
class ScorecardFitTest {
  /** The last is set by no row. */
  private static final int INDICATORS = 6;

  private static final double REGULARIZATION = 0.001;
  private static final int ENOUGH_STEPS = 50;

  private record Case(short first, short second, byte label) {}

  @ParameterizedTest
  @CsvSource({"1, 1", "0.6, 3"})
  void shouldComeToWhereMllibComesTo(double no, double yes) {
    // given
    List<Case> cases = cases(2000);

    // when
    ScorecardFit fit = fit(cases, 3, no, yes);

    // then
    LogisticRegressionModel expected = mllib(cases, no, yes);
    assertThat(fit.intercept()).isCloseTo(expected.intercept(), within(1e-6));
    assertThat(fit.weights()).containsExactly(expected.coefficients().toArray(), within(1e-6));
    assertThat(fit.weights()[INDICATORS - 1]).isZero();
  }

  @Test
  void shouldGiveTheSameBitsHoweverTheRowsAreSpreadAndOrdered() {
    // given
    List<Case> cases = cases(999);
    List<Case> shuffled = new ArrayList<>(cases);
    Collections.shuffle(shuffled, new Random(5));

    // when
    ScorecardFit whole = fit(cases, 1, 1, 2.5);
    ScorecardFit spread = fit(shuffled, 7, 1, 2.5);

    // then
    assertThat(spread.weights()).isEqualTo(whole.weights());
    assertThat(spread.intercept()).isEqualTo(whole.intercept());
  }

  private static List<Case> cases(int count) {
    Random random = new Random(3);
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int first = random.nextInt(4) - 1;
      int second = random.nextInt(5) == 0 ? 4 : random.nextInt(2) * 4 - 1;
      double margin = -1.5 + 0.8 * first + (second == 4 ? 1 : 0);
      boolean isYes = random.nextDouble() < 1 / (1 + Math.exp(-margin));
      cases.add(new Case((short) first, (short) second, (byte) (isYes ? 1 : 0)));
    }
    return cases;
  }

  private static ScorecardFit fit(List<Case> cases, int parts, double no, double yes) {
    List<IndicatorRows> blocks = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      List<Case> some =
          cases.subList(part * cases.size() / parts, (part + 1) * cases.size() / parts);
      short[] places = new short[2 * some.size()];
      byte[] labels = new byte[some.size()];
      for (int i = 0; i < some.size(); i++) {
        places[2 * i] = some.get(i).first();
        places[2 * i + 1] = some.get(i).second();
        labels[i] = some.get(i).label();
      }
      blocks.add(new IndicatorRows(2, places, labels));
    }
    JavaRDD<IndicatorRows> rows =
        JavaSparkContext.fromSparkContext(TestSpark.session().sparkContext())
            .parallelize(blocks, parts);
    long positives = cases.stream().filter(c -> c.label() == 1).count();
    return ScorecardFit.of(
        rows,
        INDICATORS,
        new HashedRows.Part(cases.size(), positives),
        no,
        yes,
        REGULARIZATION,
        ENOUGH_STEPS);
  }

  private static LogisticRegressionModel mllib(List<Case> cases, double no, double yes) {
    List<Row> rows = new ArrayList<>();
    for (Case one : cases) {
      double[] features = new double[INDICATORS];
      for (short place : new short[] {one.first(), one.second()}) {
        if (place != IndicatorRows.NONE) {
          features[place] = 1;
        }
      }
      rows.add(
          RowFactory.create(
              (int) one.label(), one.label() == 1 ? yes : no, Vectors.dense(features)));
    }
    StructType schema =
        new StructType()
            .add("label", DataTypes.IntegerType)
            .add("weight", DataTypes.DoubleType)
            .add("features", SQLDataTypes.VectorType());
    return new LogisticRegression()
        .setWeightCol("weight")
        .setRegParam(REGULARIZATION)
        .setMaxIter(1000)
        .setTol(1e-13)
        .fit(TestSpark.session().createDataFrame(rows, schema));
  }
}
