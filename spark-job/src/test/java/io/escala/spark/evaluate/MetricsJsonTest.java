package io.escala.spark.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.escala.spark.evaluate.HeldOutMetrics.Scored;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MetricsJsonTest {
  private static final List<Scored> SCORED =
      List.of(new Scored(0.8, 3, 1), new Scored(0.4, 1, 3), new Scored(0.1, 1, 6));
  private static final List<Scored> WORSE = List.of(new Scored(0.8, 3, 3), new Scored(0.4, 2, 7));
  private static final HeldOutEvaluation EVALUATION =
      HeldOutEvaluation.of(5, 10, SCORED.iterator(), 0.5);

  @Test
  void shouldWriteFiguresDecilesAndCurves() {
    JsonObject json = json(new Measurements(50, 35, EVALUATION, List.of(), Optional.empty()));

    assertThat(json.getAsJsonObject("rows").get("input").getAsLong()).isEqualTo(50);
    assertThat(json.get("rocAuc").getAsDouble()).isEqualTo(EVALUATION.metrics().rocAuc());
    assertThat(json.getAsJsonObject("confusionMatrix").get("truePositives").getAsLong())
        .isEqualTo(3);
    assertThat(json.getAsJsonArray("deciles")).hasSize(10);
    assertThat(json.getAsJsonObject("rocCurve").getAsJsonArray("recall")).hasSize(4);
    assertThat(json.getAsJsonObject("rocCurve").getAsJsonArray("probability").get(0).isJsonNull())
        .isTrue();
    assertThat(json.getAsJsonObject("importances").get("age").getAsDouble()).isEqualTo(1);
    assertThat(json.has("folds")).isFalse();
    assertThat(json.has("timeOrdered")).isFalse();
  }

  @Test
  void shouldWriteFoldsWithMeanAndDeviationAndTheTimeSplit() {
    HeldOutMetrics better = EVALUATION.metrics();
    HeldOutEvaluation later = HeldOutEvaluation.of(5, 10, WORSE.iterator(), 0.5);

    JsonObject json =
        json(
            new Measurements(
                50,
                35,
                EVALUATION,
                List.of(better, later.metrics()),
                Optional.of(new Measurements.TimeSplit(20, later.metrics()))));

    double a = better.rocAuc();
    double b = later.metrics().rocAuc();
    JsonObject folds = json.getAsJsonObject("folds");
    assertThat(folds.getAsJsonArray("each")).hasSize(2);
    assertThat(folds.getAsJsonObject("mean").get("rocAuc").getAsDouble())
        .isCloseTo((a + b) / 2, within(1e-12));
    assertThat(folds.getAsJsonObject("deviation").get("rocAuc").getAsDouble())
        .isCloseTo((a - b) / Math.sqrt(2), within(1e-12));
    assertThat(json.getAsJsonObject("timeOrdered").get("rocAuc").getAsDouble()).isEqualTo(b);
    assertThat(json.getAsJsonObject("timeOrdered").getAsJsonObject("rows").get("train").getAsLong())
        .isEqualTo(20);
  }

  private static JsonObject json(Measurements measured) {
    return JsonParser.parseString(MetricsJson.of(measured, Map.of("age", 1.0))).getAsJsonObject();
  }
}
