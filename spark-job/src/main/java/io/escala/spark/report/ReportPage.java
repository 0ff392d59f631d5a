package io.escala.spark.report;

import static io.escala.spark.report.Numbers.count;
import static io.escala.spark.report.Numbers.fixed;
import static io.escala.spark.report.Numbers.percent;
import static io.escala.spark.report.Numbers.plain;

import io.escala.inference.Manifest;
import io.escala.spark.evaluate.AtThreshold;
import io.escala.spark.evaluate.Confusion;
import io.escala.spark.evaluate.Decile;
import io.escala.spark.evaluate.FoldStatistics;
import io.escala.spark.evaluate.HeldOutEvaluation;
import io.escala.spark.evaluate.HeldOutMetrics;
import io.escala.spark.evaluate.Measurements;
import io.escala.spark.profile.ColumnProfile;
import io.escala.spark.profile.DataProfile;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * {@code report.html}: one page that needs nothing but itself. The browser draws its plots, from
 * figures that also stand in tables; its security policy names the style and the scripts by hash
 * and forbids everything else, every connection included.
 */
public final class ReportPage {
  private static final int MOST_IMPORTANT = 20;
  private static final DateTimeFormatter WHEN =
      DateTimeFormatter.ofPattern("d MMMM uuuu 'at' HH:mm:ss 'UTC'", Locale.ENGLISH);

  private final ReportData data;
  private final HeldOutEvaluation evaluation;
  private final HeldOutMetrics metrics;
  private final List<Map.Entry<String, Double>> importances;
  private final Html html = new Html();

  private ReportPage(ReportData data) {
    this.data = data;
    this.evaluation = data.measurements().heldOut();
    this.metrics = evaluation.metrics();
    this.importances =
        List.copyOf(data.importances().entrySet())
            .subList(0, Math.min(MOST_IMPORTANT, data.importances().size()));
  }

  /** The page, to be stored as UTF-8; the same data give the same page. */
  public static String html(ReportData data) {
    return new ReportPage(data).page();
  }

  private String page() {
    String style = Resources.text("report.css");
    String library = Resources.text("echarts.common.min.js");
    String script = Resources.text("report.js");
    html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.raw(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src ")
        .raw(Resources.hash(style) + "; script-src ")
        .raw(Resources.hash(library) + " " + Resources.hash(script))
        .raw("; base-uri 'none'; form-action 'none'\">\n")
        .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.element("title", data.name() + " " + data.version() + ": model report");
    html.raw("<style>" + style + "</style>\n</head>\n<body>\n");
    heading();
    keyFigures();
    rankings();
    probabilities();
    decisions();
    stability();
    importance();
    data.profile().ifPresent(this::profile);
    provenance();
    html.raw("<footer class=\"soft\"><details>")
        .element("summary", "Plots: Apache ECharts, Apache License 2.0")
        .element("pre", Resources.text("echarts-notice.txt"))
        .raw("</details></footer>\n");
    html.raw("<script type=\"application/json\" id=\"plots\">")
        .raw(PlotData.of(data, importances) + "</script>\n")
        .raw(
            "<script>"
                + library
                + "</script>\n<script>"
                + script
                + "</script>\n</body>\n</html>\n");
    return html.toString();
  }

  private void heading() {
    html.raw("<header>\n").element("h1", data.name());
    html.element("p", "class=\"soft\"", "Version " + data.version());
    html.element(
        "p", "class=\"soft\"", "Made on " + WHEN.format(data.created().atOffset(ZoneOffset.UTC)));
    html.element("p", data.description()).raw("</header>\n<main>\n<div class=\"verdict\">\n");
    Verdict.sentences(data).forEach(s -> html.element("p", s));
    html.raw("</div>\n");
    html.raw(
        "<noscript><p class=\"soft\">Plots need JavaScript; the tables hold their figures.</p></noscript>\n");
    data.notes().forEach(n -> html.element("p", n));
  }

  private void keyFigures() {
    html.element("h2", "Key figures");
    html.element("p", "class=\"soft\"", data.split());
    html.raw("<dl class=\"figures\">\n");
    figure("ROC-AUC", fixed(metrics.rocAuc(), 4), "chance 0.5", later(m -> fixed(m.rocAuc(), 4)));
    figure(
        "PR-AUC",
        fixed(metrics.averagePrecision(), 4),
        "chance " + fixed(metrics.positiveRate(), 4),
        later(m -> fixed(m.averagePrecision(), 4)));
    figure(
        "log loss",
        fixed(metrics.logLoss(), 4),
        "constant " + fixed(constantLoss(), 4),
        later(m -> fixed(m.logLoss(), 4)));
    figure(
        "Brier score",
        fixed(metrics.brier(), 4),
        "constant " + fixed(metrics.positiveRate() * (1 - metrics.positiveRate()), 4),
        later(m -> fixed(m.brier(), 4)));
    figure(
        "accuracy",
        percent(metrics.accuracy()),
        "always " + majority() + " " + percent(metrics.majorityAccuracy()),
        later(m -> percent(m.accuracy()) + ", majority " + percent(m.majorityAccuracy())));
    figure(
        "F1",
        fixed(metrics.f1(), 4),
        "best "
            + fixed(evaluation.bestF1().f1(), 4)
            + " at "
            + fixed(evaluation.bestF1().threshold(), 3),
        later(m -> fixed(m.f1(), 4)));
    figure("calibration error", fixed(evaluation.calibrationError(), 4), "over deciles", "");
    figure(
        "rows held out",
        count(metrics.rows()),
        "of " + count(data.measurements().rows()),
        later(m -> count(m.rows())));
    html.raw("</dl>\n");
  }

  /** Of always answering with the share of positives. */
  private double constantLoss() {
    double rate = metrics.positiveRate();
    return -rate * Math.log(rate) - (1 - rate) * Math.log1p(-rate);
  }

  private void figure(String name, String value, String beside, String later) {
    html.raw("<div>").element("dt", name).raw("<dd>").text(value);
    html.element("small", beside);
    if (!later.isEmpty()) {
      html.element("small", later);
    }
    html.raw("</dd></div>\n");
  }

  /** The same figure of later rows, or nothing. */
  private String later(Function<HeldOutMetrics, String> figure) {
    return data.measurements()
        .timeSplit()
        .map(t -> "later rows " + figure.apply(t.metrics()))
        .orElse("");
  }

  private String majority() {
    return metrics.positiveRate() > 0.5 ? data.positive() : data.negative();
  }

  private void rankings() {
    html.element("h2", "Does it tell them apart?").raw("<div class=\"pair\">\n");
    plot(
        "roc",
        "Receiver operating characteristic",
        "Rises from 0 to 1 above the diagonal of chance; the area below it is "
            + fixed(metrics.rocAuc(), 4)
            + ".");
    plot(
        "precisionRecall",
        "Precision and recall",
        "Lies above the share of "
            + data.positive()
            + ", "
            + percent(metrics.positiveRate())
            + ", where it is better than chance; average precision is "
            + fixed(metrics.averagePrecision(), 4)
            + ".");
    html.raw("</div>\n<div class=\"figure-table\">\n");
    List<List<String>> rows = new ArrayList<>();
    for (AtThreshold at : evaluation.thresholds()) {
      Confusion c = at.confusion();
      rows.add(
          List.of(
              fixed(at.threshold(), 2),
              percent((double) c.called() / c.rows()),
              percent(c.precision()),
              percent(c.recall()),
              percent(c.falsePositiveRate()),
              fixed(c.f1(), 3)));
    }
    html.table(
        "Both curves, at some thresholds",
        List.of(
            "threshold", "called " + data.positive(), "precision", "recall", "false alarms", "F1"),
        rows);
    html.raw("</div>\n");
  }

  private void probabilities() {
    html.element("h2", "Do its probabilities hold, and whom would it choose?");
    html.raw("<div class=\"pair\">\n");
    plot(
        "calibration",
        "Calibration",
        "By decile: on the diagonal, the share found is the probability given; the mean distance is "
            + fixed(evaluation.calibrationError(), 4)
            + ".");
    plot(
        "gain",
        "Cumulative gain",
        "Taking the rows by falling probability, three tenths of them hold "
            + percent(evaluation.deciles().get(2).gain())
            + " of all "
            + data.positive()
            + ".");
    html.raw("</div>\n");
    plot(
        "lift",
        "Lift by decile",
        "The first decile holds "
            + fixed(evaluation.deciles().get(0).lift(), 2)
            + " times the average share of "
            + data.positive()
            + ", the last "
            + fixed(evaluation.deciles().get(9).lift(), 2)
            + " times.");
    html.raw("<div class=\"figure-table deciles\">\n");
    List<List<String>> rows = new ArrayList<>();
    for (Decile d : evaluation.deciles()) {
      rows.add(
          List.of(
              String.valueOf(d.number()),
              count(d.rows()),
              count(d.positives()),
              percent(d.meanProbability()),
              percent(d.rate()),
              fixed(d.lift(), 2),
              percent(d.gain()),
              fixed(d.cumulativeLift(), 2)));
    }
    html.table(
        "Deciles of the rows by falling probability; rows that tie at a border are shared out",
        List.of(
            "decile",
            "rows",
            data.positive(),
            "predicted",
            "found",
            "lift",
            "gain so far",
            "lift so far"),
        rows);
    html.raw("</div>\n");
  }

  private void plot(String id, String title, String says) {
    html.raw("<figure>").element("h3", title);
    html.raw(
            "<div class=\"plot"
                + switch (id) {
                  case "importance" -> " wide bars";
                  case "lift" -> " wide";
                  default -> "";
                }
                + "\" data-plot=\""
                + id
                + "\" role=\"img\" aria-label=\"")
        .text(title + ". " + says)
        .raw("\"></div>")
        .element("figcaption", says)
        .raw("</figure>\n");
  }

  private void decisions() {
    html.element("h2", "What it decides");
    html.element(
        "p",
        "class=\"soft\"",
        "It says "
            + data.positive()
            + " above the probability "
            + fixed(evaluation.threshold(), 4)
            + ".");
    html.raw("<div class=\"figure-table\"><div class=\"scroll\"><table>\n");
    html.element("caption", "Confusion matrix: rows, and their share of all");
    html.raw("<thead><tr>").element("td", "");
    html.element("th", "scope=\"col\"", "called " + data.negative());
    html.element("th", "scope=\"col\"", "called " + data.positive());
    html.element("th", "scope=\"col\"", "right").raw("</tr></thead><tbody>\n");
    matrixRow(data.negative(), metrics.trueNegatives(), metrics.falsePositives(), true);
    matrixRow(data.positive(), metrics.falseNegatives(), metrics.truePositives(), false);
    html.raw("</tbody></table></div></div>\n");
  }

  private void matrixRow(String name, long calledNo, long calledYes, boolean noIsRight) {
    html.raw("<tr>").element("th", "scope=\"row\"", "is " + name);
    html.element("td", noIsRight ? "class=\"right\"" : "", withShare(calledNo));
    html.element("td", noIsRight ? "" : "class=\"right\"", withShare(calledYes));
    long right = noIsRight ? calledNo : calledYes;
    html.element("td", percent((double) right / (calledNo + calledYes))).raw("</tr>\n");
  }

  private String withShare(long rows) {
    return count(rows) + " (" + percent((double) rows / metrics.rows()) + ")";
  }

  private void stability() {
    Measurements measured = data.measurements();
    if (measured.folds().isEmpty() && measured.timeSplit().isEmpty()) {
      return;
    }
    html.element("h2", "Does it stay that good?");
    Map<String, FoldStatistics> folds =
        measured.folds().isEmpty() ? Map.of() : FoldStatistics.of(measured.folds());
    List<String> header = new ArrayList<>(List.of("figure", "held out"));
    if (!folds.isEmpty()) {
      header.add("mean of " + measured.folds().size() + " folds");
      header.add("\u00b1 sd");
    }
    measured.timeSplit().ifPresent(t -> header.add("later rows"));
    List<List<String>> rows = new ArrayList<>();
    for (Map.Entry<String, String> figure : FIGURES.entrySet()) {
      String key = figure.getKey();
      List<String> row =
          new ArrayList<>(List.of(figure.getValue(), fixed(metrics.toMap().get(key), 4)));
      if (!folds.isEmpty()) {
        row.add(fixed(folds.get(key).mean(), 4));
        row.add(fixed(folds.get(key).deviation(), 4));
      }
      measured.timeSplit().ifPresent(t -> row.add(fixed(t.metrics().toMap().get(key), 4)));
      rows.add(row);
    }
    html.raw("<div class=\"figure-table\">\n");
    html.table("The same figures, measured in other ways", header, rows);
    html.raw("</div>\n");
    measured
        .timeSplit()
        .ifPresent(
            t ->
                html.element(
                    "p",
                    "class=\"soft\"",
                    "Later rows: fitted to the first "
                        + count(t.trainRows())
                        + " rows of the input, measured on the "
                        + count(t.metrics().rows())
                        + " after them."));
  }

  private static final Map<String, String> FIGURES = new LinkedHashMap<>();

  static {
    FIGURES.put("rocAuc", "ROC-AUC");
    FIGURES.put("prAuc", "PR-AUC");
    FIGURES.put("logLoss", "log loss");
    FIGURES.put("brier", "Brier score");
    FIGURES.put("accuracy", "accuracy");
    FIGURES.put("majorityAccuracy", "accuracy of always saying the same");
    FIGURES.put("precision", "precision");
    FIGURES.put("recall", "recall");
    FIGURES.put("f1", "F1");
  }

  private void importance() {
    if (importances.isEmpty()) {
      return;
    }
    html.element("h2", "What it looks at");
    plot(
        "importance",
        "Importance of the columns",
        data.importancesAre()
            + (importances.size() < data.importances().size()
                ? " " + (data.importances().size() - importances.size()) + " more are not shown."
                : ""));
    html.raw("<noscript>");
    html.table(
        "Importance of the columns",
        List.of("column", "share"),
        importances.stream().map(i -> List.of(i.getKey(), percent(i.getValue()))).toList());
    html.raw("</noscript>\n");
  }

  private void profile(DataProfile profile) {
    html.element("h2", "What the rows look like");
    html.element(
        "p",
        "class=\"soft\"",
        count(profile.rows())
            + " rows, "
            + percent((double) profile.positives() / Math.max(1, profile.rows()))
            + " of them "
            + data.positive()
            + ". Columns in brackets are not read by the model. Beside each value or range: its rows and the share of "
            + data.positive()
            + " among them.");
    html.raw("<table class=\"profile\">\n<thead><tr>");
    List.of("column", "type", "missing", "distinct", "min, quartiles, max")
        .forEach(h -> html.element("th", "scope=\"col\" class=\"left\"", h));
    html.element("th", "scope=\"col\" class=\"left\"", "values").raw("</tr></thead><tbody>\n");
    for (ColumnProfile column : profile.columns()) {
      html.raw("<tr>").element("th", "scope=\"row\"", named(column.name()));
      cell("type", column.type());
      cell("missing", count(column.missing()));
      cell(
          "distinct",
          column.distinct().isPresent()
              ? count(column.distinct().getAsLong())
              : "over " + count((long) DataProfile.MAX_DISTINCT));
      column
          .spread()
          .ifPresentOrElse(
              s -> cell("min, quartiles, max", spread(s)),
              () -> html.element("td", "class=\"left none\"", "\u2013"));
      html.element(
          "td",
          "class=\"values\" data-name=\"values\"",
          String.join(
              " \u00b7 ",
              column.parts().stream()
                  .map(
                      p ->
                          p.values()
                              + ":\u00a0"
                              + count(p.rows())
                              + "\u00a0("
                              + percent(p.rate())
                              + ")")
                  .toList()));
      html.raw("</tr>\n");
    }
    html.raw("</tbody></table>\n");
  }

  private String named(String column) {
    return data.importances().isEmpty() || data.importances().containsKey(column)
        ? column
        : "(" + column + ")";
  }

  private void cell(String name, String value) {
    html.element("td", "class=\"left\" data-name=\"" + name + "\"", value);
  }

  private static String spread(ColumnProfile.Spread s) {
    String quartiles =
        String.join(", ", plain(s.lowerQuartile()), plain(s.median()), plain(s.upperQuartile()));
    return plain(s.min()) + ", " + (s.exact() ? "" : "about ") + quartiles + ", " + plain(s.max());
  }

  private void provenance() {
    Manifest.Provenance from = data.provenance();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("data", from.data());
    from.dataSha256().ifPresent(h -> all.put("SHA-256 of the data", h));
    from.rows().ifPresent(r -> all.put("rows", count(r)));
    all.put("algorithm", from.algorithm());
    from.recipe().ifPresent(r -> all.put("recipe", r));
    from.parameters().forEach((name, value) -> all.put("parameter " + name, value));
    from.seed().ifPresent(s -> all.put("seed", String.valueOf(s)));
    from.gitCommit().ifPresent(c -> all.put("git commit", c));
    from.sparkVersion().ifPresent(v -> all.put("Spark", v));
    from.javaVersion().ifPresent(v -> all.put("Java", v));
    from.onnxOpset().ifPresent(o -> all.put("ONNX opset", String.valueOf(o)));
    from.escalaVersion().ifPresent(v -> all.put("Escala", v));
    html.element("h2", "Where it comes from").raw("<table class=\"pairs\"><tbody>\n");
    all.forEach(
        (name, value) ->
            html.raw("<tr>")
                .element("th", "scope=\"row\"", name)
                .element("td", value)
                .raw("</tr>\n"));
    html.raw("</tbody></table>\n</main>\n");
  }
}
