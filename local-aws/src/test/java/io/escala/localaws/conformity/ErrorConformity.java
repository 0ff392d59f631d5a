package io.escala.localaws.conformity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** Tells in what an error is not as the model says. */
final class ErrorConformity {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What any operation may answer.
   *
   * @see <a href="https://docs.aws.amazon.com/emr/latest/APIReference/CommonErrors.html">common
   *     errors</a>
   */
  private static final Set<String> COMMON =
      Set.of(
          "AccessDenied",
          "AccessDeniedException",
          "InternalFailure",
          "InvalidAction",
          "InvalidParameterValueException",
          "MalformedQueryString",
          "MissingAction",
          "MissingAuthenticationTokenException",
          "MissingParameter",
          "MissingRequiredParameterException",
          "SerializationException",
          "ServiceUnavailable",
          "ThrottlingException",
          "UnknownOperationException",
          "ValidationError",
          "ValidationException",
          // The endpoint's own: it has no such operation, or no room on the disk.
          "NotImplemented",
          "InsufficientStorage");

  private final ServiceModel model;
  private final Answer answer;
  private final Faults faults;
  private final String at;

  ErrorConformity(ServiceModel model, Answer answer, Faults faults) {
    this.model = model;
    this.answer = answer;
    this.faults = faults;
    this.at = answer.operation() + ", an error,";
  }

  void look() throws SAXException, IOException {
    boolean s3 = model.protocol().equals("rest-xml");
    if (answer.status() == 304 || (s3 && answer.operation().startsWith("Head"))) {
      if (answer.body() != null && !answer.body().isEmpty()) {
        faults.add(at, "has a body");
      }
      return;
    }
    if (answer.body() == null || answer.body().isEmpty()) {
      faults.add(at, "has no body");
      return;
    }
    switch (model.protocol()) {
      case "json", "rest-json" -> json();
      case "query" -> {
        Element root = XmlWalk.root(answer.body());
        named(root, "ErrorResponse", model.head("xmlNamespace"));
        if (XmlWalk.child(root, "RequestId") == null) {
          faults.add(at, "lacks the element RequestId");
        }
        xml(XmlWalk.child(root, "Error"));
      }
      default -> {
        Element root = XmlWalk.root(answer.body());
        named(root, "Error", null);
        xml(root);
      }
    }
  }

  private void named(Element root, String name, String namespace) {
    if (!root.getLocalName().equals(name) || !Objects.equals(root.getNamespaceURI(), namespace)) {
      faults.add(at, "has the root " + root.getNamespaceURI() + " " + root.getLocalName());
    }
  }

  private void xml(Element error) {
    if (error == null
        || XmlWalk.child(error, "Code") == null
        || XmlWalk.child(error, "Message") == null) {
      faults.add(at, "lacks Code or Message");
      return;
    }
    code(XmlWalk.child(error, "Code").getTextContent());
  }

  private void json() throws IOException {
    ObjectNode body = (ObjectNode) JSON.readTree(answer.body());
    JsonNode type = body.remove("__type");
    String header = answer.header("x-amzn-errortype");
    if (model.protocol().equals("json") ? type == null : header == null) {
      faults.add(at, "does not say its type");
      return;
    }
    String code = (type == null ? header : type.asText()).replaceFirst(".*#", "");
    olderName();
    if (!body.path("message").isTextual() && !body.path("Message").isTextual()) {
      faults.add(at, "has no message");
    }
    JsonNode shape = code(code);
    if (shape == null) {
      return;
    }
    // The SDKs read a message in either spelling, and services send both.
    Map<String, String> names = new TreeMap<>();
    shape
        .path("members")
        .properties()
        .forEach(m -> names.put(m.getValue().path("locationName").asText(m.getKey()), m.getKey()));
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      if (!names.containsKey(field.getKey()) && !field.getKey().equalsIgnoreCase("message")) {
        faults.add(at + " " + field.getKey(), "is unknown to the model");
      } else if (names.containsKey(field.getKey())) {
        JsonNode member = shape.path("members").path(names.get(field.getKey()));
        new JsonWalk(model, faults)
            .value(at + " " + field.getKey(), model.shape(member), field.getValue());
      }
    }
  }

  /** Services that spoke the query protocol once say beside the error what it was called there. */
  private void olderName() {
    String older = answer.header("x-amzn-query-error");
    String who = answer.status() < 500 ? "Sender" : "Receiver";
    if (model.wasQuery() && (older == null || !older.matches("[A-Za-z.]+;" + who))) {
      faults.add(at, "has the header x-amzn-query-error " + older + ", not CODE;" + who);
    }
  }

  /**
   * Looks for a code among those that the operation lists, and at the status.
   *
   * @return the error's shape; {@code null} when it is one of those that every operation has
   */
  private JsonNode code(String code) {
    JsonNode listed = model.operation(answer.operation()).path("errors");
    for (JsonNode name : listed) {
      JsonNode shape = model.shape(name.asText());
      if (shape.at("/error/code").asText(name.asText()).equals(code)) {
        int status = shape.at("/error/httpStatusCode").asInt(answer.status());
        if (status != answer.status()) {
          faults.add(at, code + " has the status " + answer.status() + ", not " + status);
        }
        return shape;
      }
    }
    if (!COMMON.contains(code) && !listed.isEmpty() && !model.protocol().equals("rest-xml")) {
      faults.add(at, "is " + code + ", which the model does not list: " + listed);
    }
    return null;
  }
}
