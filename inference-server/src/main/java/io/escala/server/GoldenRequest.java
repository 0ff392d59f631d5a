package io.escala.server;

import io.escala.inference.Manifest;
import io.escala.inference.json.JsonText;
import java.util.List;
import java.util.Map;

/** A request that a model answers: its first golden row. */
final class GoldenRequest {
  private GoldenRequest() {}

  /** The body of a V1 predict. */
  static String predict(Manifest manifest) {
    JsonText json = new JsonText();
    json.beginObject().name("instances").beginArray().beginObject();
    for (Map.Entry<String, ?> field : manifest.golden().get(0).inputs().entrySet()) {
      json.name(field.getKey());
      write(json, field.getValue());
    }
    return json.endObject().endArray().endObject().toString();
  }

  private static void write(JsonText json, Object value) {
    if (value instanceof List<?> several) {
      json.beginArray();
      for (Object one : several) {
        write(json, one);
      }
      json.endArray();
    } else if (value instanceof Number number) {
      // Whole numbers as a person writes them: 59 rather than 59.0
      if (number.doubleValue() == number.longValue()) {
        json.value(number.longValue());
      } else {
        json.value(number.doubleValue());
      }
    } else {
      json.value((String) value);
    }
  }
}
