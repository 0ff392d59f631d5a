package io.escala.inference.onnx;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** For each text or whole number a one in the place of its category, and zeros elsewhere. */
final class OneHotEncoder implements Step {
  private final Value input;
  private final Value output;

  /** Where a text, or a {@link Long}, has its one. */
  private final Map<Object, Integer> places;

  private final int categories;

  private OneHotEncoder(Value input, Value output, Map<Object, Integer> places, int categories) {
    this.input = input;
    this.output = output;
    this.places = places;
    this.categories = categories;
  }

  static void compile(Node node, Compiler compiler) {
    Value input = compiler.rows(node, 0);
    Map<Object, Integer> places = new HashMap<>();
    int categories = 0;
    boolean distinct = true;
    if (input.element() == Element.STRING) {
      List<String> texts = node.texts("cats_strings");
      if (texts != null) {
        for (String text : texts) {
          distinct &= places.put(text, categories++) == null;
        }
      }
    } else if (input.element() == Element.INT64) {
      long[] numbers = node.numbers("cats_int64s");
      if (numbers != null) {
        for (long number : numbers) {
          distinct &= places.put(number, categories++) == null;
        }
      }
    }
    if (input.width() != 1) {
      throw node.unsupported("of several values a row");
    }
    // Without zeros an unknown value would be an error
    if (categories == 0 || !distinct || node.number("zeros", 1) != 1) {
      throw node.unsupported("of such categories");
    }
    int[] tail = Arrays.copyOf(input.tail(), input.tail().length + 1);
    tail[tail.length - 1] = categories;
    compiler.add(
        new OneHotEncoder(input, compiler.output(node, Element.FLOAT, tail), places, categories));
  }

  @Override
  public void run(Object[] memory, int rows) {
    float[] out = (float[]) memory[output.slot()];
    Arrays.fill(out, 0, rows * categories, 0);
    for (int row = 0; row < rows; row++) {
      Integer place =
          input.element() == Element.STRING
              ? places.get(((String[]) memory[input.slot()])[row])
              : places.get(((long[]) memory[input.slot()])[row]);
      if (place != null) {
        out[place * rows + row] = 1;
      }
    }
  }
}
