package io.escala.spark.train;

import static org.apache.spark.sql.functions.xxhash64;

import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import io.escala.spark.Steps;
import io.escala.spark.bundle.NewBundle;
import io.escala.spark.data.BankColumns;
import io.escala.spark.evaluate.Measurements;
import io.escala.spark.onnx.LogisticGraph;
import io.escala.spark.profile.DataProfile;
import io.escala.spark.report.ReportData;
import io.escala.spark.report.ReportPage;
import java.nio.charset.StandardCharsets;
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

/** What a recipe fitted as a model bundle. */
final class TrainedBundle {
  private static final int SAMPLED_GOLDEN_ROWS = 10;

  private TrainedBundle() {}

  static NewBundle of(
      Training.Request request,
      Recipe recipe,
      Trained trained,
      Measurements measured,
      DataProfile profile,
      String dataUri,
      String dataHash,
      Instant now) {
    FittedModel fitted = trained.model();
    byte[] model = fitted.onnx();
    BundleVersion version = NewBundle.version(now, model);
    Manifest.Provenance provenance = provenance(request, recipe, trained, dataUri, dataHash);
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put(Manifest.MODEL_FILE, model);
    files.put(
        Training.REPORT,
        report(request, trained, measured, profile, version, now, provenance)
            .getBytes(StandardCharsets.UTF_8));
    List<String> columns = fitted.inputs().stream().map(Manifest.Input::name).toList();
    Manifest manifest =
        new Manifest(
            request.name(),
            version,
            now.truncatedTo(ChronoUnit.SECONDS),
            Manifest.Task.BINARY_CLASSIFICATION,
            fitted.description(),
            fitted.inputs(),
            BankColumns.FEATURES.stream()
                .map(c -> c.name())
                .filter(c -> !columns.contains(c))
                .toList(),
            Manifest.Output.classifier(2),
            List.of(BankColumns.NEGATIVE, BankColumns.POSITIVE),
            Optional.of(BankColumns.POSITIVE),
            OptionalDouble.of(fitted.threshold()),
            measured.toMap(),
            provenance,
            NewBundle.hashes(files),
            golden(trained, columns));
    return new NewBundle(manifest, files);
  }

  private static String report(
      Training.Request request,
      Trained trained,
      Measurements measured,
      DataProfile profile,
      BundleVersion version,
      Instant now,
      Manifest.Provenance provenance) {
    return ReportPage.html(
        new ReportData(
            request.name(),
            version.text(),
            now.truncatedTo(ChronoUnit.SECONDS),
            trained.model().description(),
            BankColumns.NEGATIVE,
            BankColumns.POSITIVE,
            trained.split(),
            measured,
            trained.model().importances(),
            trained.model().importancesInWords(),
            Optional.of(profile),
            provenance,
            trained.notes()));
  }

  private static Manifest.Provenance provenance(
      Training.Request request, Recipe recipe, Trained trained, String dataUri, String dataHash) {
    Map<String, String> parameters = new LinkedHashMap<>(trained.model().parameters());
    parameters.putAll(trained.parameters());
    return new Manifest.Provenance(
        dataUri,
        Optional.of(dataHash),
        OptionalLong.of(trained.rows()),
        trained.model().algorithm(),
        Optional.of(recipe.name()),
        parameters,
        OptionalLong.of(request.seed()),
        Optional.of(request.gitCommit()),
        Optional.of(trained.scored().sparkSession().version()),
        Optional.of(System.getProperty("java.version")),
        OptionalInt.of(LogisticGraph.OPSET),
        Optional.of(Version.OF_THIS_JOB));
  }

  /** Some held-out rows, then the hard cases: nothing at all, and values never seen. */
  private static List<Manifest.Golden> golden(Trained trained, List<String> columns) {
    Column[] used = columns.stream().map(functions::col).toArray(Column[]::new);
    Dataset<Row> sample =
        trained.sample().select(used).orderBy(xxhash64(used)).limit(SAMPLED_GOLDEN_ROWS);
    var spark = sample.sparkSession();
    List<Row> chosen =
        new ArrayList<>(
            Steps.describe(spark, "choose rows for the manifest", sample::collectAsList));
    Row first = chosen.get(0);
    chosen.add(RowFactory.create(new Object[columns.size()]));
    chosen.add(with(first, Map.of("job", "astronaut")));
    chosen.add(with(first, Map.of("default", "unknown", "contact", "pigeon")));
    columns.forEach(c -> chosen.add(without(first, columns.indexOf(c))));
    Dataset<Row> scored = trained.model().score(spark.createDataFrame(chosen, sample.schema()));
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
    int prediction = answer.getAs(Training.PREDICTION);
    double yes = answer.getAs(Training.PROBABILITY);
    return new Manifest.Golden(
        inputs,
        prediction == 1 ? BankColumns.POSITIVE : BankColumns.NEGATIVE,
        List.of(1 - yes, yes));
  }
}
