package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZipTest {
  private static final String NAME = "s3://assets/app.zip";

  @TempDir Path folder;

  @Test
  void shouldUnpackFilesAndFolders() throws Exception {
    // given
    Path zip = TestApp.zip(TestApp.make(folder.resolve("app"), "1"), folder.resolve("app.zip"));
    Path out = Files.createDirectory(folder.resolve("out"));

    // when
    Zip.unpack(zip, NAME, out);

    // then
    assertThat(out.resolve("libs/native/linux-x64/libnative.so")).hasContent("linux-x64");
    assertThat(out.resolve("app.jar"))
        .hasSameBinaryContentAs(folder.resolve("app").resolve("app.jar"));
  }

  @Test
  void shouldWriteNothingOutsideOfItsFolder() throws Exception {
    for (String evil :
        new String[] {"../evil", "a/../../evil", "/tmp/evil-of-zip-test", "..\\evil"}) {
      Path zip = TestApp.zip(folder.resolve("evil.zip"), Map.of(evil, "evil".getBytes(UTF_8)));
      Path out = Files.createTempDirectory(folder, "out");

      assertThatThrownBy(() -> Zip.unpack(zip, NAME, out))
          .isInstanceOf(ImageException.class)
          .hasMessage(NAME + " has a file that would be written outside of its folder: " + evil);
      assertThat(out).isEmptyDirectory();
      assertThat(folder.resolve("evil")).doesNotExist();
    }
  }

  @Test
  void shouldSayThatAFileIsNoZip() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "<html>not found</html>");

    assertThatThrownBy(() -> Zip.unpack(text, NAME, folder))
        .isInstanceOf(ImageException.class)
        .hasMessageStartingWith(NAME + " is no zip: ");
  }

  @Test
  void shouldNotFillTheDisk() throws Exception {
    // given 500 MB of zeros in half a megabyte
    Path zip =
        TestApp.zip(
            folder.resolve("bomb.zip"),
            Map.of(
                "1", new byte[125 << 20],
                "2", new byte[125 << 20],
                "3", new byte[125 << 20],
                "4", new byte[125 << 20]));
    Path out = Files.createDirectory(folder.resolve("out"));

    assertThatThrownBy(() -> Zip.unpack(zip, NAME, out))
        .isInstanceOf(ImageException.class)
        .hasMessage(NAME + " holds more than 400 MB, which is the most");
  }
}
