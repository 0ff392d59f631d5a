package io.escala.localaws.emr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SparkSubmitArgumentsTest {
  @Test
  void onlyMasterAndDeployModeAreReplaced() {
    // given
    SparkSubmitArguments arguments =
        SparkSubmitArguments.of(
            List.of(
                "--deploy-mode",
                "cluster",
                "--master=yarn",
                "--class",
                "a.B",
                "--conf",
                "spark.x=1",
                "--conf",
                "spark.master=yarn",
                "--verbose",
                "s3://b/j.jar",
                "train",
                "--master",
                "mine"));

    // when
    List<String> all = arguments.with(Map.of("spark.d", "2"), Map.of("spark.f", "3"));

    // then
    assertThat(all)
        .containsExactly(
            "--master",
            "local[*]",
            "--deploy-mode",
            "client",
            "--conf",
            "spark.d=2",
            "--class",
            "a.B",
            "--conf",
            "spark.x=1",
            "--verbose",
            "--conf",
            "spark.f=3",
            "s3://b/j.jar",
            "train",
            "--master",
            "mine");
  }

  @Test
  void theDriversMemoryAndJvmOptionsAreFoundWhereverTheyStand() {
    // when
    SparkSubmitArguments byOption =
        SparkSubmitArguments.of(
            List.of("--driver-memory", "3g", "--driver-java-options", "-Da=b", "j.jar"));
    SparkSubmitArguments byConf =
        SparkSubmitArguments.of(List.of("--conf", "spark.driver.memory=2g", "j.jar"));

    // then
    assertThat(byOption.driverMemory()).contains("3g");
    assertThat(byOption.driverJavaOptions()).contains("-Da=b");
    assertThat(byConf.driverMemory()).contains("2g");
  }

  @Test
  void anOptionThatWouldHaveNoEffectIsRefusedByName() {
    assertThatThrownBy(() -> SparkSubmitArguments.of(List.of("--driver-class-path", "x", "j.jar")))
        .hasMessage("local-aws does not handle spark-submit's --driver-class-path");
  }

  @Test
  void aMissingApplicationIsSaid() {
    assertThatThrownBy(() -> SparkSubmitArguments.of(List.of("--class", "a.B")))
        .hasMessage("spark-submit names no application jar after its options: --class a.B");
  }

  @Test
  void anOptionWithoutItsValueIsSaid() {
    assertThatThrownBy(() -> SparkSubmitArguments.of(List.of("--class")))
        .hasMessage("spark-submit's option --class lacks its value");
  }
}
