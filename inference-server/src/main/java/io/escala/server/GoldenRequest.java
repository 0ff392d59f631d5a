package io.escala.server;

import com.google.gson.stream.JsonWriter;
import io.escala.inference.Manifest;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** A request that a model answers: its first golden row. */
final class GoldenRequest {
  private GoldenRequest() {}

  /** The body of a V1 predict; empty if the row is not made of numbers and texts. */
  static Optional<String> predict(Manifest manifest) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject().name("instances").beginArray().beginObject();
      for (Map.Entry<String, ?> field : manifest.golden().get(0).inputs().entrySet()) {
        json.name(field.getKey());
        if (field.getValue() instanceof Number number) {
          json.value(plain(number));
        } else if (field.getValue() instanceof String string) {
          json.value(string);
        } else {
          return Optional.empty();
        }
      }
      json.endObject().endArray().endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return Optional.of(text.toString());
  }

  /** Whole numbers as a person writes them: 59 rather than 59.0. */
  private static Number plain(Number number) {
    return number.doubleValue() == number.longValue() ? (Number) number.longValue() : number;
  }
}
