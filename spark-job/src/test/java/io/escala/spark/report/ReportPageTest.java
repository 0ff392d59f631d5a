package io.escala.spark.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.Manifest;
import io.escala.spark.evaluate.HeldOutEvaluation;
import io.escala.spark.evaluate.HeldOutMetrics;
import io.escala.spark.evaluate.HeldOutMetrics.Scored;
import io.escala.spark.evaluate.Measurements;
import io.escala.spark.profile.ColumnProfile;
import io.escala.spark.profile.DataProfile;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReportPageTest {
  private static final String EVIL = "</script><script>alert('\"1\"')</script>";
  private static final List<Scored> SCORED =
      List.of(new Scored(0.8, 30, 10), new Scored(0.4, 10, 30), new Scored(0.1, 10, 110));
  private static final List<Scored> LATER =
      List.of(new Scored(0.8, 5, 10), new Scored(0.4, 10, 10), new Scored(0.1, 5, 10));

  @Test
  void shouldSayInWordsHowGoodTheModelIsAndAgainstWhat() {
    String text = text(page("bank"));

    assertThat(text)
        .contains("On 200 rows that it had not seen, the model ranks well")
        .contains("ROC-AUC 0.820")
        .contains("it is right about 85.0\u00a0% of the rows")
        .contains("always saying no would be right about 75.0\u00a0%")
        .contains(
            "finds 60.0\u00a0% of all yes, 75.0\u00a0% of those that it calls so being right");
  }

  @Test
  void shouldWarnWhenTheModelIsWorseOnLaterRows() {
    assertThat(text(page("bank")))
        .contains("asked about the 50 after them, it reaches ROC-AUC 0.500")
        .contains("expect this one in use");
  }

  @Test
  void shouldHoldEveryFigureAsTextForReadersWithoutScripts() {
    String text = text(page("bank"));

    assertThat(text)
        .contains("140 (70.0\u00a0%)", "30 (15.0\u00a0%)", "20 (10.0\u00a0%)", "10 (5.0\u00a0%)")
        .contains("Deciles of the rows by falling probability")
        .contains("mean of 2 folds")
        .contains("s3://bucket/bank.csv", "0123abcd", "parameter maxIter")
        .contains("management:\u00a0120\u00a0(30.0\u00a0%)");
  }

  @Test
  void shouldEscapeWhateverComesFromData() {
    String page = page(EVIL);

    assertThat(page).doesNotContain("alert('").doesNotContain("<script>alert");
    assertThat(page).contains("&lt;script&gt;alert(&#39;&quot;1&quot;&#39;)");
    assertThat(Pattern.compile("<script").matcher(page).results().count()).isEqualTo(3);
  }

  @Test
  void shouldNeedNothingFromAnywhereAndAllowOnlyItsOwnScripts() {
    String page = page("bank");

    assertThat(page.replaceAll("(?s)<script>.*?</script>", ""))
        .doesNotContain("src=", "href=", "<link", "@import", "url(");
    assertThat(page).contains("default-src 'none'").doesNotContain("'unsafe-inline'");
    Matcher inline =
        Pattern.compile("<(?:script|style)>(.*?)</(?:script|style)>", Pattern.DOTALL).matcher(page);
    int blocks = 0;
    while (inline.find()) {
      blocks++;
      assertThat(page.substring(0, 2000)).contains(Resources.hash(inline.group(1)));
    }
    assertThat(blocks).isEqualTo(3);
    assertThat(page).contains("Licensed to the Apache Software Foundation");
    assertThat(page.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(900_000);
  }

  @Test
  void shouldLeaveOutWhatWasNotMeasured() {
    Measurements only =
        new Measurements(
            1000,
            800,
            HeldOutEvaluation.of(50, 150, SCORED.iterator(), 0.5),
            List.of(),
            Optional.empty());

    String text =
        text(
            ReportPage.html(
                new ReportData(
                    "bank",
                    "1",
                    Instant.EPOCH,
                    "",
                    "no",
                    "yes",
                    "",
                    only,
                    Map.of(),
                    "",
                    Optional.empty(),
                    provenance("x"),
                    List.of())));

    assertThat(text)
        .doesNotContain("Does it stay that good?")
        .doesNotContain("What the rows look like")
        .doesNotContain("What it looks at");
  }

  /** What a reader sees or hears: no style, no scripts, no tags. */
  private static String text(String page) {
    return page.replaceAll("(?s)<(script|style)[ >].*?</\\1>", " ")
        .replaceAll("<[^>]*>", " ")
        .replaceAll("&#39;", "'");
  }

  private static String page(String value) {
    HeldOutEvaluation heldOut = HeldOutEvaluation.of(50, 150, SCORED.iterator(), 0.5);
    HeldOutMetrics later = HeldOutMetrics.of(LATER.iterator(), 0.5);
    Map<String, Double> importances = new LinkedHashMap<>();
    importances.put(value.equals("bank") ? "month" : value, 0.7);
    importances.put("age", 0.3);
    return ReportPage.html(
        new ReportData(
            value,
            "20260101-abc" + (value.equals("bank") ? "" : value),
            Instant.EPOCH,
            "Will a customer subscribe? " + value,
            "no",
            "yes",
            "30 % of the rows. " + value,
            new Measurements(
                1000,
                800,
                heldOut,
                List.of(heldOut.metrics(), later),
                Optional.of(new Measurements.TimeSplit(600, later))),
            importances,
            "Shares of all. " + value,
            Optional.of(
                new DataProfile(
                    400,
                    100,
                    List.of(
                        new ColumnProfile(
                            "job" + value,
                            "string",
                            0,
                            OptionalLong.of(2),
                            Optional.empty(),
                            List.of(
                                new ColumnProfile.Part("management", 120, 36),
                                new ColumnProfile.Part(value, 280, 64)))))),
            provenance(value),
            List.of(value)));
  }

  private static Manifest.Provenance provenance(String value) {
    return new Manifest.Provenance(
        "s3://bucket/bank.csv",
        Optional.of("0123abcd".repeat(8)),
        OptionalLong.of(1000),
        "logistic-regression",
        Optional.of("book"),
        Map.of("maxIter", value),
        OptionalLong.of(100),
        Optional.of("fedcba98"),
        Optional.of("4.1.0"),
        Optional.of("17"),
        OptionalInt.of(21),
        Optional.of("0.1.0"));
  }
}
