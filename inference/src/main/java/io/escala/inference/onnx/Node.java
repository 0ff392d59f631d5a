package io.escala.inference.onnx;

import io.escala.inference.onnx.ProtoReader.Longs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One operator of a graph with its inputs, its output and its attributes. */
final class Node {
  private final List<String> inputs = new ArrayList<>();
  private final List<String> outputs = new ArrayList<>();
  private final Map<String, Attribute> attributes = new HashMap<>();
  private final Set<String> asked = new HashSet<>();
  private String operator = "";
  private String domain = "";

  static Node read(ProtoReader from) {
    Node node = new Node();
    for (int field = from.next(); field != 0; field = from.next()) {
      switch (field) {
        case 1 -> node.inputs.add(from.text());
        case 2 -> node.outputs.add(from.text());
        case 4 -> node.operator = from.text();
        case 5 -> {
          Attribute attribute = Attribute.read(from.message());
          node.attributes.put(attribute.name, attribute);
        }
        case 7 -> node.domain = from.text();
        default -> from.skip();
      }
    }
    return node;
  }

  String operator() {
    return operator;
  }

  /** Empty for the standard one. */
  String domain() {
    return domain.equals("ai.onnx") ? "" : domain;
  }

  /** How many inputs it is given; an optional one that is left out at the end does not count. */
  int inputs() {
    int count = inputs.size();
    while (count > 0 && inputs.get(count - 1).isEmpty()) {
      count--;
    }
    return count;
  }

  String input(int index) {
    if (index >= inputs.size() || inputs.get(index).isEmpty()) {
      throw unsupported("without input " + index);
    }
    return inputs.get(index);
  }

  String output() {
    if (outputs.size() != 1) {
      throw unsupported("with " + outputs.size() + " outputs");
    }
    return outputs.get(0);
  }

  long number(String name, long otherwise) {
    Attribute attribute = attribute(name);
    return attribute == null ? otherwise : attribute.number;
  }

  float single(String name, float otherwise) {
    Attribute attribute = attribute(name);
    return attribute == null ? otherwise : attribute.single;
  }

  String text(String name, String otherwise) {
    Attribute attribute = attribute(name);
    return attribute == null ? otherwise : attribute.text;
  }

  /** Null if there is none. */
  long[] numbers(String name) {
    Attribute attribute = attribute(name);
    return attribute == null ? null : attribute.numbers.toArray();
  }

  /** Null if there is none. */
  List<String> texts(String name) {
    Attribute attribute = attribute(name);
    return attribute == null ? null : attribute.texts;
  }

  Tensor tensor(String name) {
    Attribute attribute = attribute(name);
    if (attribute == null || attribute.tensor == null) {
      throw unsupported("without " + name);
    }
    return attribute.tensor;
  }

  private Attribute attribute(String name) {
    asked.add(name);
    return attributes.get(name);
  }

  /** An attribute that nobody asked for would change the answer unseen. */
  void requireAllAsked() {
    for (String name : attributes.keySet()) {
      if (!asked.contains(name)) {
        throw unsupported("with " + name);
      }
    }
  }

  UnsupportedGraphException unsupported(String what) {
    return new UnsupportedGraphException("the operator " + operator + " " + what);
  }

  /** A named setting. */
  private static final class Attribute {
    private String name = "";
    private float single;
    private long number;
    private String text;
    private Tensor tensor;
    private final Longs numbers = new Longs();
    private final List<String> texts = new ArrayList<>();

    private static Attribute read(ProtoReader from) {
      Attribute attribute = new Attribute();
      for (int field = from.next(); field != 0; field = from.next()) {
        switch (field) {
          case 1 -> attribute.name = from.text();
          case 2 -> attribute.single = from.single();
          case 3 -> attribute.number = from.number();
          case 4 -> attribute.text = from.text();
          case 5 -> attribute.tensor = Tensor.read(from.message()).tensor();
          case 8 -> from.numbers(attribute.numbers);
          case 9 -> attribute.texts.add(from.text());
          case 20, 13 -> from.skip(); // its type, its documentation
          default -> throw new UnsupportedGraphException("the attribute " + attribute.name);
        }
      }
      return attribute;
    }
  }
}
