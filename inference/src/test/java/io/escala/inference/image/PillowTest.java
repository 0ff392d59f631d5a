package io.escala.inference.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** pillow.py, beside the resources, says how they were made. */
class PillowTest {

  @ParameterizedTest(name = "{0}")
  @MethodSource("pictures")
  void shouldMakeOfAPictureWhatPillowMakes(String name, byte[] file, byte[] expected) {
    assertThat(DigitPixels.asTheTemplateDoes(file)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("pictures")
  void shouldSeeTheSizeThatPillowSees(String name, byte[] file, byte[] expected, String size) {
    PictureReader reader = Picture.reader(file, true);
    int pixels = reader.pixels();
    Picture picture = reader.read();
    assertThat(picture.width() + "x" + picture.height()).isEqualTo(size);
    assertThat(pixels).isEqualTo(picture.width() * picture.height());
  }

  static Stream<Arguments> pictures() throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    try (ZipInputStream zip =
        new ZipInputStream(PillowTest.class.getResourceAsStream("pillow.zip"))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
    }
    List<Arguments> pictures = new ArrayList<>();
    try (InputStream in = PillowTest.class.getResourceAsStream("pillow.txt")) {
      for (String line : new String(in.readAllBytes(), US_ASCII).lines().toList()) {
        String[] fields = line.split(" ", -1);
        pictures.add(
            Arguments.of(
                fields[0], files.get(fields[0]), HexFormat.of().parseHex(fields[2]), fields[1]));
      }
    }
    assertThat(pictures).hasSizeGreaterThan(50).hasSameSizeAs(files.keySet());
    return pictures.stream();
  }
}
