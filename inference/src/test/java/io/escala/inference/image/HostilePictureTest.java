package io.escala.inference.image;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.inference.InputException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class HostilePictureTest {
  private static final int SIDE = 40;

  @ParameterizedTest
  @CsvSource({"30000, 30000", "16385, 1", "1, 2147483647", "-1, -1", "0, 5"})
  void shouldRefuseAPngForWhatItClaimsBeforeItTakesMemory(int width, int height) {
    byte[] file = new PngFile().header(width, height, 8, 6, 0).pixels(new byte[10]).end();
    assertThatThrownBy(() -> DigitPixels.ofPhoto(file))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll("the image says it is", " pixels");
  }

  @Test
  void shouldRefuseAJpegForWhatItClaims() throws IOException {
    byte[] file = jpeg(false);
    int frame = indexOf(file, 0xC0);
    Arrays.fill(file, frame + 5, frame + 9, (byte) 0xFF);
    assertThatThrownBy(() -> DigitPixels.asTheTemplateDoes(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("65535 x 65535 pixels");
  }

  @Test
  void shouldPassOverABombInATextChunk() {
    // given
    byte[] bomb = PngFile.deflated(new byte[50 << 20]);
    byte[] text = Arrays.copyOf("Comment\0\0".getBytes(US_ASCII), 9 + bomb.length);
    System.arraycopy(bomb, 0, text, 9, bomb.length);
    byte[] file =
        new PngFile()
            .header(SIDE, SIDE, 8, 0, 0)
            .chunk("zTXt", text)
            .chunk("iCCP", text)
            .pixels(rows())
            .end();

    // when
    byte[] pixels = DigitPixels.asTheTemplateDoes(file);

    // then
    assertThat(pixels)
        .isEqualTo(
            DigitPixels.asTheTemplateDoes(
                new PngFile().header(SIDE, SIDE, 8, 0, 0).pixels(rows()).end()));
  }

  @Test
  void shouldNotUnpackMorePixelsThanAPngSaysItHas() {
    byte[] bomb = Arrays.copyOf(rows(), 50 << 20);
    byte[] file = new PngFile().header(SIDE, SIDE, 8, 0, 0).pixels(bomb).end();
    assertThat(DigitPixels.asTheTemplateDoes(file)).hasSize(784);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "3 | 8 | 0 | it has no palette",
        "5 | 8 | 0 | its header has values that no PNG has",
        "2 | 4 | 0 | its header has values that no PNG has",
        "0 | 8 | 2 | its header has values that no PNG has",
        "0 | 4 | 0 | a row has the filter 200, which no PNG has"
      })
  void shouldSayHowAPngIsCorrupt(int colour, int depth, int interlaced, String how) {
    byte[] file = new PngFile().header(SIDE, SIDE, depth, colour, interlaced).pixels(rows()).end();
    assertThatThrownBy(() -> DigitPixels.ofPhoto(file))
        .isInstanceOf(InputException.class)
        .hasMessage("the PNG is corrupt: " + how);
  }

  @Test
  void shouldSayThatAPngHasFewerPixelsThanItSays() {
    byte[] file = new PngFile().header(SIDE, SIDE + 1, 8, 0, 0).pixels(rows()).end();
    assertThatThrownBy(() -> DigitPixels.ofPhoto(file))
        .hasMessage("the PNG is corrupt: it has fewer pixels than its header says");
  }

  @Test
  void shouldSayThatAPixelHasAColourOutsideThePalette() {
    byte[] file =
        new PngFile().header(SIDE, SIDE, 8, 3, 0).chunk("PLTE", new byte[6]).pixels(rows()).end();
    assertThatThrownBy(() -> DigitPixels.ofPhoto(file))
        .hasMessageContaining("a pixel has a colour that its palette has not");
  }

  @Test
  void shouldRefuseAWrongChecksumAndAPngWithoutPixels() {
    byte[] changed = png();
    changed[20] ^= 1;
    assertThatThrownBy(() -> DigitPixels.ofPhoto(changed)).hasMessageContaining("checksum");
    byte[] none = new PngFile().header(SIDE, SIDE, 8, 0, 0).end();
    assertThatThrownBy(() -> DigitPixels.ofPhoto(none)).hasMessageContaining("it has no pixels");
  }

  @Test
  void shouldRefuseEveryTruncatedPicture() throws IOException {
    for (byte[] file : new byte[][] {png(), jpeg(false), jpeg(true)}) {
      int lastNeeded = file == null ? 0 : file.length - (isPng(file) ? 13 : 1);
      for (int length = 0; length <= lastNeeded; length++) {
        byte[] part = Arrays.copyOf(file, length);
        assertThatThrownBy(() -> DigitPixels.asTheTemplateDoes(part))
            .as("%s of %s bytes", length, file.length)
            .isInstanceOf(InputException.class)
            .hasMessageMatching("the (PNG|JPEG) is .*|the image is .*");
      }
    }
  }

  @Test
  void shouldReadOrRefuseWhateverIsChangedInAPicture() throws IOException {
    // given
    Random random = new Random(4);
    byte[][] whole = {png(), jpeg(false), jpeg(true), cmyk()};
    int read = 0;
    int refused = 0;

    // when
    for (int i = 0; i < 6000; i++) {
      byte[] file = whole[i % whole.length].clone();
      for (int change = random.nextInt(1, 6); change > 0; change--) {
        file[random.nextInt(file.length)] = (byte) random.nextInt(256);
      }
      UnaryOperator<byte[]> form =
          i / whole.length % 2 == 0 ? DigitPixels::asTheTemplateDoes : DigitPixels::ofPhoto;
      try {
        assertThat(form.apply(file)).hasSize(784);
        read++;
      } catch (InputException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
        refused++;
      }
    }

    // then
    assertThat(read).isGreaterThan(300);
    assertThat(refused).isGreaterThan(300);
  }

  @Test
  void shouldRefuseAJpegForPrinting() throws IOException {
    byte[] file = cmyk();
    assertThatThrownBy(() -> DigitPixels.ofPhoto(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("4 colour channels (such as CMYK, for printing)");
  }

  @Test
  void shouldRefuseAJpegThatIsDecodedOverAndOver() throws IOException {
    // given
    byte[] file = jpeg(true);
    int lastScan = lastIndexOf(file, 0xDA);
    ByteArrayOutputStream longer = new ByteArrayOutputStream();
    longer.write(file, 0, file.length - 2);
    for (int i = 0; i < 50; i++) {
      longer.write(file, lastScan, file.length - 2 - lastScan);
    }
    longer.write(file, file.length - 2, 2);

    // then
    assertThatThrownBy(() -> DigitPixels.ofPhoto(longer.toByteArray()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("scans");
  }

  @Test
  void shouldSayWhatAFileThatIsNoPictureStartsWith() {
    assertThatThrownBy(() -> DigitPixels.ofPhoto("GIF89a...".getBytes(US_ASCII)))
        .hasMessageContaining("neither a PNG nor a JPEG: it starts with the bytes 47 49 46 38");
    assertThatThrownBy(() -> DigitPixels.asTheTemplateDoes(new byte[0]))
        .hasMessageContaining("the image is empty");
  }

  private static byte[] rows() {
    byte[] rows = new byte[(SIDE + 1) * SIDE];
    for (int y = 8; y < 30; y++) {
      Arrays.fill(rows, y * (SIDE + 1) + 18, y * (SIDE + 1) + 23, (byte) 200);
    }
    return rows;
  }

  private static byte[] png() {
    return new PngFile().header(SIDE, SIDE, 8, 0, 0).pixels(rows()).end();
  }

  private static boolean isPng(byte[] file) {
    return file[1] == 'P';
  }

  private static byte[] jpeg(boolean progressive) throws IOException {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        image.setRGB(x, y, x > 17 && x < 23 && y > 8 && y < 30 ? 0x102040 : 0xF0E8E0 - x * 0x10101);
      }
    }
    Iterator<ImageWriter> writers = ImageIO.getImageWritersByFormatName("jpeg");
    ImageWriter writer = writers.next();
    ImageWriteParam how = writer.getDefaultWriteParam();
    how.setProgressiveMode(
        progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream to = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(to);
      writer.write(null, new IIOImage(image, null, null), how);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  private static byte[] cmyk() throws IOException {
    try (InputStream in = HostilePictureTest.class.getResourceAsStream("cmyk.jpg")) {
      return in.readAllBytes();
    }
  }

  /** Where the first marker with this code is. */
  private static int indexOf(byte[] file, int code) {
    for (int i = 0; i < file.length - 1; i++) {
      if ((file[i] & 0xFF) == 0xFF && (file[i + 1] & 0xFF) == code) {
        return i;
      }
    }
    throw new AssertionError("there is no marker " + code);
  }

  private static int lastIndexOf(byte[] file, int code) {
    for (int i = file.length - 2; i >= 0; i--) {
      if ((file[i] & 0xFF) == 0xFF && (file[i + 1] & 0xFF) == code) {
        return i;
      }
    }
    throw new AssertionError("there is no marker " + code);
  }
}
