package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A small application as Maven would leave it, and what is made of it. */
final class TestApp {
  private TestApp() {}

  /**
   * One jar; below {@code libs/} one of the same group, one of another, and two platforms'
   * libraries.
   */
  static Path make(Path folder, String code) throws IOException {
    jar(folder.resolve("app.jar"), "io.example", code);
    jar(folder.resolve("libs/example-core-1.jar"), "io.example", code);
    jar(folder.resolve("libs/other-2.jar"), "org.other", "never changes");
    for (String platform : List.of("linux-x64", "linux-aarch64")) {
      Path library = folder.resolve("libs/native").resolve(platform).resolve("libnative.so");
      Files.createDirectories(library.getParent());
      Files.writeString(library, platform);
    }
    return folder;
  }

  static ImageSpec spec(Path app, String base) throws ImageException {
    return new ImageSpec(
        app,
        Optional.empty(),
        Base.of(base),
        ImagePlatform.LINUX_AMD64,
        List.of("-XX:MaxRAMPercentage=50"),
        List.of());
  }

  /** Packs a folder as the CDK does. */
  static Path zip(Path folder, Path zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        entries.put(folder.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return zip(zip, entries);
  }

  static Path zip(Path zip, Map<String, byte[]> entries) throws IOException {
    Files.createDirectories(zip.getParent());
    try (OutputStream out = Files.newOutputStream(zip);
        ZipOutputStream packed = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        ZipEntry named = new ZipEntry(entry.getKey());
        named.setTimeLocal(LocalDateTime.of(2026, 1, 1, 0, 0));
        packed.putNextEntry(named);
        packed.write(entry.getValue());
      }
    }
    return zip;
  }

  private static void jar(Path file, String group, String content) throws IOException {
    zip(file, Map.of("META-INF/maven/" + group + "/any/pom.properties", content.getBytes(UTF_8)));
  }
}
