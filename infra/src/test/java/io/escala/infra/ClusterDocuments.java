package io.escala.infra;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Writes what the stacks hand to the cluster, for {@code infra/verify-on-apiserver}: the chart's
 * values, the documents beside the chart, and definitions of the kinds that Kubernetes itself does
 * not know.
 */
public final class ClusterDocuments {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ECR = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
  private static final Map<String, String> EVERYTHING =
      Map.of(
          "kubernetes.enabled", "true",
          "kubernetes.mirror", ECR + "/mirror",
          "kubernetes.kserve", "true",
          "kubernetes.sparkOperator", "true",
          "kubernetes.sparkImage", ECR + "/spark:4.1.1");
  private static final Map<String, String> INTERNET_FACING =
      Map.of(
          "kubernetes.enabled", "true",
          "kubernetes.serving.internetFacing", "true",
          "kubernetes.serving.certificateArn",
              "arn:aws:acm:eu-west-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef",
          "kubernetes.serving.callers", "203.0.113.0/24,198.51.100.7/32",
          "kubernetes.serving.models", "bank@20261123T194500Z-1a2b3c4d");

  private ClusterDocuments() {}

  /** Writes into the folder that the only argument names; what was there before is deleted. */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: ClusterDocuments FOLDER");
      System.exit(2);
    }
    write(Path.of(args[0]));
  }

  private static void write(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> old = Files.walk(folder)) {
        for (Path file : old.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    Map<String, Template> internal = Synthesis.with(EVERYTHING);
    Map<String, Template> internetFacing = Synthesis.with(INTERNET_FACING);

    Map<String, JsonNode> files = new LinkedHashMap<>();
    files.put("values", values(internal));
    files.put("values-internet-facing", values(internetFacing));
    files.put("definitions/inferenceservices", definition("inferenceservice.json"));
    files.put("definitions/sparkapplications", definition("sparkapplication.json"));
    files.put("definitions/ingressclassparams", withoutSchema());
    List<JsonNode> documents = documents(internal.get("EscalaServing"));
    documents.addAll(documents(internal.get("EscalaKubeflow")));
    for (JsonNode document : documents) {
      String name = document.path("kind").asText() + "-" + document.at("/metadata/name").asText();
      files.put("documents/" + name.toLowerCase(Locale.ROOT), document);
    }

    for (Map.Entry<String, JsonNode> file : files.entrySet()) {
      Path path = folder.resolve(file.getKey() + ".json");
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.getValue().toPrettyString() + "\n");
    }
  }

  private static JsonNode values(Map<String, Template> stacks) throws IOException {
    Template serving = stacks.get("EscalaServing");
    return read(serving, serving.only("Custom::AWSCDK-EKS-HelmChart").path("Values"));
  }

  private static List<JsonNode> documents(Template stack) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    for (JsonNode manifest : stack.resources("Custom::AWSCDK-EKS-KubernetesResource").values()) {
      read(stack, manifest.at("/Properties/Manifest")).forEach(documents::add);
    }
    return documents;
  }

  /** With what CloudFormation would put in the place of its references. */
  private static JsonNode read(Template stack, JsonNode text) throws IOException {
    String filled =
        stack
            .text(text)
            .replace("${Image.ImageUri}", ECR + "/escala@sha256:" + "a".repeat(64))
            .replace("<hash>", "a".repeat(64))
            .replace("${AWS::AccountId}", "111122223333")
            .replace("${AWS::Region}", "eu-west-1")
            .replaceAll("\\$\\{Vpc[^}]*}", "10.0.0.0/16")
            .replace("${Bucket}", "escala-bucket");
    if (filled.contains("${")) {
      throw new IllegalStateException("a reference has no value here: " + filled);
    }
    return JSON.readTree(filled);
  }

  /** What a project publishes, as far as the resources of the tests hold it. */
  private static JsonNode definition(String file) throws IOException {
    JsonNode published = CrdSchema.named(file).definition();
    return definition(
        published.path("group").asText(),
        published.path("kind").asText(),
        published.path("version").asText(),
        "Namespaced",
        published.path("schema"));
  }

  /** EKS publishes none of its own kind: any field is accepted. */
  private static JsonNode withoutSchema() {
    return definition(
        "eks.amazonaws.com",
        "IngressClassParams",
        "v1",
        "Cluster",
        JSON.createObjectNode()
            .put("type", "object")
            .put("x-kubernetes-preserve-unknown-fields", true));
  }

  private static JsonNode definition(
      String group, String kind, String version, String scope, JsonNode schema) {
    String singular = kind.toLowerCase(Locale.ROOT);
    String plural = singular.endsWith("s") ? singular : singular + "s";
    ObjectNode definition =
        JSON.createObjectNode()
            .put("apiVersion", "apiextensions.k8s.io/v1")
            .put("kind", "CustomResourceDefinition");
    definition
        .putObject("metadata")
        .put("name", plural + "." + group)
        // Groups under k8s.io want to know who approved the kind.
        .putObject("annotations")
        .put("api-approved.kubernetes.io", "unapproved, for a check alone");
    ObjectNode spec = definition.putObject("spec").put("group", group).put("scope", scope);
    spec.putObject("names").put("kind", kind).put("singular", singular).put("plural", plural);
    ObjectNode only = spec.putArray("versions").addObject();
    only.put("name", version).put("served", true).put("storage", true);
    only.putObject("schema").set("openAPIV3Schema", schema);
    return definition;
  }
}
