package io.escala.spark.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.escala.inference.Bundle;
import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import io.escala.spark.JobRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportOfARunTest {
  @TempDir Path folder;

  @Test
  void shouldSayTheSameAsTheMetricsAndTheManifestAndNeedNothingElse() throws IOException {
    // when
    Manifest manifest = train("--algorithm", "logistic", "--max-iterations", "8");

    // then
    String page = Files.readString(folder.resolve("out").resolve(Training.REPORT));
    JsonObject metrics = metrics();
    JsonObject later = metrics.getAsJsonObject("timeOrdered");
    String text = text(page);
    assertThat(text)
        .contains(
            "ROC-AUC "
                + shown(metrics, "rocAuc")
                + " chance 0.5 later rows "
                + shown(later, "rocAuc"))
        .contains("Brier score " + shown(metrics, "brier"))
        .contains("accuracy " + shown(metrics, "accuracy") + " " + shown(later, "accuracy"))
        .contains(
            "accuracy of always saying the same "
                + shown(metrics, "majorityAccuracy")
                + " "
                + shown(later, "majorityAccuracy"))
        .contains("above the probability " + shown(metrics, "threshold"));
    JsonObject confusion = metrics.getAsJsonObject("confusionMatrix");
    assertThat(text)
        .containsPattern(
            "is no "
                + confusion.get("trueNegatives").getAsLong()
                + " \\([^)]*\\) "
                + confusion.get("falsePositives").getAsLong()
                + " \\(")
        .containsPattern(
            "is yes "
                + confusion.get("falseNegatives").getAsLong()
                + " \\([^)]*\\) "
                + confusion.get("truePositives").getAsLong()
                + " \\(");
    assertCurvesAreThoseOf(metrics, page);
    manifest
        .metrics()
        .forEach(
            (name, value) -> {
              JsonObject of = name.startsWith("timeOrdered.") ? later : metrics;
              assertThat(of.get(name.replace("timeOrdered.", "")).getAsDouble())
                  .as(name)
                  .isEqualTo(value);
            });

    // self-contained
    assertThat(page).contains("default-src 'none'");
    assertThat(page.replaceAll("(?s)<script>.*?</script>", ""))
        .doesNotContainPattern("(?i)(src|href|action)\\s*=|url\\(|@import|<link|<iframe");
  }

  @Test
  void shouldComeWithTheModelOfTheSourceDocumentToo() throws IOException {
    // when
    Manifest manifest = train("--recipe", "book");

    // then
    assertThat(manifest.files()).containsOnlyKeys(Manifest.MODEL_FILE, Training.REPORT);
    assertThat(text(Files.readString(folder.resolve("out").resolve(Training.REPORT))))
        .contains("ROC-AUC " + shown(metrics(), "rocAuc"))
        .contains("not measured in the order of time")
        .contains("(month)", "What it looks at");
  }

  /** Trains, and checks that the bundle is whole and holds the same report as the output. */
  private Manifest train(String... options) throws IOException {
    Path rows = folder.resolve("rows");
    Path out = folder.resolve("out");
    JobRun.of("generate", "--rows", "1500", "--output-path", rows.toString());
    String[] command = new String[options.length + 5];
    command[0] = "train";
    command[1] = "--input-path";
    command[2] = rows.toString();
    command[3] = "--output-path";
    command[4] = out.toString();
    System.arraycopy(options, 0, command, 5, options.length);
    JobRun run = JobRun.of(command);
    assertThat(run.complaint()).isEmpty();
    assertThat(run.out()).contains("report    file:");
    Path models = out.resolve("models").resolve("bank");
    BundleVersion version =
        BundleVersion.fromPointerJson(Files.readAllBytes(models.resolve("current.json")));
    Path bundle = models.resolve(version.text());
    assertThat(bundle.resolve(Training.REPORT))
        .hasSameBinaryContentAs(out.resolve(Training.REPORT));
    Manifest manifest = Bundle.verify(bundle);
    assertThat(manifest.files()).containsKey(Training.REPORT);
    return manifest;
  }

  private static void assertCurvesAreThoseOf(JsonObject metrics, String page) {
    Matcher plots =
        Pattern.compile("<script type=\"application/json\" id=\"plots\">(.*?)</script>")
            .matcher(page);
    assertThat(plots.find()).isTrue();
    JsonObject drawn = JsonParser.parseString(plots.group(1)).getAsJsonObject();
    JsonArray roc = drawn.getAsJsonArray("roc");
    JsonArray recall = metrics.getAsJsonObject("rocCurve").getAsJsonArray("recall");
    assertThat(roc).hasSameSizeAs(recall);
    for (int i = 0; i < recall.size(); i++) {
      assertThat(roc.get(i).getAsJsonArray().get(1).getAsDouble())
          .isCloseTo(recall.get(i).getAsDouble(), within(1e-5));
    }
    JsonArray deciles = metrics.getAsJsonArray("deciles");
    for (int i = 0; i < 10; i++) {
      assertThat(drawn.getAsJsonArray("lift").get(i).getAsDouble())
          .isCloseTo(deciles.get(i).getAsJsonObject().get("lift").getAsDouble(), within(1e-5));
    }
  }

  private JsonObject metrics() throws IOException {
    return JsonParser.parseString(Files.readString(folder.resolve("out").resolve(Training.METRICS)))
        .getAsJsonObject();
  }

  private static String shown(JsonObject of, String figure) {
    return String.format(Locale.ROOT, "%.4f", of.get(figure).getAsDouble());
  }

  private static String text(String page) {
    return page.replaceAll("(?s)<(script|style)[ >].*?</\\1>", " ")
        .replaceAll("<[^>]*>", " ")
        .replaceAll("\\s+", " ");
  }
}
