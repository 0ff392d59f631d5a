package io.escala.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** What {@code mvn package} made. */
class JobJarIT {
  private static final Path TARGET =
      Path.of(System.getProperty("escala.root")).resolve("spark-job").resolve("target");

  @Test
  void shouldHoldTheJobAndWhatNoClusterHasAndNothingElse() throws IOException {
    Set<String> packages = new TreeSet<>();
    for (JarEntry entry : entries()) {
      String[] path = entry.getName().split("/", -1);
      if (!entry.isDirectory() && path.length > 2 && !path[0].equals("META-INF")) {
        packages.add(path[0] + "/" + path[1] + "/" + (path[0].equals("io") ? path[2] : ""));
      }
    }
    assertThat(packages)
        .containsExactly(
            "ai/onnxruntime/", "io/escala/inference", "io/escala/shaded", "io/escala/spark");
  }

  @Test
  void shouldHoldTheNativesOfLinuxOnly() throws IOException {
    assertThat(
            entries().stream()
                .map(JarEntry::getName)
                .filter(n -> n.startsWith("ai/onnxruntime/native/") && !n.endsWith("/"))
                .map(n -> n.split("/", -1)[3])
                .distinct())
        .containsExactlyInAnyOrder("linux-x64", "linux-aarch64");
  }

  @Test
  void shouldListASparkClassPathWhoseEveryEntryExists() throws IOException {
    String line = Files.readString(TARGET.resolve("spark.classpath"));
    List<String> entries = List.of(line.split(":", -1));

    assertThat(line.lines()).hasSize(1);
    assertThat(entries).allMatch(e -> Files.exists(Path.of(e)));
    assertThat(entries)
        .anyMatch(e -> e.contains("spark-core_"))
        .anyMatch(e -> e.contains("onnxruntime"));
    assertThat(entries).noneMatch(e -> e.contains("escala-"));
  }

  private static List<JarEntry> entries() throws IOException {
    try (JarFile jar = new JarFile(TARGET.resolve("escala-spark-job.jar").toFile())) {
      return jar.stream().toList();
    }
  }
}
