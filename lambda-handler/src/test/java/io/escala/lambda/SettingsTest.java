package io.escala.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
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
