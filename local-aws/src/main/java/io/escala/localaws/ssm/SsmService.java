package io.escala.localaws.ssm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.JsonProtocol;
import io.escala.localaws.http.JsonService;
import io.escala.localaws.ssm.ParameterStore.Parameter;

/** Systems Manager, as far as its parameters go. */
public final class SsmService implements JsonService {
  private final ParameterStore store;
  private final String arnPrefix;

  public SsmService(ParameterStore store, String region, String accountId) {
    this.store = store;
    this.arnPrefix = "arn:aws:ssm:" + region + ":" + accountId + ":parameter";
  }

  @Override
  public String signingName() {
    return "ssm";
  }

  @Override
  public ObjectNode answer(String operation, ObjectNode in) {
    return switch (operation) {
      case "GetParameter" -> getParameter(in);
      case "GetParameters" -> getParameters(in);
      case "PutParameter" -> putParameter(in);
      case "DeleteParameter" -> deleteParameter(in);
      default -> throw AwsException.notHandled("SSM", operation);
    };
  }

  private ObjectNode getParameter(ObjectNode in) {
    String name = text(in, "Name");
    Parameter parameter = store.get(name).orElseThrow(() -> notFound(name));
    ObjectNode out = JsonProtocol.object();
    out.set("Parameter", json(parameter));
    return out;
  }

  private ObjectNode getParameters(ObjectNode in) {
    ObjectNode out = JsonProtocol.object();
    ArrayNode found = out.putArray("Parameters");
    ArrayNode invalid = out.putArray("InvalidParameters");
    for (JsonNode name : in.path("Names")) {
      store
          .get(name.asText())
          .ifPresentOrElse(
              parameter -> found.add(json(parameter)), () -> invalid.add(name.asText()));
    }
    return out;
  }

  private ObjectNode putParameter(ObjectNode in) {
    String name = text(in, "Name");
    boolean overwrite = in.path("Overwrite").asBoolean(false);
    if (store.get(name).isPresent() && !overwrite) {
      throw new AwsException(
          400,
          "ParameterAlreadyExists",
          "The parameter " + name + " already exists. To overwrite it, say Overwrite.");
    }
    String type = in.path("Type").asText(store.get(name).map(Parameter::type).orElse("String"));
    long version = store.put(name, type, text(in, "Value"));
    return JsonProtocol.object().put("Version", version).put("Tier", "Standard");
  }

  private ObjectNode deleteParameter(ObjectNode in) {
    String name = text(in, "Name");
    if (!store.delete(name)) {
      throw notFound(name);
    }
    return JsonProtocol.object();
  }

  private ObjectNode json(Parameter parameter) {
    String slash = parameter.name().startsWith("/") ? "" : "/";
    return JsonProtocol.object()
        .put("Name", parameter.name())
        .put("Type", parameter.type())
        .put("Value", parameter.value())
        .put("Version", parameter.version())
        .put("LastModifiedDate", parameter.lastModified().toEpochMilli() / 1000.0)
        .put("ARN", arnPrefix + slash + parameter.name())
        .put("DataType", "text");
  }

  private static String text(ObjectNode in, String name) {
    if (!in.path(name).isTextual()) {
      throw new AwsException(400, "ValidationException", "the field " + name + " is missing");
    }
    return in.path(name).textValue();
  }

  private static AwsException notFound(String name) {
    return new AwsException(400, "ParameterNotFound", "there is no parameter " + name);
  }
}
