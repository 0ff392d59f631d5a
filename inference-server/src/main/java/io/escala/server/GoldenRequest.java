package io.escala.server;

import com.google.gson.stream.JsonWriter;
import io.escala.inference.Manifest;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;

/** Requests that a model answers: its golden rows. */
final class GoldenRequest {
  private GoldenRequest() {}

  /** The body of a V1 predict of the first. */
  static String predict(Manifest manifest) {
    return predict(manifest.golden().subList(0, 1));
  }

  /** The body of a V1 predict. */
  static String predict(List<Manifest.Golden> rows) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject().name("instances").beginArray();
      for (Manifest.Golden row : rows) {
        json.beginObject();
        for (Map.Entry<String, ?> field : row.inputs().entrySet()) {
          json.name(field.getKey());
          write(json, field.getValue());
        }
        json.endObject();
      }
      json.endArray().endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  private static void write(JsonWriter json, Object value) throws IOException {
    if (value instanceof List<?> several) {
      json.beginArray();
      for (Object one : several) {
        write(json, one);
      }
      json.endArray();
    } else if (value instanceof Number number) {
      json.value(plain(number));
    } else {
      json.value((String) value);
    }
  }

  /** Whole numbers as a person writes them: 59 rather than 59.0. */
  private static Number plain(Number number) {
    return number.doubleValue() == number.longValue() ? (Number) number.longValue() : number;
  }
}
