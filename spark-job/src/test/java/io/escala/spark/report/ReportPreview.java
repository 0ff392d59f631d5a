package io.escala.spark.report;

import io.escala.inference.Manifest;
import io.escala.spark.TestSpark;
import io.escala.spark.evaluate.HeldOutEvaluation;
import io.escala.spark.evaluate.HeldOutMetrics;
import io.escala.spark.evaluate.HeldOutMetrics.Scored;
import io.escala.spark.evaluate.Measurements;
import io.escala.spark.profile.DataProfile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A page to look at while working on it, from scores of any model: arguments are a folder with
 * {@code random.csv}, {@code time.csv}, {@code fold0.csv} and so on (label, probability) and {@code
 * importance.csv} (column, importance); the bank data; and where the page goes.
 */
final class ReportPreview {
  private ReportPreview() {}

  public static void main(String[] args) throws IOException {
    Path scores = Path.of(args[0]);
    Map<String, Double> importances = new LinkedHashMap<>();
    double total = 0;
    for (String line : Files.readAllLines(scores.resolve("importance.csv"))) {
      String[] cells = line.split(",", -1);
      importances.put(cells[0], Math.max(0, Double.parseDouble(cells[1])));
      total += importances.get(cells[0]);
    }
    double sum = total;
    importances.replaceAll((name, value) -> value / sum);
    List<HeldOutMetrics> folds = new ArrayList<>();
    for (int i = 0; Files.exists(scores.resolve("fold" + i + ".csv")); i++) {
      folds.add(HeldOutMetrics.of(groups(scores.resolve("fold" + i + ".csv")).iterator(), 0.25));
    }
    List<Scored> random = groups(scores.resolve("random.csv"));
    long positives = random.stream().mapToLong(Scored::positives).sum();
    long negatives = random.stream().mapToLong(Scored::negatives).sum();
    HeldOutEvaluation heldOut = HeldOutEvaluation.of(positives, negatives, random.iterator(), 0.25);
    HeldOutMetrics later = HeldOutMetrics.of(groups(scores.resolve("time.csv")).iterator(), 0.25);
    Dataset<Row> rows =
        TestSpark.session()
            .read()
            .option("header", true)
            .option("sep", ";")
            .schema(
                "age int, job string, marital string, education string, `default` string, balance"
                    + " double, housing string, loan string, contact string, day int, month string,"
                    + " duration int, campaign int, pdays int, previous int, poutcome string, y string")
            .csv(args[1])
            .selectExpr("*", "int(y = 'yes') as label");
    List<String> columns = new ArrayList<>(List.of(rows.columns()));
    columns.removeAll(List.of("y", "label", "duration"));
    String page =
        ReportPage.html(
            new ReportData(
                "bank",
                "20261125T091500Z-4f2a9c10",
                Instant.parse("2026-11-25T09:15:00Z"),
                "Will a customer subscribe to a term deposit? Recipe full: gradient-boosted trees.",
                "no",
                "yes",
                "30 % of the rows were held out, yes and no in the same shares (stratified).",
                new Measurements(
                    45_211 - heldOut.metrics().rows(),
                    heldOut,
                    folds,
                    Optional.of(new Measurements.TimeSplit(31_647, later))),
                importances,
                Optional.of(DataProfile.of(rows, columns, "label")),
                new Manifest.Provenance(
                    "s3://escala-data/bank/bank-full.csv",
                    Optional.of("99d7e8eb12401ed278b793984423915411ea8df099e1795f9fefe254f513fe5e"),
                    OptionalLong.of(45_211),
                    "gradient-boosted-trees",
                    Optional.of("full"),
                    new TreeMap<>(Map.of("maxIter", "120", "maxDepth", "5", "stepSize", "0.08")),
                    OptionalLong.of(100),
                    Optional.of("187c263"),
                    Optional.of("4.1.0"),
                    Optional.of("17.0.12"),
                    OptionalInt.of(21),
                    Optional.of("0.1.0")),
                List.of()));
    Files.writeString(Path.of(args[2]), page);
  }

  private static List<Scored> groups(Path file) throws IOException {
    TreeMap<Double, long[]> counts = new TreeMap<>((a, b) -> Double.compare(b, a));
    for (String line : Files.readAllLines(file)) {
      if (!line.startsWith("label")) {
        String[] cells = line.split(",", -1);
        counts
            .computeIfAbsent(Double.valueOf(cells[1]), p -> new long[2])[
            Integer.parseInt(cells[0])]++;
      }
    }
    return counts.entrySet().stream()
        .map(e -> new Scored(e.getKey(), e.getValue()[1], e.getValue()[0]))
        .toList();
  }
}
