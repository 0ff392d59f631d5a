package io.escala.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs while its jar is built again. */
final class RebuildIT {
  private static final Path ROOT = Launcher.ROOT;
  private static final String ENDPOINT_JAR = "local-aws/target/escala-local-aws-0.1.0.jar";

  @TempDir Path folder;

  @Test
  void whoeverHasAJarOpenReadsOnWhileMavenBuildsItAgain() throws Exception {
    // given
    Path module = moduleOfThisBuild();
    Path text = Files.createDirectories(module.resolve("src/main/resources")).resolve("text.txt");
    Files.writeString(text, "before");
    mvn(module, "package");
    Path jar = module.resolve("target/escala-small-0.1.0.jar");

    try (ZipFile open = new ZipFile(jar.toFile())) {
      ZipEntry entry = open.getEntry("text.txt");

      // when
      Files.writeString(text, "after");
      Files.writeString(text.resolveSibling("another.txt"), "moves the first to another place");
      mvn(module, "package");

      // then
      assertThat(read(open, entry)).isEqualTo("before");
    }
    try (ZipFile built = new ZipFile(jar.toFile())) {
      assertThat(read(built, built.getEntry("text.txt"))).isEqualTo("after");
    }
  }

  @Test
  void theEndpointAnswersOnWhenTheJarOfItsCheckoutIsWrittenOver() throws Exception {
    // given
    Path checkout = folder.resolve("checkout");
    for (String file :
        List.of(
            ENDPOINT_JAR,
            "local-aws/target/local-aws.classpath",
            "spark-job/target/spark.classpath",
            "spark-job/target/spark.jvm.options")) {
      Path copy = checkout.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(ROOT.resolve(file), copy);
    }
    Files.createDirectories(checkout.resolve("local-aws/target/lambda-runtime"));
    Files.createDirectories(checkout.resolve("node_modules"));
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    LocalEndpoint endpoint =
        LocalEndpoint.start(new Workspace(checkout, folder.resolve("home"), java), 0);

    try (Aws aws = new Aws(endpoint)) {
      // when
      Files.write(checkout.resolve(ENDPOINT_JAR), new byte[100]);

      // then
      assertThat(aws.stacks()).isEmpty();
      assertThat(aws.emr().listClusters().clusters()).isEmpty();
    } finally {
      endpoint.stop();
    }
  }

  /** With this build's plugins and their configuration, and hardly anything to build. */
  private Path moduleOfThisBuild() throws IOException {
    Path module = Files.createDirectories(folder.resolve("small"));
    Files.writeString(
        module.resolve("pom.xml"),
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <parent>
            <groupId>io.escala</groupId>
            <artifactId>escala</artifactId>
            <version>0.1.0</version>
            <relativePath>%s</relativePath>
          </parent>
          <artifactId>escala-small</artifactId>
        </project>
        """
            .formatted(module.toRealPath().relativize(ROOT.toRealPath().resolve("pom.xml"))));
    return module;
  }

  private static void mvn(Path module, String phase) throws IOException, InterruptedException {
    Path log = module.resolve(phase + ".log");
    Process maven =
        new ProcessBuilder("mvn", "-B", "-o", "-Dmaven.test.skip=true", phase)
            .directory(module.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!maven.waitFor(10, TimeUnit.MINUTES)) {
      maven.destroyForcibly();
    }
    assertThat(maven.waitFor()).as(Files.readString(log)).isZero();
  }

  private static String read(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
