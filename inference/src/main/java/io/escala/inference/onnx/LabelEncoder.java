package io.escala.inference.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A whole number for each text. */
final class LabelEncoder implements Step {
  private final Value input;
  private final Value output;
  private final Map<String, Long> numbers;
  private final long otherwise;

  private LabelEncoder(Value input, Value output, Map<String, Long> numbers, long otherwise) {
    this.input = input;
    this.output = output;
    this.numbers = numbers;
    this.otherwise = otherwise;
  }

  static void compile(Node node, Compiler compiler) {
    Value input = compiler.rows(node, 0);
    List<String> keys = node.texts("keys_strings");
    long[] values = node.numbers("values_int64s");
    if (input.element() != Element.STRING
        || keys == null
        || values == null
        || keys.size() != values.length) {
      throw node.unsupported("other than from keys_strings to values_int64s");
    }
    Map<String, Long> numbers = new HashMap<>(2 * values.length);
    for (int i = 0; i < values.length; i++) {
      if (numbers.put(keys.get(i), values[i]) != null) {
        throw node.unsupported("with a key twice");
      }
    }
    compiler.add(
        new LabelEncoder(
            input,
            compiler.output(node, Element.INT64, input.tail()),
            numbers,
            node.number("default_int64", -1)));
  }

  @Override
  public void run(Object[] memory, int rows) {
    String[] in = (String[]) memory[input.slot()];
    long[] out = (long[]) memory[output.slot()];
    int count = rows * input.width();
    for (int i = 0; i < count; i++) {
      if (i > 0 && in[i].equals(in[i - 1])) {
        out[i] = out[i - 1];
      } else {
        Long number = numbers.get(in[i]);
        out[i] = number == null ? otherwise : number;
      }
    }
  }
}
