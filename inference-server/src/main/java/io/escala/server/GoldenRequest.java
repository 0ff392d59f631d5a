package io.escala.server;

import io.escala.inference.Manifest;
import io.escala.inference.json.JsonText;
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
    JsonText json = new JsonText();
    json.beginObject().name("instances").beginArray();
    for (Manifest.Golden row : rows) {
      json.beginObject();
      for (Map.Entry<String, ?> field : row.inputs().entrySet()) {
        json.name(field.getKey());
        write(json, field.getValue());
      }
      json.endObject();
    }
    return json.endArray().endObject().toString();
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
