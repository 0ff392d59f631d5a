package io.escala.spark.train;

import static org.apache.spark.sql.functions.col;

import io.escala.spark.Steps;
import io.escala.spark.data.BadRows;
import io.escala.spark.data.BankColumns;
import io.escala.spark.data.BankRows;
import io.escala.spark.onnx.LogisticFormula;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.classification.LogisticRegressionModel;
import org.apache.spark.ml.feature.Imputer;
import org.apache.spark.ml.feature.ImputerModel;
import org.apache.spark.ml.feature.OneHotEncoder;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.StandardScalerModel;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.feature.StringIndexerModel;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.stat.Summarizer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/**
 * The pipeline of the source document, step by step: indexed and one-hot encoded categories,
 * imputed and scaled numbers, logistic regression with ten iterations.
 */
public final class BookRecipe implements Recipe {
  /** The columns that it takes for categories. */
  public static final List<String> CATEGORIES =
      List.of("job", "marital", "education", "contact", "housing", "loan", "default", "day");

  /** The columns that it takes for numbers. */
  public static final List<String> MEASURES = List.of("age", "balance");

  /** How many iterations the optimizer may take. */
  public static final int MAX_ITERATIONS = 10;

  private static final long ROWS_MEASURED = 100_000;
  private static final String NUMBERS = "numbers";
  private static final String SCALED = "scaled";
  private static final String FEATURES = "features";

  @Override
  public String name() {
    return "book";
  }

  @Override
  public Trained fit(BankRows source, BadRows bad, Training.Request request) throws IOException {
    List<String> used = Stream.concat(CATEGORIES.stream(), MEASURES.stream()).toList();
    SplitRows rows = SplitRows.of(source, bad, request.input(), used, request.seed());
    try {
      return fit(rows);
    } catch (RuntimeException e) {
      rows.close();
      throw e;
    }
  }

  private static Trained fit(SplitRows rows) {
    SparkSession spark = rows.all().sparkSession();
    Dataset<Row> train = rows.part(SplitRows.TRAIN);
    PipelineModel encoders =
        Steps.describe(
            spark, "fit the encoders, means and scales", () -> preprocessing().fit(train));
    // Kept in memory, so that each row is encoded once, for fitting and for scoring
    List<Column> kept =
        new ArrayList<>(Arrays.stream(rows.all().columns()).map(functions::col).toList());
    kept.add(col(FEATURES));
    Dataset<Row> encoded =
        rows.keep(encoders.transform(rows.all()).select(kept.toArray(Column[]::new)));
    LogisticRegressionModel fitted =
        Steps.describe(
            spark,
            "fit logistic regression",
            () ->
                new LogisticRegression()
                    .setFeaturesCol(FEATURES)
                    .setLabelCol(BankColumns.LABEL)
                    .setMaxIter(MAX_ITERATIONS)
                    .fit(
                        encoded
                            .filter(SplitRows.isIn(SplitRows.TRAIN))
                            .select(BankColumns.LABEL, FEATURES)));
    // The same model without its training summary, which would travel with every task and drags
    // the session along. Without the raw column Spark decides by the probability itself, as the
    // bundle's contract says.
    LogisticRegressionModel regression =
        new LogisticRegressionModel(fitted.uid(), fitted.coefficients(), fitted.intercept());
    regression.setRawPredictionCol("");
    PipelineModel pipeline =
        new Pipeline().setStages(new PipelineStage[] {encoders, regression}).fit(train);
    BookModel model =
        new BookModel(
            pipeline,
            formula(train, encoders, regression),
            deviations(encoded.select(FEATURES), rows.rows()));
    List<Column> columns = new ArrayList<>(rows.columns().stream().map(functions::col).toList());
    columns.addAll(
        List.of(
            col(BankColumns.LABEL),
            col(SplitRows.SPLIT),
            col(Training.PREDICTION),
            col(Training.PROBABILITY)));
    return new Trained(
        model,
        BookModel.answered(regression.transform(encoded)).select(columns.toArray(Column[]::new)),
        rows.part(SplitRows.TEST),
        rows.rows(),
        rows.trainRows(),
        rows.testRows(),
        Map.of("split", "0.7/0.3"),
        "30 % of the rows were held out, drawn at random from the seed.",
        List.of(),
        Optional.empty(),
        List.of("not measured in the order of time: recipe full does that"),
        rows::close);
  }

  private static Vector deviations(Dataset<Row> encoded, long rows) {
    double share = Math.min(1, (double) ROWS_MEASURED / rows);
    return Steps.describe(
        encoded.sparkSession(),
        "measure how the features spread",
        () ->
            encoded
                .sample(share, 1)
                .select(Summarizer.std(col(FEATURES)))
                .first()
                .<Vector>getAs(0));
  }

  private static Pipeline preprocessing() {
    String[] categories = CATEGORIES.toArray(String[]::new);
    String[] measures = MEASURES.toArray(String[]::new);
    List<String> assembled = new ArrayList<>(Arrays.asList(suffixed(categories, "_hot")));
    assembled.add(SCALED);
    return new Pipeline()
        .setStages(
            new PipelineStage[] {
              new StringIndexer()
                  .setInputCols(categories)
                  .setOutputCols(suffixed(categories, "_index"))
                  .setHandleInvalid("keep"),
              new OneHotEncoder()
                  .setInputCols(suffixed(categories, "_index"))
                  .setOutputCols(suffixed(categories, "_hot")),
              new Imputer()
                  .setInputCols(measures)
                  .setOutputCols(suffixed(measures, "_imputed"))
                  .setStrategy("mean"),
              new VectorAssembler()
                  .setInputCols(suffixed(measures, "_imputed"))
                  .setOutputCol(NUMBERS),
              new StandardScaler()
                  .setInputCol(NUMBERS)
                  .setOutputCol(SCALED)
                  .setWithStd(true)
                  .setWithMean(false),
              new VectorAssembler()
                  .setInputCols(assembled.toArray(String[]::new))
                  .setOutputCol(FEATURES)
            });
  }

  private static String[] suffixed(String[] columns, String suffix) {
    return Arrays.stream(columns).map(c -> c + suffix).toArray(String[]::new);
  }

  private static LogisticFormula formula(
      Dataset<Row> rows, PipelineModel encoders, LogisticRegressionModel regression) {
    String[][] values = ((StringIndexerModel) encoders.stages()[0]).labelsArray();
    List<LogisticFormula.Category> categories = new ArrayList<>();
    for (int i = 0; i < CATEGORIES.size(); i++) {
      categories.add(
          new LogisticFormula.Category(
              CATEGORIES.get(i), isWhole(rows, CATEGORIES.get(i)), List.of(values[i])));
    }
    Row means = ((ImputerModel) encoders.stages()[2]).surrogateDF().first();
    double[] deviations = ((StandardScalerModel) encoders.stages()[4]).std().toArray();
    List<LogisticFormula.Measure> measures = new ArrayList<>();
    for (int i = 0; i < MEASURES.size(); i++) {
      double mean = means.getDouble(means.fieldIndex(MEASURES.get(i)));
      measures.add(
          new LogisticFormula.Measure(
              MEASURES.get(i),
              // Spark's imputer casts the mean to the column's type
              isWhole(rows, MEASURES.get(i)) ? (int) mean : mean,
              deviations[i] == 0 ? 0 : 1 / deviations[i]));
    }
    return new LogisticFormula(
        categories,
        measures,
        Arrays.stream(regression.coefficients().toArray()).boxed().toList(),
        regression.intercept(),
        regression.getThreshold());
  }

  private static boolean isWhole(Dataset<Row> rows, String column) {
    return rows.schema().apply(column).dataType().equals(DataTypes.IntegerType);
  }
}
