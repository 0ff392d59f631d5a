package io.escala.localaws.lambda;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;

/** Functions in the names and types of Lambda's API. */
final class FunctionJson {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSxx").withZone(ZoneOffset.UTC);

  private FunctionJson() {}

  static ObjectNode configuration(Functions.Version version, LambdaSettings settings) {
    FunctionConfig config = version.config();
    boolean latest = version.number().equals(Functions.LATEST);
    String arn = settings.arn(version.function().name());
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("FunctionName", version.function().name());
    json.put("FunctionArn", latest ? arn : arn + ":" + version.number());
    json.put("Runtime", config.runtime());
    json.put("Role", config.role());
    json.put("Handler", config.handler());
    json.put("CodeSize", config.codeSize());
    json.put("Description", config.description());
    json.put("Timeout", config.timeoutSeconds());
    json.put("MemorySize", config.memoryMb());
    json.put("LastModified", TIME.format(Instant.ofEpochMilli(config.lastModified())));
    json.put("CodeSha256", config.codeSha256());
    json.put("Version", version.number());
    if (!config.environment().isEmpty()) {
      ObjectNode variables = json.putObject("Environment").putObject("Variables");
      for (Map.Entry<String, String> variable : config.environment().entrySet()) {
        variables.put(variable.getKey(), variable.getValue());
      }
    }
    json.putObject("TracingConfig").put("Mode", config.tracing());
    json.put("State", "Active");
    json.put("LastUpdateStatus", "Successful");
    json.put("PackageType", "Zip");
    json.putArray("Architectures").add(config.architecture());
    json.putObject("EphemeralStorage").put("Size", config.ephemeralStorageMb());
    json.putObject("SnapStart").put("ApplyOn", config.snapStart()).put("OptimizationStatus", "Off");
    ObjectNode logging = json.putObject("LoggingConfig");
    logging.put("LogFormat", config.logFormat());
    if (config.logFormat().equals("JSON")) {
      logging.put("ApplicationLogLevel", config.logLevel());
    }
    logging.put("LogGroup", config.logGroup());
    return json;
  }

  static ObjectNode mapping(EventSourceMapping mapping, LambdaSettings settings) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("UUID", mapping.uuid());
    json.put("EventSourceMappingArn", settings.mappingArn(mapping.uuid()));
    json.put("EventSourceArn", mapping.queueArn());
    json.put("FunctionArn", settings.arn(mapping.function()));
    json.put("BatchSize", mapping.batchSize());
    json.put("MaximumBatchingWindowInSeconds", mapping.windowSeconds());
    ArrayNode responses = json.putArray("FunctionResponseTypes");
    if (mapping.reportsFailures()) {
      responses.add("ReportBatchItemFailures");
    }
    if (mapping.maximumConcurrency() != null) {
      json.putObject("ScalingConfig").put("MaximumConcurrency", mapping.maximumConcurrency());
    }
    json.put("State", mapping.enabled() ? "Enabled" : "Disabled");
    json.put("StateTransitionReason", "USER_INITIATED");
    json.put("LastModified", BigDecimal.valueOf(mapping.modified(), 3));
    return json;
  }

  static ObjectNode alias(
      FunctionRecord function, String name, FunctionRecord.Alias alias, LambdaSettings settings) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("AliasArn", settings.arn(function.name()) + ":" + name)
        .put("Name", name)
        .put("FunctionVersion", alias.version())
        .put("Description", alias.description());
  }
}
