package io.escala.inference.json;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.EOFException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads strict JSON (RFC 8259) from people who cannot be trusted: valid UTF-8 only, every key once,
 * nothing after the value, bounded nesting, numbers that a double can hold.
 *
 * <p>A value is a {@code Map<String, Object>} in the order of the text, a {@code List<Object>}, a
 * {@link String}, a {@link Boolean}, a {@link Long} (a number written without fraction and exponent
 * that fits), a finite {@link Double} (any other number), or {@code null}.
 *
 * <p>Gson's streaming reader does the tokens: of the common parsers it costs a cold JVM the least.
 */
public final class Json {
  private static final int MAX_DEPTH = 32;
  private static final Pattern POSITION =
      Pattern.compile("line (\\d+) column (\\d+) path \\$\\.?(\\S*)");

  /** What other languages write. */
  private static final Pattern NO_NUMBER = Pattern.compile("-?(NaN|nan|Infinity|inf)\\b");

  private Json() {}

  /** The value that these bytes hold. */
  public static Object parse(byte[] utf8) throws JsonException {
    return parse(ByteBuffer.wrap(utf8));
  }

  /** The value that these bytes hold. The buffer's position does not move. */
  public static Object parse(ByteBuffer utf8) throws JsonException {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(utf8.duplicate())
              .toString();
    } catch (CharacterCodingException e) {
      throw new JsonException("the text is not valid UTF-8: JSON is sent as UTF-8");
    }
    return parse(text);
  }

  /** The value that this text holds. */
  public static Object parse(String text) throws JsonException {
    if (text.isBlank()) {
      throw new JsonException("the text is empty where JSON is expected");
    }
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(MAX_DEPTH);
      Object value = value(reader);
      checkEnd(reader);
      return value;
    } catch (EOFException e) {
      throw new JsonException("the JSON ends too early: a value, a bracket or a quote is missing");
    } catch (MalformedJsonException e) {
      throw new JsonException(sentence(e, text));
    } catch (IOException e) {
      throw new JsonException("the JSON cannot be read: " + e.getMessage());
    }
  }

  private static void checkEnd(JsonReader reader) throws IOException, JsonException {
    boolean end;
    try {
      end = reader.peek() == JsonToken.END_DOCUMENT;
    } catch (MalformedJsonException e) {
      end = false;
    }
    if (!end) {
      throw new JsonException("there is more text after the end of the JSON value");
    }
  }

  private static Object value(JsonReader reader) throws IOException, JsonException {
    switch (reader.peek()) {
      case BEGIN_OBJECT -> {
        Map<String, Object> object = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
          String key = reader.nextName();
          if (object.containsKey(key)) {
            throw new JsonException(
                "the key \"" + shown(key) + "\" stands twice in one object: give it once");
          }
          object.put(key, value(reader));
        }
        reader.endObject();
        return object;
      }
      case BEGIN_ARRAY -> {
        List<Object> array = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
          array.add(value(reader));
        }
        reader.endArray();
        return array;
      }
      case STRING -> {
        return reader.nextString();
      }
      case NUMBER -> {
        return number(reader.nextString());
      }
      case BOOLEAN -> {
        return reader.nextBoolean();
      }
      case NULL -> {
        reader.nextNull();
        return null;
      }
      default -> throw new JsonException("a value is missing in the JSON");
    }
  }

  private static Object number(String text) throws JsonException {
    if (text.length() <= 20 && isWhole(text) && !text.equals("-0")) {
      try {
        return Long.valueOf(text);
      } catch (NumberFormatException e) {
        return Double.valueOf(text); // beyond 64 bits
      }
    }
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw new JsonException(
          "the number " + shown(text) + " is larger than a 64-bit floating-point number can hold");
    }
    return value;
  }

  private static boolean isWhole(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '-' && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
  }

  /** At most 60 characters of it, so that an error never echoes a megabyte. */
  public static String shown(String text) {
    return text.length() <= 60 ? text : text.substring(0, 57) + "...";
  }

  /** Gson's own words are for programmers; where it stopped is for everyone. */
  private static String sentence(MalformedJsonException e, String text) {
    Matcher matcher = POSITION.matcher(e.getMessage());
    if (!matcher.find()) {
      return "the JSON is malformed";
    }
    String where = " at line " + matcher.group(1) + ", column " + matcher.group(2);
    if (e.getMessage().startsWith("Nesting limit")) {
      return "the JSON is nested deeper than " + MAX_DEPTH + where;
    }
    int start =
        offset(text, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    Matcher word = NO_NUMBER.matcher(text);
    if (start <= text.length() && word.region(start, text.length()).lookingAt()) {
      return shown(matcher.group(3))
          + " is "
          + word.group()
          + where
          + ", which is no number of JSON: where a value may be missing, send null";
    }
    return "the JSON is malformed" + where;
  }

  private static int offset(String text, int line, int column) {
    int start = 0;
    for (int l = 1; l < line; l++) {
      start = text.indexOf('\n', start) + 1;
    }
    return start + column - 1;
  }
}
