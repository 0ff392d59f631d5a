package io.escala.localaws.conformity;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Compares XML with a shape. */
final class XmlWalk {
  private final ServiceModel model;
  private final Faults faults;

  XmlWalk(ServiceModel model, Faults faults) {
    this.model = model;
    this.faults = faults;
  }

  static Element root(String body) throws SAXException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      var builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      return builder.parse(new InputSource(new StringReader(body))).getDocumentElement();
    } catch (ParserConfigurationException | IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<Element> children(Element parent) {
    List<Element> children = new ArrayList<>();
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element element) {
        children.add(element);
      }
    }
    return children;
  }

  /** The first child of this name; {@code null} when there is none. */
  static Element child(Element parent, String name) {
    return children(parent).stream()
        .filter(element -> element.getLocalName().equals(name))
        .findFirst()
        .orElse(null);
  }

  private void value(String at, JsonNode shape, Element element) {
    switch (shape.path("type").asText()) {
      case "structure" -> structure(at, shape, element, Set.of());
      case "list" -> list(at, shape, children(element));
      case "map" -> map(at, shape, children(element));
      default -> {
        if (children(element).isEmpty()) {
          faults.text(at, shape, element.getTextContent(), "iso8601");
        } else {
          faults.add(at, "has elements where the model has a " + shape.path("type").asText());
        }
      }
    }
  }

  /**
   * Compares an element.
   *
   * @param elsewhere members that are there, but not in the body
   */
  void structure(String at, JsonNode shape, Element element, Set<String> elsewhere) {
    Map<String, String> names = new TreeMap<>();
    Set<String> there = new HashSet<>(elsewhere);
    for (Map.Entry<String, JsonNode> member : shape.path("members").properties()) {
      JsonNode reference = member.getValue();
      if (reference.path("xmlAttribute").asBoolean()) {
        if (element.hasAttribute(reference.path("locationName").asText())) {
          there.add(member.getKey());
        }
      } else if (!reference.has("location")) {
        names.put(elementName(member.getKey(), reference), member.getKey());
      }
    }
    Map<String, List<Element>> byMember = new LinkedHashMap<>();
    for (Element child : children(element)) {
      String member = names.get(child.getLocalName());
      if (member == null) {
        faults.add(at + "." + child.getLocalName(), "is unknown to the model");
      } else {
        byMember.computeIfAbsent(member, m -> new ArrayList<>()).add(child);
      }
    }
    byMember.forEach(
        (member, elements) -> {
          JsonNode reference = shape.path("members").path(member);
          JsonNode inner = model.shape(reference);
          String inside = at + "." + member;
          if (isFlattened(reference, inner)) {
            for (Element each : elements) {
              value(inside + "[]", model.shape(inner.path("member")), each);
            }
          } else {
            if (elements.size() > 1) {
              faults.add(inside, "is there " + elements.size() + " times");
            }
            value(inside, inner, elements.get(0));
          }
        });
    there.addAll(byMember.keySet());
    faults.requireMembers(at, shape, there);
  }

  private String elementName(String member, JsonNode reference) {
    JsonNode inner = model.shape(reference);
    if (isFlattened(reference, inner)) {
      String ofItem = inner.path("member").path("locationName").asText("");
      return reference.path("locationName").asText(ofItem.isEmpty() ? member : ofItem);
    }
    return reference.path("locationName").asText(member);
  }

  private static boolean isFlattened(JsonNode reference, JsonNode shape) {
    return shape.path("type").asText().equals("list")
        && (shape.path("flattened").asBoolean() || reference.path("flattened").asBoolean());
  }

  private void list(String at, JsonNode shape, List<Element> items) {
    String name = shape.path("member").path("locationName").asText("member");
    for (int i = 0; i < items.size(); i++) {
      String inside = at + "[" + i + "]";
      if (!items.get(i).getLocalName().equals(name)) {
        faults.add(inside, "is called " + items.get(i).getLocalName() + ", not " + name);
      }
      value(inside, model.shape(shape.path("member")), items.get(i));
    }
  }

  private void map(String at, JsonNode shape, List<Element> entries) {
    String key = shape.path("key").path("locationName").asText("key");
    String value = shape.path("value").path("locationName").asText("value");
    for (Element entry : entries) {
      if (child(entry, key) == null || child(entry, value) == null) {
        faults.add(at, "has an entry without " + key + " and " + value);
      } else {
        value(at + " (key)", model.shape(shape.path("key")), child(entry, key));
        value(at, model.shape(shape.path("value")), child(entry, value));
      }
    }
  }
}
