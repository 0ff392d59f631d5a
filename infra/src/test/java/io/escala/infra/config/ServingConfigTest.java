package io.escala.infra.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServingConfigTest {
  private static final String VERSION = "20261123T194500Z-1a2b3c4d";
  private static final String CERTIFICATE =
      "arn:aws:acm:eu-west-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef";

  @Test
  void shouldReadEveryKey() {
    assertThat(
            read(
                "models", "bank@" + VERSION + ", churn@" + VERSION,
                "minReplicas", "3",
                "maxReplicas", "3",
                "cpu", "1500m",
                "memory", "512Mi",
                "certificateArn", CERTIFICATE,
                "internetFacing", "true",
                "callers", "203.0.113.0/24"))
        .isEqualTo(
            new ServingConfig(
                List.of("bank@" + VERSION, "churn@" + VERSION),
                3,
                3,
                "1500m",
                "512Mi",
                Optional.of(CERTIFICATE),
                List.of("203.0.113.0/24")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cpu=0            | cpu = 0: must be processors, such as 1, or thousandths of one",
        "cpu=0m           | cpu = 0m: must be processors",
        "cpu=-1           | cpu = -1: must be",
        "memory=0         | memory = 0: must be 200Mi or more",
        "memory=1G        | memory = 1G: must be 200Mi or more",
        "memory=100Mi     | memory = 100Mi: must be 200Mi or more",
        "minReplicas=0    | minReplicas = 0: must be a whole number from 1",
        "minReplicas=11   | minReplicas = 11: is above kubernetes.serving.maxReplicas = 10; lower",
        "maxReplicas=1    | kubernetes.serving.minReplicas = 2: is above kubernetes.serving.maxReplicas = 1",
        "models=bank      | models = bank: must be name@version, such as bank@2026",
        "models=bank@1    | models = bank@1: must be name@version",
        "models=wine@20261123T194500Z-1a2b3c4d | wine comes with the image, in the version of this repository; remove it",
        "models=a@20261123T194500Z-1a2b3c4d,a@20261123T194501Z-1a2b3c4d | names a twice; a model is served in one version",
        "certificateArn=x | certificateArn = x: must be the ARN of a certificate",
        "internetFacing=true | internetFacing = true: what crosses the internet is encrypted; give a certificate in kubernetes.serving.certificateArn",
        "internetFacing=true | internetFacing = true: needs an allow-list; name the networks that callers come from in kubernetes.serving.callers",
        "callers=203.0.113.0/24 | callers = 203.0.113.0/24: the load balancer is reached from the VPC alone; remove it, or set",
        "callers=0.0.0.0/0 | callers = 0.0.0.0/0: 0.0.0.0/0 is no limit"
      })
  void shouldSayWhatCannotWork(String given, String sentence) {
    String[] parts = given.split("=", 2);
    assertThatThrownBy(() -> read(parts[0], parts[1]))
        .asInstanceOf(type(ConfigurationException.class))
        .satisfies(
            wrong ->
                assertThat(wrong.mistakes())
                    .allMatch(line -> line.contains("kubernetes.serving."))
                    .anyMatch(line -> line.contains(sentence)));
  }

  @Test
  void shouldNotBeMadeOfWhatCannotWork() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new ServingConfig(List.of(), 3, 2, "1", "1Gi", Optional.empty(), List.of()));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new ServingConfig(
                    List.of(), 1, 2, "1", "1Gi", Optional.empty(), List.of("203.0.113.0/24")));
  }

  private static ServingConfig read(String... keysAndValues) {
    Map<String, Object> given = new LinkedHashMap<>(Map.of("escala:kubernetes.enabled", "true"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      given.put("escala:kubernetes.serving." + keysAndValues[i], keysAndValues[i + 1]);
    }
    return EscalaConfig.from(given, Path.of("")).kubernetes().orElseThrow().serving();
  }
}
