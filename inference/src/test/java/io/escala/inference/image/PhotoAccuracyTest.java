package io.escala.inference.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.Batch;
import io.escala.inference.FolderBundleSource;
import io.escala.inference.InputException;
import io.escala.inference.Model;
import io.escala.inference.Models;
import io.escala.inference.fixture.RecordingListener;
import java.awt.Image;
import java.awt.image.BufferedImage;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bundle in the repository asked about photos that it was not made with. */
class PhotoAccuracyTest {
  private static final int PHOTOS = 12;
  private static final int HELD_OUT_START = 20_000; // of the second file: the last 10,000 of all
  private static Models models;

  @BeforeAll
  static void open() {
    models =
        new Models(
            new FolderBundleSource(Path.of(System.getProperty("escala.root"), "models")),
            List.of("digits"),
            Duration.ofDays(1),
            new RecordingListener());
  }

  @AfterAll
  static void close() {
    models.close();
  }

  @ParameterizedTest
  @EnumSource(PaperPhoto.Kind.class)
  void shouldReadDigitsThatAreWrittenOnPaper(PaperPhoto.Kind kind) throws IOException {
    // when
    int right = 0;
    for (int i = 0; i < PHOTOS; i++) {
      PaperPhoto photo = new PaperPhoto(kind, kind.seed() + i);
      right += isRight(photo.written(i % 10), i % 10, kind + "-" + i) ? 1 : 0;
    }

    // then
    System.out.printf(Locale.ROOT, "[photos] written, %s: %d of %d%n", kind, right, PHOTOS);
    assertThat(right).isGreaterThanOrEqualTo(PHOTOS - 1);
  }

  @ParameterizedTest
  @EnumSource(PaperPhoto.Kind.class)
  void shouldReadHeldOutDigitsOfMnistOnPaper(PaperPhoto.Kind kind) throws IOException {
    // given
    byte[] images = mnist("mnist-train-b-images-idx3-ubyte.gz", 16);
    byte[] labels = mnist("mnist-train-b-labels-idx1-ubyte.gz", 8);

    // when
    int right = 0;
    for (int i = 0; i < PHOTOS; i++) {
      int index = HELD_OUT_START + kind.seed() % 9000 + i;
      byte[] image = Arrays.copyOfRange(images, index * 784, (index + 1) * 784);
      PaperPhoto photo = new PaperPhoto(kind, 77_000L + index);
      right += isRight(photo.copied(image), labels[index], kind + "-mnist-" + i) ? 1 : 0;
    }

    // then
    System.out.printf(Locale.ROOT, "[photos] MNIST, %s: %d of %d%n", kind, right, PHOTOS);
    assertThat(right).isGreaterThanOrEqualTo(PHOTOS - 1);
  }

  @Test
  void shouldReadHeldOutDigitsOfMnistThemselvesInEitherForm() throws IOException {
    // given
    byte[] images = mnist("mnist-train-b-images-idx3-ubyte.gz", 16);
    byte[] labels = mnist("mnist-train-b-labels-idx1-ubyte.gz", 8);
    int count = 1000;

    // when
    int asTheTemplate = 0;
    int asPhoto = 0;
    int drawnWithAlpha = 0;
    for (int i = 0; i < count; i++) {
      int index = HELD_OUT_START + 5 * i;
      byte[] image = Arrays.copyOfRange(images, index * 784, (index + 1) * 784);
      byte[] file = PngFile.grey(28, 28, image);
      byte[] drawn = PngFile.blackWithAlpha(28, 28, image);
      asTheTemplate += said(DigitPixels.asTheTemplateDoes(file)) == labels[index] ? 1 : 0;
      asPhoto += said(DigitPixels.ofPhoto(file)) == labels[index] ? 1 : 0;
      drawnWithAlpha += said(DigitPixels.ofPhoto(drawn)) == labels[index] ? 1 : 0;
    }

    // then
    System.out.printf(
        Locale.ROOT,
        "[photos] MNIST's own files: %d as the template, %d as photos, %d transparent, of %d%n",
        asTheTemplate,
        asPhoto,
        drawnWithAlpha,
        count);
    assertThat(asTheTemplate).isGreaterThanOrEqualTo(985);
    assertThat(asPhoto).isGreaterThanOrEqualTo(975);
    assertThat(drawnWithAlpha).isGreaterThanOrEqualTo(975);
  }

  @Test
  void shouldReadAsWellWhatIsCroppedTightAndTiny() throws IOException {
    int right = 0;
    for (int i = 0; i < 40; i++) {
      BufferedImage photo = new PaperPhoto(PaperPhoto.Kind.WHITE_PAPER, 500 + i).written(i % 10);
      BufferedImage tiny = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
      tiny.createGraphics()
          .drawImage(photo.getScaledInstance(64, 64, Image.SCALE_SMOOTH), 0, 0, null);
      right += isRight(tiny, i % 10, "tiny-" + i) ? 1 : 0;
    }
    System.out.printf(Locale.ROOT, "[photos] 64x64: %d of 40%n", right);
    assertThat(right).isGreaterThanOrEqualTo(36);
  }

  private static boolean isRight(BufferedImage photo, int digit, String name) throws IOException {
    byte[] file = PaperPhoto.file(photo, name.hashCode() % 2 == 0 ? "png" : "jpeg");
    int said;
    try {
      byte[] pixels = DigitPixels.ofPhoto(file);
      said = said(pixels);
    } catch (InputException e) {
      said = -1;
    }
    String wrong = System.getProperty("escala.wrong-photos");
    if (said != digit && wrong != null) {
      ImageIO.write(
          photo, "png", Path.of(wrong, name + "-is-" + digit + "-said-" + said + ".png").toFile());
    }
    return said == digit;
  }

  private static int said(byte[] pixels) {
    return models.use("digits", model -> label(model, pixels));
  }

  private static int label(Model model, byte[] pixels) {
    Batch batch = model.batch(1);
    batch.set(0, pixels);
    batch.add();
    return model.predict(batch).labelIndex(0);
  }

  private static byte[] mnist(String name, int header) throws IOException {
    Path file =
        Path.of(System.getProperty("escala.root"))
            .resolveSibling("shared")
            .resolve("data")
            .resolve(name);
    Assumptions.assumeTrue(Files.exists(file), () -> "there is no " + file + " on this machine");
    try (DataInputStream in =
        new DataInputStream(new GZIPInputStream(Files.newInputStream(file)))) {
      in.skipNBytes(header);
      return in.readAllBytes();
    }
  }
}
