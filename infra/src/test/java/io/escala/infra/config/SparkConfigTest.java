package io.escala.infra.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SparkConfigTest {
  @TempDir Path root;

  @ParameterizedTest
  @ValueSource(strings = {"transient", "long-running", "scheduled", "serverless"})
  void shouldSwitchTheLifecycleWithOneValue(String lifecycle) {
    assertThat(read("spark.lifecycle", lifecycle).lifecycle().label()).isEqualTo(lifecycle);
  }

  @Test
  void shouldRunNightlyWhenScheduledAndNothingElseIsSaid() {
    assertThat(read("spark.lifecycle", "scheduled").schedule()).contains("cron(0 3 * * ? *)");
    assertThat(read("spark.lifecycle", "serverless").schedule()).isEmpty();
    assertThat(read().schedule()).isEmpty();
  }

  @Test
  void shouldPreferTheCoreInstanceTypeAmongTheOthers() {
    assertThat(
            read(
                    "spark.coreInstanceType",
                    "r7g.2xlarge",
                    "spark.otherInstanceTypes",
                    "r6g.2xlarge, m8gd.2xlarge")
                .coreInstanceTypes())
        .containsExactly("r7g.2xlarge", "r6g.2xlarge", "m8gd.2xlarge");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          m6g.2xlarge | m6g.2xlarge is not of the size of m7g.xlarge
          m7i.xlarge | m7i.xlarge and m7g.xlarge have different processors
          m6g.xlarge,m7g.xlarge | m7g.xlarge is named twice
          m6g.xlarge,m6g.xlarge | m6g.xlarge is named twice
          m6g.xlarge,m8g.xlarge,r6g.xlarge,r7g.xlarge,r8g.xlarge | must be up to 4 instance types
          m6g.large | must be up to 4 instance types
          """)
  void shouldRefuseOtherMachinesThatDoNotFit(String others, String mistake) {
    assertThat(mistakes("spark.otherInstanceTypes", others))
        .singleElement()
        .asString()
        .startsWith("escala:spark.otherInstanceTypes = " + others + ": ")
        .contains(mistake);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          transient | spark.idleMinutes | 30
          scheduled | spark.idleMinutes | 30
          serverless | spark.idleMinutes | 30
          transient | spark.schedule | cron(0 3 * * ? *)
          long-running | spark.schedule | cron(0 3 * * ? *)
          long-running | spark.alarmTopic | arn:aws:sns:eu-west-1:111122223333:on-call
          serverless | spark.primaryInstanceType | m7g.xlarge
          serverless | spark.coreInstanceType | m7g.xlarge
          serverless | spark.otherInstanceTypes | m6g.xlarge
          serverless | spark.taskCount | 4
          serverless | spark.shell | true
          """)
  void shouldRefuseWhatTheLifecycleHasNoUseFor(String lifecycle, String key, String value) {
    assertThat(mistakes("spark.lifecycle", lifecycle, key, value))
        .singleElement()
        .asString()
        .startsWith("escala:" + key + " = " + value + ": ")
        .contains("contradicts escala:spark.lifecycle = " + lifecycle)
        .endsWith("remove it");
  }

  @Test
  void shouldTakeEitherWayOfEncryptingTraffic() {
    assertThat(read("spark.inTransitEncryption", "spark").inTransit())
        .contains(new TransitEncryption.Spark());
    assertThat(read("spark.inTransitEncryption", "s3://mine/tls/cluster.zip").inTransit())
        .contains(new TransitEncryption.Certificates(new Input.S3("mine", "tls/cluster.zip")));
    assertThat(read().inTransit()).isEmpty();
  }

  @Test
  void shouldTakeNoCertificatesWhereEmrMakesThem() {
    assertThat(
            read("spark.lifecycle", "serverless", "spark.inTransitEncryption", "spark").inTransit())
        .isPresent();
    assertThat(
            mistakes(
                "spark.lifecycle", "serverless", "spark.inTransitEncryption", "s3://mine/tls.zip"))
        .containsExactly(
            "escala:spark.inTransitEncryption = s3://mine/tls.zip: contradicts"
                + " escala:spark.lifecycle = serverless, where EMR makes a certificate for each"
                + " worker itself; say spark");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cron(0 3 * * ? *)",
        "cron(*/15 8-17 ? * MON-FRI *)",
        "cron(0 0 1,15 JAN,JUL ? 2026-2030)",
        "cron(0 0 L * ? *)",
        "cron(0 0 ? * 6#3 *)",
        "cron(0/10 * * * ? *)"
      })
  void shouldTakeWhatEventBridgeTakes(String cron) {
    assertThat(read("spark.lifecycle", "scheduled", "spark.schedule", cron).schedule())
        .contains(cron);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0 3 * * ? * | must be a cron expression of EventBridge
          rate(1 day) | must be a cron expression of EventBridge
          cron(0 3 * * *) | has 5 fields
          cron(60 3 * * ? *) | the minutes 60 is wrong
          cron(0 24 * * ? *) | the hours 24 is wrong
          cron(0 3 32 * ? *) | the day of month 32 is wrong
          cron(0 3 * FOO ? *) | the month FOO is wrong
          cron(0 3 ? * 8 *) | the day of week 8 is wrong
          cron(0 3 * * * *) | exactly one of day of month and day of week must be ?
          cron(0 3 ? * ? *) | exactly one of day of month and day of week must be ?
          """)
  void shouldRefuseWhatEventBridgeWouldRefuseLater(String cron, String mistake) {
    assertThat(mistakes("spark.lifecycle", "scheduled", "spark.schedule", cron))
        .singleElement()
        .asString()
        .startsWith("escala:spark.schedule = " + cron + ": ")
        .contains(mistake);
  }

  @Test
  void shouldSayAllMistakesAtOnce() {
    assertThat(
            mistakes(
                "spark.lifecycle",
                "serverless",
                "spark.taskCount",
                "4",
                "spark.idleMinutes",
                "0",
                "spark.maxRuntimeMinutes",
                "1"))
        .hasSize(4)
        .anyMatch(line -> line.contains("maxRuntimeMinutes = 1: must be a whole number from 5"));
  }

  private SparkConfig read(String... keysAndValues) {
    Map<String, Object> context = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      context.put("escala:" + keysAndValues[i], keysAndValues[i + 1]);
    }
    return EscalaConfig.from(context, root).spark();
  }

  private List<String> mistakes(String... keysAndValues) {
    List<String> mistakes = new ArrayList<>();
    assertThatThrownBy(() -> read(keysAndValues))
        .asInstanceOf(type(ConfigurationException.class))
        .satisfies(wrong -> mistakes.addAll(wrong.mistakes()));
    return mistakes;
  }
}
