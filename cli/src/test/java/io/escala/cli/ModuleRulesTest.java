package io.escala.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Who may know whom, held over the bytecode of every module: cli is built last. */
final class ModuleRulesTest {
  private static final String[] AWS = {
    "software.amazon.awssdk..", "com.amazonaws..", "software.amazon.awscdk.."
  };
  private static final String SPARK = "org.apache.spark..";

  @Test
  void inferenceKnowsNeitherAwsNorSparkNorAnyOtherModule() {
    holds("inference", noClasses().should().dependOnClassesThat(resideInAnyPackage(AWS)));
    holds("inference", noClasses().should().dependOnClassesThat().resideInAPackage(SPARK));
    holds("inference", onlyOurs("io.escala.inference.."));
  }

  @Test
  void theSparkJobKnowsInferenceOnlyAndNeverAws() {
    holds("spark-job", onlyOurs("io.escala.spark..", "io.escala.inference.."));
    holds("spark-job", noClasses().should().dependOnClassesThat(resideInAnyPackage(AWS)));
  }

  @Test
  void theSparkJobNeverMentionsScalaTypes() {
    holds("spark-job", noClasses().should().dependOnClassesThat().resideInAPackage("scala.."));
  }

  @Test
  void bundlesFromS3AreReadWithoutSparkAndWithoutAWholeSdk() {
    holds("models-s3", onlyOurs("io.escala.s3..", "io.escala.inference.."));
    holds(
        "models-s3",
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SPARK, "software.amazon.awssdk.services.."));
  }

  @Test
  void theLambdaHandlerKnowsInferenceAndItsBundlesOnlyAndNeverSpark() {
    holds(
        "lambda-handler",
        onlyOurs("io.escala.lambda..", "io.escala.inference..", "io.escala.s3.."));
    holds("lambda-handler", noClasses().should().dependOnClassesThat().resideInAPackage(SPARK));
  }

  @Test
  void theInferenceServerKnowsInferenceAndItsBundlesOnlyAndNeitherAwsNorSpark() {
    holds(
        "inference-server",
        onlyOurs("io.escala.server..", "io.escala.inference..", "io.escala.s3.."));
    holds("inference-server", noClasses().should().dependOnClassesThat(resideInAnyPackage(AWS)));
    holds("inference-server", noClasses().should().dependOnClassesThat().resideInAPackage(SPARK));
  }

  @Test
  void theImageBuilderKnowsNoOtherModuleAndNeverSpark() {
    holds("image-builder", onlyOurs("io.escala.image.."));
    holds("image-builder", noClasses().should().dependOnClassesThat().resideInAPackage(SPARK));
  }

  @Test
  void theCdkAppKnowsItsSiblingsByTheirArtefactsOnly() {
    holds("infra", onlyOurs("io.escala.infra.."));
  }

  @Test
  void synthReadsNoClockNoRandomNumberAndNoEnvironment() {
    holds(
        "infra",
        noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getenv")
            .orShould()
            .callMethod(Math.class, "random")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Random.class)
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(UUID.class));
  }

  @Test
  void theLocalEndpointKnowsNoOtherModule() {
    holds("local-aws", onlyOurs("io.escala.localaws.."));
  }

  @Test
  void theCommandsKnowNoOtherModule() {
    holds("cli", onlyOurs("io.escala.cli.."));
  }

  private static ArchRule onlyOurs(String... packages) {
    return noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("io.escala..").and(resideOutsideOfPackages(packages)));
  }

  private static void holds(String module, ArchRule rule) {
    JavaClasses classes =
        new ClassFileImporter()
            .importPath(Path.of(System.getProperty("escala.root"), module, "target", "classes"));
    assertThat(classes).as("classes of %s; run mvn verify from the root", module).isNotEmpty();
    rule.check(classes);
  }
}
