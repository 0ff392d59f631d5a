package io.escala.localaws.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.escala.localaws.cloudformation.ResourceProperties;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * One Kubernetes document.
 *
 * @param apiVersion for example {@code apps/v1}
 * @param kind for example {@code Deployment}
 * @param namespace {@code default} when the document names none
 * @param name its name
 * @param json all of it
 */
record KubernetesObject(
    String apiVersion, String kind, String namespace, String name, ObjectNode json) {
  private static final ObjectReader YAML = new YAMLMapper(strict()).readerFor(JsonNode.class);

  /** What identifies an object; the API group is left out, for no two kinds here share a name. */
  record Id(String kind, String namespace, String name) {
    @Override
    public String toString() {
      return kind + " " + namespace + "/" + name;
    }
  }

  private static YAMLFactory strict() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    return YAMLFactory.builder().loaderOptions(options).build();
  }

  /**
   * Reads rendered YAML; empty documents between {@code ---} are left out.
   *
   * @param namespace that of documents which name none
   * @throws IllegalArgumentException for what is no YAML or no Kubernetes document
   */
  static List<KubernetesObject> read(String yaml, String namespace) {
    List<KubernetesObject> objects = new ArrayList<>();
    try (MappingIterator<JsonNode> documents = YAML.readValues(yaml)) {
      while (documents.hasNextValue()) {
        JsonNode document = documents.nextValue();
        if (document != null && !document.isNull() && !document.isMissingNode()) {
          objects.add(of(document, namespace));
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "not YAML: " + String.valueOf(e.getMessage()).lines().findFirst().orElse(""), e);
    }
    return objects;
  }

  private static KubernetesObject of(JsonNode document, String namespace) {
    if (!(document instanceof ObjectNode object)) {
      throw new IllegalArgumentException("a Kubernetes document is an object, not " + document);
    }
    JsonNode metadata = object.path("metadata");
    for (String needed : List.of("apiVersion", "kind")) {
      if (!object.path(needed).isTextual()) {
        throw new IllegalArgumentException("a document has no " + needed + ": " + document);
      }
    }
    String kind = object.path("kind").asText();
    if (!metadata.path("name").isTextual()) {
      throw new IllegalArgumentException("a " + kind + " has no metadata.name");
    }
    return new KubernetesObject(
        object.path("apiVersion").asText(),
        kind,
        metadata.path("namespace").asText(namespace),
        metadata.path("name").asText(),
        object);
  }

  Id id() {
    return new Id(kind, namespace, name);
  }

  Map<String, String> labels() {
    return texts("labels");
  }

  Map<String, String> annotations() {
    return texts("annotations");
  }

  private Map<String, String> texts(String field) {
    Map<String, String> map = new LinkedHashMap<>();
    json.path("metadata")
        .path(field)
        .properties()
        .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
    return map;
  }

  /**
   * The document for reading field by field: what nobody reads is refused by {@link
   * ResourceProperties#requireAllRead}.
   */
  ResourceProperties fields() {
    ResourceProperties fields = ResourceProperties.of(kind + " " + name, json.deepCopy());
    fields.recorded("apiVersion", "kind", "metadata");
    return fields;
  }

  ResourceProperties spec(ResourceProperties fields) {
    return fields
        .object("spec")
        .orElseThrow(() -> new IllegalArgumentException(kind + " " + name + " has no spec"));
  }
}
