package io.escala.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awscdk.cxapi.CloudAssembly;
import software.amazon.awscdk.cxapi.CloudFormationStackArtifact;

/**
 * The rule that a stack leaves nothing behind, held over the templates as they are deployed.
 *
 * <p>Data takes two keys: only with {@code deleteData} may a template delete it, and only a
 * template that says so does. A difference between the two is refused in either direction.
 */
final class StackRemains {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** What holds data, or is needed to read it. */
  private static final Set<String> DATA = Set.of("AWS::S3::Bucket", "AWS::KMS::Key");

  /** Of its stack and of what an update replaces. */
  private static final List<String> KEEPING = List.of("DeletionPolicy", "UpdateReplacePolicy");

  private final boolean deleteData;

  StackRemains(boolean deleteData) {
    this.deleteData = deleteData;
  }

  /** Why the stacks of an assembly are refused; empty when they are not. */
  List<String> refusals(CloudAssembly assembly) {
    List<String> refusals = new ArrayList<>();
    for (CloudFormationStackArtifact stack : assembly.getStacks()) {
      try {
        refusals.addAll(
            refusals(stack.getId(), JSON.readTree(Path.of(stack.getTemplateFullPath()).toFile())));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return refusals;
  }

  /** Why a template is refused; empty when it is not. */
  List<String> refusals(String stack, JsonNode template) {
    List<String> refusals = new ArrayList<>();
    for (Map.Entry<String, JsonNode> resource : template.path("Resources").properties()) {
      refusal(resource.getValue())
          .ifPresent(
              why ->
                  refusals.add(
                      "%s.%s (%s) %s"
                          .formatted(
                              stack,
                              resource.getKey(),
                              resource.getValue().path("Type").asText(),
                              why)));
    }
    return refusals;
  }

  private Optional<String> refusal(JsonNode resource) {
    String type = resource.path("Type").asText();
    JsonNode properties = resource.path("Properties");
    String kept = keeps(resource);
    String why = null;
    if (DATA.contains(type) && !deleteData) {
      if (!KEEPING.stream().allMatch(policy -> resource.path(policy).asText().equals("Retain"))) {
        why =
            "would be deleted, with its stack or when it is replaced, but escala:deleteData is false";
      }
    } else if (!kept.isEmpty() && !isNamespace(type, properties)) {
      why =
          "would outlive its stack: "
              + kept
              + (DATA.contains(type) ? ", but escala:deleteData is true" : "");
    } else if (type.equals("Custom::S3AutoDeleteObjects") && !deleteData) {
      why = "would empty its bucket, but escala:deleteData is false";
    } else if (type.equals("AWS::Logs::LogGroup") && !properties.has("RetentionInDays")) {
      why = "would keep its events forever: it has no RetentionInDays";
    } else if (type.equals("AWS::Lambda::Function")
        && !properties.path("LoggingConfig").has("LogGroup")) {
      why =
          "would have Lambda make a log group that outlives its stack: it has no"
              + " LoggingConfig.LogGroup";
    } else if (type.equals("AWS::ECR::Repository")
        && !properties.path("EmptyOnDelete").asBoolean()) {
      why = "could not be deleted with its stack: without EmptyOnDelete its images keep it";
    }
    return Optional.ofNullable(why);
  }

  private static String keeps(JsonNode resource) {
    for (String policy : KEEPING) {
      String value = resource.path(policy).asText("Delete");
      if (!value.equals("Delete")) {
        return policy + " is " + value;
      }
    }
    return "";
  }

  /** The one exception, see {@link ServingStack}: it goes with the cluster that it is in. */
  private static boolean isNamespace(String type, JsonNode properties) {
    return type.equals("Custom::AWSCDK-EKS-KubernetesResource")
        && properties
            .path("Manifest")
            .asText()
            .matches("\\[\\{[^\\[\\]]*\"kind\":\"Namespace\"[^\\[\\]]*}]");
  }
}
