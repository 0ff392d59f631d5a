package io.escala.localaws.emrserverless;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.AwsException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a StartJobRun asks for.
 *
 * @param arguments what stands after {@code spark-submit}
 * @param sparkDefaults the classification {@code spark-defaults}
 * @param logUri where logs go, an {@code s3://} address; empty for nowhere but this machine
 * @param minutes after how long it is cancelled; 0 for never
 */
record JobDriver(
    List<String> arguments,
    Map<String, String> sparkDefaults,
    Optional<String> logUri,
    long minutes) {
  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  /** As the service has it. */
  private static final long DEFAULT_MINUTES = 720;

  /**
   * Reads a request.
   *
   * @throws AwsException ValidationException, naming what is wrong or not handled
   */
  static JobDriver of(ObjectNode request) {
    requireKnown(
        request,
        "StartJobRun",
        "clientToken",
        "name",
        "executionRoleArn",
        "executionTimeoutMinutes",
        "jobDriver",
        "configurationOverrides",
        "tags",
        "mode");
    if (!request.path("mode").asText("BATCH").equals("BATCH")) {
      throw notHandled("mode " + request.path("mode").asText());
    }
    text(request, "executionRoleArn");
    requireKnown(request.path("jobDriver"), "jobDriver", "sparkSubmit");
    JsonNode submit = request.at("/jobDriver/sparkSubmit");
    requireKnown(
        submit, "sparkSubmit", "entryPoint", "entryPointArguments", "sparkSubmitParameters");
    List<String> arguments = words(submit.path("sparkSubmitParameters").asText(""));
    arguments.add(text(submit, "entryPoint"));
    submit.path("entryPointArguments").forEach(each -> arguments.add(each.asText()));
    JsonNode overrides = request.path("configurationOverrides");
    requireKnown(
        overrides, "configurationOverrides", "applicationConfiguration", "monitoringConfiguration");
    JsonNode monitoring = overrides.path("monitoringConfiguration");
    requireKnown(
        monitoring,
        "monitoringConfiguration",
        "s3MonitoringConfiguration",
        "managedPersistenceMonitoringConfiguration");
    return new JobDriver(
        List.copyOf(arguments),
        sparkDefaults(overrides.path("applicationConfiguration")),
        Optional.ofNullable(monitoring.at("/s3MonitoringConfiguration/logUri").textValue()),
        request.path("executionTimeoutMinutes").asLong(DEFAULT_MINUTES));
  }

  private static Map<String, String> sparkDefaults(JsonNode configurations) {
    Map<String, String> defaults = new LinkedHashMap<>();
    for (JsonNode each : configurations) {
      if (!each.path("classification").asText().equals("spark-defaults")
          || !each.path("configurations").isEmpty()) {
        throw notHandled("the configuration " + each);
      }
      each.path("properties")
          .properties()
          .forEach(entry -> defaults.put(entry.getKey(), entry.getValue().asText()));
    }
    return defaults;
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher word = WORD.matcher(line);
    while (word.find()) {
      for (int group = 1; group <= 3; group++) {
        if (word.group(group) != null) {
          words.add(word.group(group));
        }
      }
    }
    return words;
  }

  private static void requireKnown(JsonNode json, String at, String... known) {
    Set<String> others = new TreeSet<>();
    json.fieldNames().forEachRemaining(others::add);
    others.removeAll(Set.of(known));
    if (!others.isEmpty()) {
      throw notHandled(at + "'s " + String.join(", ", others));
    }
  }

  private static AwsException notHandled(String what) {
    return Applications.validation("local-aws does not handle " + what);
  }

  private static String text(JsonNode json, String name) {
    String text = json.path(name).asText("");
    if (text.isEmpty()) {
      throw Applications.validation(name + " is missing");
    }
    return text;
  }
}
