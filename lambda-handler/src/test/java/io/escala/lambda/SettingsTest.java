package io.escala.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsTest {
  @TempDir Path zip;

  @Test
  void shouldServeTheModelsOfTheZipUnlessTheyAreToComeFromElsewhere() throws IOException {
    // given
    Files.createDirectories(zip.resolve("models/digits"));
    Files.createDirectories(zip.resolve("models/wine"));

    // when
    Settings alone = Settings.from(Map.of("LAMBDA_TASK_ROOT", zip.toString()));
    Settings both =
        Settings.from(
            Map.of(
                "LAMBDA_TASK_ROOT", zip.toString(),
                "ESCALA_MODELS_URI", "s3://b-1/models",
                "ESCALA_MODELS", "bank,wine"));

    // then
    assertThat(alone.prebuilt()).containsExactly("digits", "wine");
    assertThat(alone.models()).isEmpty();
    assertThat(both.prebuilt()).containsExactly("digits");
    assertThat(both.models()).containsExactly("bank", "wine");
    assertThatThrownBy(
            () ->
                Settings.from(Map.of("LAMBDA_TASK_ROOT", zip.toString(), "ESCALA_MODELS", "bank")))
        .hasMessageContaining("ESCALA_MODELS_URI is not set");
  }

  @Test
  void shouldKnowForWhatItIsStarted() {
    assertThat(settings("on-demand").start()).isEqualTo(Settings.Start.REQUEST);
    assertThat(settings("provisioned-concurrency").start()).isEqualTo(Settings.Start.PROVISION);
    assertThat(settings("snap-start").start()).isEqualTo(Settings.Start.SNAPSHOT);
  }

  private static Settings settings(String initialization) {
    return Settings.from(
        Map.of(
            "ESCALA_MODELS_URI", "/srv/models",
            "ESCALA_MODELS", "bank",
            "AWS_LAMBDA_INITIALIZATION_TYPE", initialization));
  }

  @Test
  void shouldReadTheEnvironment() {
    // when
    Settings settings =
        Settings.from(
            Map.of(
                "ESCALA_MODELS_URI",
                "s3://b-1/models",
                "ESCALA_MODELS",
                "bank, wine,",
                "ESCALA_REFRESH_SECONDS",
                "5"));

    // then
    assertThat(settings.models()).containsExactly("bank", "wine");
    assertThat(settings.refresh()).isEqualTo(Duration.ofSeconds(5));
    assertThat(settings.folder()).isEmpty();
  }

  @Test
  void shouldTakeAFolderOrAFileUri() {
    assertThat(
            Settings.from(Map.of("ESCALA_MODELS_URI", "/srv/models", "ESCALA_MODELS", "bank"))
                .folder())
        .hasValue(Path.of("/srv/models"));
    assertThat(
            Settings.from(
                    Map.of("ESCALA_MODELS_URI", "file:///srv/models", "ESCALA_MODELS", "bank"))
                .folder())
        .hasValue(Path.of("/srv/models"));
  }

  @Test
  void shouldReportAllMistakesTogether() {
    assertThatThrownBy(
            () ->
                Settings.from(
                    Map.of(
                        "ESCALA_MODELS_URI", "gs://b/models", "ESCALA_REFRESH_SECONDS", "often")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "ESCALA_MODELS_URI is gs://b/models",
            "ESCALA_MODELS is not set",
            "ESCALA_REFRESH_SECONDS is often");
  }
}
