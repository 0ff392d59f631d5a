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

/** Reads JSON by Gson's streaming reader, and makes sentences of what is wrong with it. */
final class CarefulJson {
  private final JsonReader reader;
  private int containers;

  private CarefulJson(JsonReader reader) {
    this.reader = reader;
  }

  /** The value that these bytes hold. */
  static Object parse(byte[] utf8) throws JsonException {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(utf8))
              .toString();
    } catch (CharacterCodingException e) {
      throw new JsonException("the text is not valid UTF-8: JSON is sent as UTF-8");
    }
    return parse(text);
  }

  /** The value that this text holds. */
  static Object parse(String text) throws JsonException {
    if (text.isBlank()) {
      throw new JsonException("the text is empty where JSON is expected");
    }
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(Json.MAX_DEPTH);
      Object value = new CarefulJson(reader).value();
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

  private void count() throws JsonException {
    if (++containers > Json.MAX_CONTAINERS) {
      throw new JsonException(
          "the JSON has more than "
              + Json.MAX_CONTAINERS
              + " objects and arrays: send less at once");
    }
  }

  private Object value() throws IOException, JsonException {
    switch (reader.peek()) {
      case BEGIN_OBJECT -> {
        count();
        Map<String, Object> object = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
          String key = reader.nextName();
          if (object.containsKey(key)) {
            throw new JsonException(
                "the key \"" + Json.shown(key) + "\" stands twice in one object: give it once");
          }
          object.put(key, value());
        }
        reader.endObject();
        return object;
      }
      case BEGIN_ARRAY -> {
        count();
        List<Object> array = new ArrayList<>();
        reader.beginArray();
        while (reader.hasNext()) {
          array.add(value());
        }
        reader.endArray();
        return array;
      }
      case STRING -> {
        return reader.nextString();
      }
      case NUMBER -> {
        return Json.number(reader.nextString());
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

  /** Gson's own words are for programmers; where it stopped is for everyone. */
  private static String sentence(MalformedJsonException e, String text) {
    Matcher matcher =
        Pattern.compile("line (\\d+) column (\\d+) path \\$\\.?(\\S*)").matcher(e.getMessage());
    if (!matcher.find()) {
      return "the JSON is malformed";
    }
    String where = " at line " + matcher.group(1) + ", column " + matcher.group(2);
    if (e.getMessage().startsWith("Nesting limit")) {
      return "the JSON is nested deeper than " + Json.MAX_DEPTH + where;
    }
    int start =
        offset(text, Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    // What other languages write
    Matcher word = Pattern.compile("-?(NaN|nan|Infinity|inf)\\b").matcher(text);
    if (start <= text.length() && word.region(start, text.length()).lookingAt()) {
      return Json.shown(matcher.group(3))
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
