package io.escala.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class TargetOptionsTest {
  @Command(name = "test")
  private static final class Host {
    @Mixin TargetOptions where;
  }

  @TempDir Path folder;

  @Test
  void shouldGoToAwsOnlyWhenTold() {
    assertThatThrownBy(() -> target(Map.of("AWS_REGION", "eu-west-1", "AWS_PROFILE", "work")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("./escala up starts it")
        .hasMessageContaining("add --aws");
    Target aws = target(Map.of("AWS_REGION", "eu-west-1"), "--aws");
    assertThat(aws.kind()).isEqualTo(Target.Kind.AWS);
    assertThat(aws.endpoint()).isEmpty();
    assertThat(aws.region().id()).isEqualTo("eu-west-1");
  }

  @Test
  void shouldTakeTheRegionThatIsGivenBeforeThatOfTheEnvironment() {
    assertThat(target(Map.of("AWS_REGION", "eu-west-1"), "--aws", "--region", "us-west-2").region())
        .hasToString("us-west-2");
    assertThatThrownBy(() -> target(Map.of(), "--aws", "--region", "Ireland"))
        .hasMessageContaining("the region is Ireland");
  }

  @Test
  void shouldGoWhereEveryAwsToolWouldGo() {
    // when
    Target target =
        target(Map.of("AWS_ENDPOINT_URL", "http://127.0.0.1:4580", "AWS_REGION", "us-east-1"));

    // then
    assertThat(target.kind()).isEqualTo(Target.Kind.ENDPOINT);
    assertThat(target.endpoint()).hasValueSatisfying(uri -> assertThat(uri).hasPort(4580));
  }

  @Test
  void shouldRefuseWhatContradictsItself() {
    assertThatThrownBy(() -> target(Map.of("AWS_ENDPOINT_URL", "http://127.0.0.1:1"), "--aws"))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContaining("AWS_ENDPOINT_URL is http://127.0.0.1:1");
    assertThatThrownBy(() -> target(Map.of(), "--aws", "--local"))
        .hasMessageContaining("two places");
    assertThatThrownBy(() -> target(Map.of(), "--region", "eu-west-1"))
        .hasMessageContaining("--region belongs to --aws");
    assertThatThrownBy(() -> target(Map.of("AWS_ENDPOINT_URL", "here")))
        .hasMessageContaining("AWS_ENDPOINT_URL is here");
  }

  private Target target(Map<String, String> environment, String... options) {
    Host host = new Host();
    new CommandLine(host).parseArgs(options);
    return host.where.target(new Workspace(folder, folder, Path.of("java")), environment);
  }
}
