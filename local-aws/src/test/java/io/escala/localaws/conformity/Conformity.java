package io.escala.localaws.conformity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** Tells in what an answer is not as the model of its service says. */
final class Conformity {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Headers that every service sends, and the model of none names. */
  private static final Pattern EVERYWHERE =
      Pattern.compile("x-amzn?-(requestid|request-id|id-2|errortype)");

  private final ServiceModel model;
  private final Answer answer;
  private final Faults faults = new Faults();
  private final String at;

  private Conformity(Answer answer) {
    this.model = ServiceModel.of(answer.service());
    this.answer = answer;
    this.at = answer.operation();
  }

  /** Every fault, as where and what; empty when there is none. */
  static List<String> faults(Answer answer) {
    Conformity conformity = new Conformity(answer);
    try {
      if (answer.isError()) {
        new ErrorConformity(conformity.model, answer, conformity.faults).look();
      } else {
        conformity.look();
      }
    } catch (SAXException e) {
      conformity.faults.add(conformity.at, "is no XML: " + e.getMessage());
    } catch (JsonProcessingException e) {
      conformity.faults.add(conformity.at, "is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    return conformity.faults.found();
  }

  private void look() throws SAXException, IOException {
    JsonNode output =
        model.output(answer.operation()).orElse(JSON.createObjectNode().put("type", "structure"));
    Set<String> elsewhere = headers(output);
    status(elsewhere);
    String payload = output.path("payload").asText("");
    if (!payload.isEmpty()) {
      elsewhere.add(payload);
      faults.requireMembers(at, output, elsewhere);
      payload(model.shape(output.path("members").path(payload)));
      return;
    }
    boolean hasBody =
        output.path("members").properties().stream().anyMatch(m -> !m.getValue().has("location"));
    boolean empty = answer.body() == null || answer.body().isEmpty();
    switch (model.protocol()) {
      case "json", "rest-json" -> {
        if (!empty) {
          new JsonWalk(model, faults)
              .structure(at, output, JSON.readTree(answer.body()), elsewhere);
        } else if (hasBody) {
          faults.add(at, "has no body");
        } else {
          faults.requireMembers(at, output, elsewhere);
        }
      }
      case "query" -> query(output);
      default -> {
        if (empty != !hasBody) {
          faults.add(at, empty ? "has no body" : "has a body");
        } else if (empty) {
          faults.requireMembers(at, output, elsewhere);
        } else if (answer.operation().equals("GetBucketLocation")) {
          location(output);
        } else {
          new XmlWalk(model, faults).structure(at, output, XmlWalk.root(answer.body()), elsewhere);
        }
      }
    }
  }

  /** The member that the model names is the root itself, as the SDKs know by heart. */
  private void location(JsonNode output) throws SAXException {
    Element root = XmlWalk.root(answer.body());
    if (!root.getLocalName().equals("LocationConstraint") || !XmlWalk.children(root).isEmpty()) {
      faults.add(at, "is not one element LocationConstraint");
    } else if (!root.getTextContent().isEmpty()) {
      JsonNode shape = model.shape(output.path("members").path("LocationConstraint"));
      faults.string(at, shape, root.getTextContent());
    }
  }

  private void query(JsonNode output) throws SAXException {
    Element root = XmlWalk.root(answer.body());
    if (!root.getLocalName().equals(answer.operation() + "Response")) {
      faults.add(at, "has the root " + root.getLocalName());
    }
    if (!model.head("xmlNamespace").equals(root.getNamespaceURI())) {
      faults.add(at, "is in the namespace " + root.getNamespaceURI());
    }
    String wrapper = model.operation(answer.operation()).path("resultWrapper").asText("");
    Element result = wrapper.isEmpty() ? root : XmlWalk.child(root, wrapper);
    if (result == null) {
      faults.add(at, "lacks the element " + wrapper);
    } else if (!wrapper.isEmpty()) {
      new XmlWalk(model, faults).structure(at, output, result, Set.of());
    }
    Element metadata = XmlWalk.child(root, "ResponseMetadata");
    if (metadata == null || XmlWalk.child(metadata, "RequestId") == null) {
      faults.add(at, "lacks ResponseMetadata with a RequestId");
    }
  }

  private void payload(JsonNode shape) throws SAXException, IOException {
    if (shape.path("type").asText().equals("structure")) {
      if (model.protocol().equals("rest-xml")) {
        new XmlWalk(model, faults).structure(at, shape, XmlWalk.root(answer.body()), Set.of());
      } else {
        new JsonWalk(model, faults).structure(at, shape, JSON.readTree(answer.body()), Set.of());
      }
    } // a blob or a text is as it is
  }

  private void status(Set<String> elsewhere) {
    boolean part = answer.status() == 206 && answer.header("content-range") != null;
    // S3 answers 204 without a body also where its model has the default of 200: PutBucketPolicy
    boolean none = model.protocol().equals("rest-xml") && answer.status() == 204;
    int expected =
        model
            .operation(answer.operation())
            .path("responseCode")
            .asInt(none ? answer.status() : 200);
    boolean told =
        model
            .output(answer.operation())
            .map(o -> o.path("members").findValuesAsText("location").contains("statusCode"))
            .orElse(false);
    if (!told && !part && answer.status() != expected) {
      faults.add(at, "has the status " + answer.status() + ", not " + expected);
    }
    if (told) {
      elsewhere.add("StatusCode");
    }
  }

  /** The members that came as headers. */
  private Set<String> headers(JsonNode output) {
    Set<String> there = new HashSet<>();
    Set<String> known = new HashSet<>();
    for (Map.Entry<String, JsonNode> member : output.path("members").properties()) {
      JsonNode reference = member.getValue();
      String name = reference.path("locationName").asText().toLowerCase(Locale.ROOT);
      if (reference.path("location").asText().equals("headers")) {
        answer.headers().keySet().stream().filter(h -> h.startsWith(name)).forEach(known::add);
      } else if (reference.path("location").asText().equals("header")) {
        known.add(name);
        if (answer.header(name) != null) {
          there.add(member.getKey());
          String inside = at + ", header " + name + ",";
          faults.text(inside, model.shape(reference), answer.header(name), "rfc822");
        }
      }
    }
    for (String name : answer.headers().keySet()) {
      if (name.startsWith("x-amz")
          && !EVERYWHERE.matcher(name).matches()
          && !known.contains(name)) {
        faults.add(at, "has the header " + name + ", unknown to the model");
      }
    }
    return there;
  }
}
