package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.s3.Bucket;

class StackRemainsTest {
  @Test
  void shouldAcceptEveryTemplateUnderReview() {
    for (Variation variation : Variation.all()) {
      boolean deleteData = Boolean.parseBoolean(variation.keys().get("deleteData"));
      assertThat(refusals(deleteData, variation.templates())).as(variation.name()).isEmpty();
    }
  }

  @Test
  void shouldKeepDataUnlessTheConfigurationSaysOtherwise() {
    assertThat(refusals(false, Synthesis.standard())).isEmpty();
    assertThat(refusals(true, Synthesis.deleting())).isEmpty();
  }

  @Test
  void shouldRefuseWhatOutlivesItsStack() {
    assertThat(mutated("AWS::EC2::VPC", vpc -> vpc.put("DeletionPolicy", "Retain")))
        .singleElement()
        .asString()
        .matches(
            "EscalaNetwork\\.Vpc\\w+ \\(AWS::EC2::VPC\\) would outlive its stack: DeletionPolicy is Retain");
    assertThat(mutated("AWS::EMR::Cluster", it -> it.put("UpdateReplacePolicy", "Snapshot")))
        .singleElement()
        .asString()
        .endsWith("would outlive its stack: UpdateReplacePolicy is Snapshot");
    assertThat(mutated("AWS::EC2::VPC", it -> it.put("DeletionPolicy", "RetainExceptOnCreate")))
        .hasSize(1);
  }

  @Test
  void shouldRefuseLogsThatStayOrNeverExpire() {
    assertThat(mutated("AWS::Logs::LogGroup", logs -> properties(logs).remove("RetentionInDays")))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(line).endsWith("it has no RetentionInDays"));
    assertThat(mutated("AWS::Lambda::Function", it -> properties(it).remove("LoggingConfig")))
        .hasSize(5)
        .allSatisfy(line -> assertThat(line).endsWith("it has no LoggingConfig.LogGroup"));
  }

  @Test
  void shouldRefuseARepositoryThatItsImagesKeep() {
    assertThat(mutated("AWS::ECR::Repository", it -> properties(it).remove("EmptyOnDelete")))
        .singleElement()
        .asString()
        .contains("without EmptyOnDelete");
  }

  @Test
  void shouldKeepNoManifestButTheNamespace() {
    assertThat(
            mutated(
                "Custom::AWSCDK-EKS-KubernetesResource", it -> it.put("DeletionPolicy", "Retain")))
        .isNotEmpty()
        .noneMatch(line -> line.startsWith("EscalaServing.Namespace"));
  }

  @Test
  void shouldWantBothKeysBeforeDataIsDeleted() {
    // given
    Map<String, Template> deleting = Synthesis.deleting();
    Map<String, Template> keeping = Synthesis.standard();

    // then
    assertThat(refusals(false, deleting))
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).endsWith("but escala:deleteData is false"))
        .anySatisfy(line -> assertThat(line).contains("AWS::KMS::Key"))
        .anySatisfy(line -> assertThat(line).contains("would empty its bucket"));
    assertThat(refusals(true, keeping))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).endsWith("but escala:deleteData is true"));
  }

  @Test
  void shouldKeepDataAlsoWhenAnUpdateReplacesWhatHoldsIt() {
    // given
    JsonNode storage = Synthesis.standard().get("EscalaStorage").root().deepCopy();
    for (JsonNode resource : storage.path("Resources")) {
      if (resource.path("Type").asText().equals("AWS::S3::Bucket")) {
        ((ObjectNode) resource).put("UpdateReplacePolicy", "Delete");
      }
    }

    // then
    assertThat(new StackRemains(false).refusals("EscalaStorage", storage))
        .singleElement()
        .asString()
        .endsWith(
            "would be deleted, with its stack or when it is replaced, but escala:deleteData is"
                + " false");
  }

  @Test
  void shouldReadWhatTheAppSynthesized(@TempDir Path out) {
    // given
    App app = new App(AppProps.builder().analyticsReporting(false).outdir(out.toString()).build());
    Bucket.Builder.create(new Stack(app, "Mine"), "Rows").build(); // kept, unless told otherwise

    // then
    assertThat(new StackRemains(true).refusals(app.synth()))
        .singleElement()
        .asString()
        .matches(
            "Mine\\.Rows\\w+ \\(AWS::S3::Bucket\\) would outlive its stack: DeletionPolicy is Retain,"
                + " but escala:deleteData is true");
  }

  private static List<String> mutated(String type, Consumer<ObjectNode> mutation) {
    List<String> refusals = new ArrayList<>();
    Synthesis.everything()
        .forEach(
            (stack, template) -> {
              JsonNode copy = template.root().deepCopy();
              for (JsonNode resource : copy.path("Resources")) {
                if (resource.path("Type").asText().equals(type)) {
                  mutation.accept((ObjectNode) resource);
                }
              }
              refusals.addAll(new StackRemains(true).refusals(stack, copy));
            });
    return refusals;
  }

  private static ObjectNode properties(ObjectNode resource) {
    return (ObjectNode) resource.path("Properties");
  }

  private static List<String> refusals(boolean deleteData, Map<String, Template> stacks) {
    List<String> refusals = new ArrayList<>();
    stacks.forEach(
        (stack, template) ->
            refusals.addAll(new StackRemains(deleteData).refusals(stack, template.root())));
    return refusals;
  }
}
