package io.escala.inference.onnx;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes a program of a graph whose every value is either a constant or has its rows in the first
 * dimension and a fixed size in the others.
 */
final class Compiler {
  /** The oldest opset whose operators mean what they mean here, and the newest that was read. */
  private static final int OLDEST = 13;

  private static final int NEWEST = 22;
  private static final int NEWEST_ML = 5;

  /** So many bytes of values at a time: about what the second-level cache holds. */
  private static final int CHUNK_BYTES = 256 * 1024;

  private static final int MOST_ROWS = 64;

  /**
   * From so many rows on a network's layers are computed for all of them at once: {@code
   * bench/engines} finds where that is faster than one by one.
   */
  private static final int FEWEST_TOGETHER = 16;

  /** And if their values take no more bytes than that; digits need 5 MB. */
  private static final int MOST_BYTES_TOGETHER = 32 * 1024 * 1024;

  /** A graph that keeps more of a row at a time is none for here. */
  private static final int MOST_BYTES_A_ROW = 64 * 1024 * 1024;

  private final GraphReader graph;
  private final Map<String, Value> values = new HashMap<>();
  private final List<Slot> slots = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private long multiplications;
  private long bytesARow;
  private boolean aloneOrMany;

  Compiler(GraphReader graph) {
    this.graph = graph;
  }

  Program compile() {
    checkOpset("", OLDEST, NEWEST);
    checkOpset("ai.onnx.ml", 1, NEWEST_ML);
    if (graph.outputs.isEmpty()) {
      throw new UnsupportedGraphException("no outputs");
    }
    int[] inputSlots = new int[graph.inputs.size()];
    for (int i = 0; i < inputSlots.length; i++) {
      Port input = graph.inputs.get(i);
      inputSlots[i] = slots.size();
      define(input.name(), newValue(input.element(), input.tail(), false));
    }
    for (Node node : graph.nodes) {
      Operators.compile(node, this);
      node.requireAllAsked();
    }
    int[] outputSlots = new int[graph.outputs.size()];
    for (int i = 0; i < outputSlots.length; i++) {
      Port output = graph.outputs.get(i);
      Value value = values.get(output.name());
      if (value == null
          || value.isConstant()
          || value.channelsLast()
          || value.element() != output.element()
          || !Arrays.equals(value.tail(), output.tail())) {
        throw new UnsupportedGraphException(
            "the output " + output.name() + " of another type or shape than computed");
      }
      outputSlots[i] = value.slot();
    }
    return new Program(
        steps.toArray(new Step[0]),
        slots.toArray(new Slot[0]),
        List.copyOf(graph.inputs),
        inputSlots,
        List.copyOf(graph.outputs),
        outputSlots,
        aloneOrMany ? FEWEST_TOGETHER : 1,
        chunk(),
        multiplications);
  }

  private void checkOpset(String domain, int oldest, int newest) {
    Long version = graph.opsets.get(domain);
    if (version != null && (version < oldest || version > newest)) {
      throw new UnsupportedGraphException("opset " + version + " of \"" + domain + "\"");
    }
  }

  private int chunk() {
    if (bytesARow > MOST_BYTES_A_ROW) {
      throw new UnsupportedGraphException(bytesARow + " bytes a row");
    }
    long most = (aloneOrMany ? MOST_BYTES_TOGETHER : CHUNK_BYTES) / Math.max(1, bytesARow);
    if (aloneOrMany && most < FEWEST_TOGETHER) {
      return 1;
    }
    return (int) Math.max(1, Math.min(MOST_ROWS, most));
  }

  /** An input of a node, whatever it is. */
  Value input(Node node, int index) {
    String name = node.input(index);
    Value value = values.get(name);
    if (value == null) {
      Tensor constant = graph.constants.get(name);
      if (constant == null) {
        throw node.unsupported("with an input that no node before it makes");
      }
      value = new Value(slots.size(), constant.element(), constant.dimensions(), false, constant);
      slots.add(value);
      define(name, value);
    }
    return value;
  }

  /** An input of a node that each row has, in the order of its shape. */
  Value rows(Node node, int index) {
    Value value = inAnyOrder(node, index);
    return value.channelsLast() ? Transposition.channelsFirst(value, this) : value;
  }

  /** The same, but with the channels of each point side by side if it comes so. */
  Value inAnyOrder(Node node, int index) {
    Value value = input(node, index);
    if (value.isConstant()) {
      throw node.unsupported("of a constant");
    }
    return value;
  }

  /** An input of a node that is a constant. */
  Tensor constant(Node node, int index) {
    Value value = input(node, index);
    if (!value.isConstant()) {
      throw node.unsupported("whose input " + index + " is no constant");
    }
    return value.constant();
  }

  /** A constant that is one number. */
  double number(Node node, int index) {
    Tensor constant = constant(node, index);
    if (constant.count() != 1) {
      throw node.unsupported("whose input " + index + " is not one number");
    }
    return constant.element() == Element.FLOAT ? constant.floats()[0] : constant.doubles()[0];
  }

  /** A constant that is a list of whole numbers. */
  long[] wholeNumbers(Node node, int index) {
    return constant(node, index).longs();
  }

  /** Makes a value for what a node computes. */
  Value output(Node node, Element element, int... tail) {
    return define(node.output(), newValue(element, tail, false));
  }

  /** The same, with the channels of each point side by side. */
  Value outputChannelsLast(Node node, Element element, int... tail) {
    return define(node.output(), newValue(element, tail, isSpread(tail)));
  }

  /** Makes a value that has no name. */
  Value unnamed(Element element, int... tail) {
    return newValue(element, tail, false);
  }

  /** The place in a program's memory of what is added next. */
  int nextSlot() {
    return slots.size();
  }

  /**
   * Adds what a step needs beside its values.
   *
   * @param width how many numbers of it a row has
   */
  void add(Slot slot, long width) {
    slots.add(slot);
    bytesARow += 8L * width;
  }

  /** Says that a node's output is a value that is there already. */
  void alias(Node node, Value value) {
    define(node.output(), value);
  }

  void add(Step step) {
    steps.add(step);
  }

  /** Says that a step takes one row, or so many that it pays to take them together. */
  void computeAloneOrMany() {
    aloneOrMany = true;
  }

  /** Counts what a row takes. */
  void multiplies(long times) {
    multiplications += times;
  }

  /** Whether the two orders of channel, row and column differ. */
  static boolean isSpread(int[] tail) {
    return tail.length == 3 && tail[0] > 1 && tail[1] * tail[2] > 1;
  }

  private Value define(String name, Value value) {
    values.put(name, value);
    return value;
  }

  private Value newValue(Element element, int[] tail, boolean channelsLast) {
    Value value = new Value(slots.size(), element, tail, channelsLast, null);
    if (value.width() == 0) {
      throw new UnsupportedGraphException("values of no width");
    }
    slots.add(value);
    bytesARow += 8L * value.width();
    return value;
  }
}
