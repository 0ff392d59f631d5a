package io.escala.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppFolderTest {
  @TempDir Path folder;

  @Test
  void shouldTellOurJarsFromThoseOfOthers() throws Exception {
    // when
    AppFolder app = AppFolder.read(TestApp.make(folder, "1"), ImagePlatform.LINUX_AMD64);

    // then
    assertThat(names(app.classes())).containsExactly("app.jar", "libs/example-core-1.jar");
    assertThat(names(app.libs()))
        .containsExactly("libs/native/linux-x64/libnative.so", "libs/other-2.jar");
  }

  @Test
  void shouldTakeTheLibrariesOfThePlatformOnly() throws Exception {
    assertThat(names(AppFolder.read(TestApp.make(folder, "1"), ImagePlatform.LINUX_ARM64).libs()))
        .containsExactly("libs/native/linux-aarch64/libnative.so", "libs/other-2.jar");
  }

  @Test
  void shouldSayWhatIsWrongWithAFolderThatIsNoApplication() throws Exception {
    refuses("the application has no jar beside libs/, but must have one, which is run; it has []");

    Files.createFile(folder.resolve("a.jar"));
    refuses("the application has no folder libs/ beside a.jar; it has [a.jar]");

    Files.createDirectory(folder.resolve("libs"));
    Files.createFile(folder.resolve("readme.txt"));
    refuses("must be one jar and libs/, nothing else, but has [a.jar, libs, readme.txt]");

    Files.createFile(folder.resolve("b.jar"));
    refuses("the application has 2 jars [a.jar, b.jar] beside libs/");
  }

  @Test
  void shouldRefuseAnApplicationWithoutLibrariesForThePlatform() throws IOException {
    TestApp.make(folder, "1");
    Files.delete(folder.resolve("libs/native/linux-x64/libnative.so"));

    refuses("none for linux/amd64: libs/native/linux-x64 is missing");
  }

  @Test
  void shouldFollowNoLink() throws IOException {
    TestApp.make(folder, "1");
    Files.createSymbolicLink(folder.resolve("libs/z.jar"), folder.resolve("libs/other-2.jar"));

    refuses("z.jar is a link or a device");
  }

  private void refuses(String sentence) {
    assertThatThrownBy(() -> AppFolder.read(folder, ImagePlatform.LINUX_AMD64))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining(sentence);
  }

  private List<String> names(List<Path> files) {
    return files.stream().map(file -> folder.relativize(file).toString()).toList();
  }
}
