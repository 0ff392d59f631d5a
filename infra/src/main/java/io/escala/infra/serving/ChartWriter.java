package io.escala.infra.serving;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the chart's folder. Maven runs it when it builds this module: the chart depends on no
 * configuration, and a synthesis, which takes it as a file, need not load the models it is made of.
 */
public final class ChartWriter {
  private static final ObjectMapper YAML =
      YAMLMapper.builder(
              YAMLFactory.builder()
                  .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                  .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                  .disable(YAMLGenerator.Feature.SPLIT_LINES)
                  .build())
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  private ChartWriter() {}

  /** Writes the chart into the folder that the only argument names. */
  public static void main(String[] args) throws IOException {
    if (args.length != 1) {
      System.err.println("usage: ChartWriter FOLDER");
      System.exit(2);
    }
    write(Path.of(args[0]));
  }

  /** Writes every file; what an earlier chart had more is deleted. */
  static void write(Path folder) throws IOException {
    Map<String, String> files = files();
    Path templates = Files.createDirectories(folder.resolve("templates"));
    try (var old = Files.list(templates)) {
      for (Path file : old.toList()) {
        if (!files.containsKey("templates/" + file.getFileName())) {
          Files.delete(file);
        }
      }
    }
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
    }
  }

  /** Path in the chart's folder to content; the same at each call. */
  static Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    files.put("Chart.yaml", chart());
    files.put("values.yaml", values());
    files.put("values.schema.json", schema());
    for (Map.Entry<String, List<HasMetadata>> template : ServingChart.templates().entrySet()) {
      StringBuilder documents = new StringBuilder();
      for (HasMetadata object : template.getValue()) {
        documents.append(ChartValue.fill(YAML.writeValueAsString(object)));
      }
      files.put("templates/" + template.getKey(), documents.toString());
    }
    return files;
  }

  private static String chart() throws IOException {
    Map<String, String> chart = new LinkedHashMap<>();
    chart.put("apiVersion", "v2");
    chart.put("name", ServingChart.NAME);
    chart.put("description", "The inference server: replicas that balance, heal and roll back");
    chart.put("type", "application");
    chart.put("version", ServingChart.VERSION);
    chart.put("appVersion", ServingChart.VERSION);
    chart.put("kubeVersion", ">=1.34.0-0");
    return YAML.writeValueAsString(chart);
  }

  /** No default: the stack gives every value, so that there is one place that decides. */
  private static String values() {
    StringBuilder text =
        new StringBuilder("# Required, all of them; values.schema.json says what is allowed.\n");
    for (ChartValue value : ChartValue.values()) {
      text.append("# ").append(value.key()).append(": ").append(value.meaning()).append('\n');
    }
    return text.append("{}\n").toString();
  }

  private static String schema() throws IOException {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
    schema.put("type", "object");
    ObjectNode properties = JSON.createObjectNode();
    for (ChartValue value : ChartValue.values()) {
      ObjectNode property = properties.putObject(value.key());
      property.put("description", value.meaning());
      if (value.pattern().isPresent()) {
        property.put("type", "string").put("pattern", "^(" + value.pattern().get() + ")$");
      } else {
        property.put("type", "integer").put("minimum", value.least()).put("maximum", value.most());
      }
      schema.withArray("required").add(value.key());
    }
    schema.set("properties", properties);
    schema.put("additionalProperties", false);
    return JSON.writeValueAsString(schema) + "\n";
  }
}
