package io.escala.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Where the job runs is for spark-submit to say: a master in the code pins it to one machine. */
class NoMasterTest {
  private static final JavaClasses JOB =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.escala.spark");

  @Test
  void shouldNotHoldTheTextOfAMasterInAnyClass() throws Exception {
    List<Path> classes = compiled();
    assertThat(classes).hasSizeGreaterThan(20);
    for (Path file : classes) {
      assertThat(text(file))
          .as(file.toString())
          .doesNotContain("local[", "local-cluster", "spark.master", "spark://", "setMaster");
    }
  }

  @Test
  void shouldNotCallWhatSetsAMaster() {
    noClasses()
        .should()
        .callMethod(SparkSession.Builder.class, "master", String.class)
        .orShould()
        .callMethod(SparkConf.class, "setMaster", String.class)
        .check(JOB);
  }

  @Test
  void shouldNotMentionScalaTypesThatPinTheJarToOneScalaVersion() {
    noClasses().should().dependOnClassesThat().resideInAPackage("scala.collection..").check(JOB);
  }

  private static List<Path> compiled() throws IOException, URISyntaxException {
    Path root = Path.of(SparkJob.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(f -> f.toString().endsWith(".class")).toList();
    }
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }
}
