package io.escala.inference.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** pillow.py, beside the resources, says how the pictures were made. */
class UprightTest {

  @ParameterizedTest
  @CsvSource({
    "1, jpeg", "2, png", "2, jpeg", "3, png", "3, jpeg", "4, png", "4, jpeg", "5, png", "5, jpeg",
    "6, png", "6, jpeg", "7, png", "7, jpeg", "8, png", "8, jpeg"
  })
  void shouldTurnAPhotoAsTheCameraWasHeld(int orientation, String form) throws IOException {
    // given
    Map<String, byte[]> files = files();
    byte[] upright = DigitPixels.ofPhoto(files.get("1.png"));

    // when
    byte[] turned = DigitPixels.ofPhoto(files.get(orientation + "." + form));

    // then
    int largest = 0;
    for (int i = 0; i < upright.length; i++) {
      largest = Math.max(largest, Math.abs((upright[i] & 0xFF) - (turned[i] & 0xFF)));
    }
    assertThat(largest).isLessThan(form.equals("png") ? 5 : 40);
  }

  private static Map<String, byte[]> files() throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (ZipInputStream zip =
        new ZipInputStream(UprightTest.class.getResourceAsStream("turned.zip"))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    return files;
  }
}
