package io.escala.inference;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import io.escala.inference.json.Json;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** How the values of one input are checked and become a tensor. */
final class Column {
  private static final int VALUES_SHOWN = 20;
  private static final String NOT_PASSED_ON =
      "ONNX Runtime's Java API cannot pass on U+0000 and characters above U+FFFF";

  private final Manifest.Input input;
  private final Object missing;
  private final Set<Object> allowed;
  private final long[] tail;

  Column(Manifest.Input input) {
    this.input = input;
    this.missing = input.nullable() ? input.missing().orElse(Double.NaN) : null;
    this.allowed =
        input.otherValues() == Manifest.OtherValues.REJECTED
            ? Set.copyOf(input.values())
            : Set.of();
    this.tail = input.shape().stream().skip(1).mapToLong(d -> d).toArray();
  }

  /** Refuses an input whose values the graph would never recognise. */
  static void checkServable(Manifest.Input input) {
    if (!input.shape().equals(List.of(-1L, 1L))) {
      throw new BundleException(
          "input \""
              + input.name()
              + "\" has shape "
              + input.shape()
              + ", but only [-1, 1], one value a row, is served");
    }
    for (Object value : input.values()) {
      if (value instanceof String text && !reachesTheGraph(text)) {
        throw new BundleException(
            "input \""
                + input.name()
                + "\" has the value \""
                + Json.shown(text)
                + "\", but "
                + NOT_PASSED_ON);
      }
    }
  }

  /**
   * ONNX Runtime's Java API hands strings over in Java's modified UTF-8, which differs from UTF-8
   * in these characters.
   */
  private static boolean reachesTheGraph(String text) {
    return text.chars().noneMatch(c -> c == 0 || Character.isSurrogate((char) c));
  }

  String name() {
    return input.name();
  }

  /**
   * The value as the graph may see it.
   *
   * @param row such as {@code instances[3]}, for the message
   */
  Object checked(Object value, boolean given, String row) {
    if (value == null) {
      if (input.nullable()) {
        return missing;
      }
      throw new InputException(
          given
              ? row + "." + name() + " is null, but must be " + input.datatype().described()
              : row
                  + " lacks the field \""
                  + name()
                  + "\", which must be "
                  + input.datatype().described());
    }
    Object canonical;
    try {
      canonical = input.datatype().canonical(value);
    } catch (IllegalArgumentException e) {
      throw new InputException(
          row
              + "."
              + name()
              + " "
              + e.getMessage()
              + (input.nullable() ? " (null is allowed)" : ""));
    }
    if (canonical instanceof Number number && outOfRange(number)) {
      throw new InputException(
          row + "." + name() + " is " + canonical + ", but must be " + range());
    }
    if (input.values().isEmpty() && canonical instanceof String text && !reachesTheGraph(text)) {
      throw new InputException(
          row + "." + name() + " has a character that is not served: " + NOT_PASSED_ON);
    }
    if (!allowed.isEmpty() && !allowed.contains(canonical)) {
      throw new InputException(
          row
              + "."
              + name()
              + " is "
              + Datatype.shown(canonical)
              + ", but must be one of "
              + shownValues());
    }
    return canonical;
  }

  OnnxTensor tensor(OrtEnvironment environment, Object[] values) throws OrtException {
    long[] shape = new long[1 + tail.length];
    shape[0] = values.length;
    System.arraycopy(tail, 0, shape, 1, tail.length);
    return switch (input.datatype()) {
      case FP64 -> {
        double[] numbers = new double[values.length];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = (Double) values[i];
        }
        yield OnnxTensor.createTensor(environment, DoubleBuffer.wrap(numbers), shape);
      }
      case FP32 -> {
        float[] numbers = new float[values.length];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = ((Double) values[i]).floatValue();
        }
        yield OnnxTensor.createTensor(environment, FloatBuffer.wrap(numbers), shape);
      }
      case INT64 -> {
        long[] numbers = new long[values.length];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = (Long) values[i];
        }
        yield OnnxTensor.createTensor(environment, LongBuffer.wrap(numbers), shape);
      }
      case UINT8 -> {
        byte[] numbers = new byte[values.length];
        for (int i = 0; i < numbers.length; i++) {
          numbers[i] = ((Long) values[i]).byteValue();
        }
        yield OnnxTensor.createTensor(
            environment, ByteBuffer.wrap(numbers), shape, OnnxJavaType.UINT8);
      }
      case BYTES -> {
        String[] strings = new String[values.length];
        System.arraycopy(values, 0, strings, 0, values.length);
        yield OnnxTensor.createTensor(environment, strings, shape);
      }
    };
  }

  private boolean outOfRange(Number number) {
    double value = number.doubleValue();
    return (input.min().isPresent() && value < input.min().getAsDouble())
        || (input.max().isPresent() && value > input.max().getAsDouble());
  }

  private String range() {
    if (input.max().isEmpty()) {
      return "at least " + shown(input.min());
    }
    if (input.min().isEmpty()) {
      return "at most " + shown(input.max());
    }
    return "from " + shown(input.min()) + " to " + shown(input.max());
  }

  private static String shown(OptionalDouble bound) {
    double value = bound.getAsDouble();
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  private String shownValues() {
    List<Object> values = input.values();
    String first =
        values.stream()
            .limit(VALUES_SHOWN)
            .map(v -> v instanceof String ? "\"" + v + "\"" : v.toString())
            .collect(Collectors.joining(", "));
    return values.size() > VALUES_SHOWN
        ? first + " and " + (values.size() - VALUES_SHOWN) + " others"
        : first;
  }
}
