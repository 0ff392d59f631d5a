package io.escala.inference.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static final List<String> PIECES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          " ",
          "\n",
          "\"",
          "\"a\"",
          "\"b\":",
          "\"\\u0041\"",
          "\\",
          "\"é€😀\"",
          "\"\\ud83d\"",
          "\"\\n\\/\\b\"",
          "\"\t\"",
          "0",
          "-0",
          "-",
          "1",
          "017",
          "12.5",
          "1e3",
          "1E-400",
          "1e999",
          "9223372036854775807",
          "-9223372036854775808",
          "9223372036854775808",
          "123456789012345678",
          "1.",
          ".5",
          "+1",
          "true",
          "false",
          "null",
          "nul",
          "NaN",
          "True",
          "/* */",
          "é",
          "\uFEFF");

  @Test
  void shouldReadWhatTheCarefulReaderReads() throws Exception {
    // given values of every kind and depth, as text
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      write(random, 0, text);
      byte[] json = text.toString().getBytes(StandardCharsets.UTF_8);

      // when / then: plain enough not to be read twice, and the same
      assertThat(PlainJson.parse(json, Json.MAX_DEPTH))
          .as(text.toString())
          .isEqualTo(CarefulJson.parse(json));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"age\": 1, \"job\": 2}, {\"age\": 3, \"job\": 4}, {\"job\": 5, \"age\": 6}]",
        "[{\"age\": 1}, {\"ages\": 2}, {\"ag\": 3}, {\"\": 4}, {\"age\": 5}]",
        "[{\"a\": 1}, {\"\\u0061\": 2, \"b\": {\"a\": 3}}, {\"\\u0061\": 4}]",
        "[{\"é\": 1, \"x\": {}}, {\"é\": 2}, {\"è\": 3}]",
        "[{\"quoted\\\"\": 1}, {\"quoted\\\"\": 2}]",
        "[{\"long\": 1}, {\"l\":2}]"
      })
  void shouldReadRowsWhoseKeysAreMoreOrLessThoseOfTheRowBefore(String text) throws Exception {
    byte[] json = text.getBytes(StandardCharsets.UTF_8);
    assertThat(PlainJson.parse(json, Json.MAX_DEPTH)).isEqualTo(CarefulJson.parse(json));
  }

  @Test
  void shouldReadNothingThatTheCarefulReaderRefuses() {
    // given text that is nearly JSON
    Random random = new Random(8);
    int read = 0;
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      int pieces = 1 + random.nextInt(6);
      for (int p = 0; p < pieces; p++) {
        text.append(PIECES.get(random.nextInt(PIECES.size())));
      }
      byte[] json = text.toString().getBytes(StandardCharsets.UTF_8);
      if (random.nextInt(4) == 0) {
        json[random.nextInt(json.length)] = (byte) random.nextInt(256);
      }

      // when / then
      Object plain;
      try {
        plain = PlainJson.parse(json, Json.MAX_DEPTH);
      } catch (PlainJson.NotPlainException e) {
        continue;
      }
      read++;
      assertThat(careful(json)).as(text.toString()).isEqualTo(List.of(List.of(), asList(plain)));
    }
    assertThat(read).isGreaterThan(1_000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[1, -2, 0, 255]",
        "[1, -0, 3]",
        "[1, 2.5, 3]",
        "[0, 1e2]",
        "[1, \"2\", null, [3, 4]]",
        "[999999999999999999, 9223372036854775807, 9223372036854775808]",
        "[-1, true]",
        "[1.5, null, -0.0, 3, 2.5]",
        "[0.5, 1e2, -17.25]",
        "[0.5, null, \"x\", 1.5]",
        "[-0, 0.5, {}]",
        "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]"
      })
  void shouldReadArraysOfNumbersAndOfOthersAlike(String text) throws Exception {
    // given
    List<?> expected = (List<?>) CarefulJson.parse(text);

    // when
    List<?> read = (List<?>) PlainJson.parse(text.getBytes(StandardCharsets.UTF_8), Json.MAX_DEPTH);

    // then
    assertThat(read.equals(expected)).isTrue();
    assertThat(read.subList(1, read.size()).equals(expected.subList(1, expected.size()))).isTrue();
    assertThatThrownBy(() -> read.get(read.size())).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void shouldTellTextsApartThatAreAlike() {
    // given arrays of texts around eight and sixteen bytes, among them such that are not plain
    Random random = new Random(21);
    List<String> ends = List.of("", "#", "!", "é", "\\n", "\\\"", "\\u0023", "\n", "\\", "ab");
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder("[");
      for (int n = random.nextInt(40); n >= 0; n--) {
        text.append('"')
            .append("administrative###########", 0, random.nextInt(18))
            .append(ends.get(random.nextInt(random.nextInt(8) == 0 ? ends.size() : 3)))
            .append(random.nextBoolean() ? "\"" : "\" ")
            .append(n == 0 ? "]" : ",");
      }
      byte[] json = text.toString().getBytes(StandardCharsets.UTF_8);

      // when / then
      try {
        Object plain = PlainJson.parse(json, Json.MAX_DEPTH);
        assertThat(careful(json)).as(text.toString()).isEqualTo(List.of(List.of(), asList(plain)));
        read++;
      } catch (PlainJson.NotPlainException e) {
        // what the careful reader is for
      }
    }
    assertThat(read).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 33})
  void shouldBoundTheDepthAlike(int depth) throws Exception {
    // given
    byte[] json = ("[".repeat(depth) + "]".repeat(depth)).getBytes(StandardCharsets.UTF_8);

    // when / then
    if (depth <= 32) {
      assertThat(Json.parse(json)).isEqualTo(CarefulJson.parse(json));
    } else {
      assertThatThrownBy(() -> Json.parse(json))
          .isInstanceOf(JsonException.class)
          .hasMessageContaining("nested deeper than 32");
    }
    assertThat(Json.plainObject(json, 200)).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{}", "[1]", "\n{\"a\": null}"})
  void shouldBoundTheNumberOfObjectsAndArrays(String one) throws Exception {
    // given the array around them, which counts too
    String most = "[" + (one + ",").repeat(Json.MAX_CONTAINERS - 2) + one + "]";
    String tooMany = "[" + (one + ",").repeat(Json.MAX_CONTAINERS - 1) + one + "]";

    // when / then
    assertThat((List<?>) Json.parse(most.getBytes(StandardCharsets.UTF_8)))
        .hasSize(Json.MAX_CONTAINERS - 1);
    assertThatThrownBy(() -> Json.parse(tooMany.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(JsonException.class)
        .hasMessage("the JSON has more than 100000 objects and arrays: send less at once");
  }

  @Test
  void shouldWriteAsGsonDoes() throws Exception {
    // given
    StringBuilder every = new StringBuilder();
    for (char c = 0; c < 300; c++) {
      every.append(c);
    }
    every.append("\u2027\u2028\u2029\u202A\uD83D\uDE00\uD83D");
    List<Double> numbers =
        List.of(0.0, -0.0, 1.0, 0.1, 1e-7, 1e21, 123456789.125, Double.MIN_VALUE, Math.PI);

    // when
    JsonText ours = new JsonText();
    ours.beginObject().name("empty").beginArray().endArray().name(every.toString());
    ours.beginArray().value(every.toString()).value((String) null).value(true).value(-7L);
    StringWriter text = new StringWriter();
    JsonWriter gsons = new JsonWriter(text);
    gsons.beginObject().name("empty").beginArray().endArray().name(every.toString());
    gsons.beginArray().value(every.toString()).value((String) null).value(true).value(-7L);
    for (double number : numbers) {
      ours.value(number).value((float) number);
      gsons.value(number).value((float) number);
    }
    ours.beginObject().endObject().endArray().name("last").value("").endObject();
    gsons.beginObject().endObject().endArray().name("last").value("").endObject();

    // then
    assertThat(ours.toString()).isEqualTo(text.toString());
    assertThatThrownBy(() -> new JsonText().value(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** No value and the mistake, or the value. */
  private static List<List<Object>> careful(byte[] json) {
    try {
      return List.of(List.of(), asList(CarefulJson.parse(json)));
    } catch (JsonException e) {
      return List.of(List.of(e.getMessage()), List.of());
    }
  }

  private static List<Object> asList(Object value) {
    return Collections.unmodifiableList(new ArrayList<>(Arrays.asList(value)));
  }

  private static void write(Random random, int depth, StringBuilder text) {
    switch (random.nextInt(depth > 4 ? 6 : 8)) {
      case 0 -> text.append(List.of("true", "false", "null").get(random.nextInt(3)));
      case 1 -> text.append(random.nextLong() >> random.nextInt(64));
      case 2 -> text.append(Double.longBitsToDouble(random.nextLong() & ~(1L << 62)));
      case 3 -> text.append(random.nextInt(1000)).append(".50E+").append(random.nextInt(200));
      case 4 -> string(random, text);
      case 5 ->
          text.append(random.nextInt() >> random.nextInt(31))
              .append('.')
              .append(random.nextLong() >>> (1 + random.nextInt(63)));
      case 6 -> {
        text.append("[ ");
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
          write(random, depth + 1, text.append(i == 0 ? "" : " ,\t"));
        }
        text.append("]");
      }
      default -> {
        text.append("{");
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
          text.append(i == 0 ? "\n" : ", ").append("\"k").append(i).append("\" : ");
          write(random, depth + 1, text);
        }
        text.append("\r\n}");
      }
    }
  }

  private static void string(Random random, StringBuilder text) {
    try {
      StringWriter quoted = new StringWriter();
      JsonWriter json = new JsonWriter(quoted);
      json.setHtmlSafe(random.nextBoolean());
      StringBuilder value = new StringBuilder();
      int length = random.nextInt(12);
      for (int i = 0; i < length; i++) {
        value.appendCodePoint(random.nextInt(random.nextBoolean() ? 0x80 : 0xD800));
      }
      json.value(value.toString());
      text.append(quoted);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void shouldTellAnObjectThatIsPlain() {
    // when / then
    assertThat(Json.plainObject("{\"a\": [1]}".getBytes(StandardCharsets.UTF_8), 2))
        .isEqualTo(Map.of("a", List.of(1L)));
    assertThat(Json.plainObject("{\"a\": 1, \"a\": 1}".getBytes(StandardCharsets.UTF_8), 2))
        .isNull();
  }
}
