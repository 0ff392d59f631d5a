package io.escala.server;

import com.google.gson.stream.JsonWriter;
import io.escala.inference.Manifest;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/** A command that asks a model for something, made of its first golden row. */
final class TryIt {
  private static final int LONGEST = 600;

  private TryIt() {}

  static String command(String url, Manifest manifest) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject().name("instances").beginArray().beginObject();
      for (Map.Entry<String, ?> field : manifest.golden().get(0).inputs().entrySet()) {
        json.name(field.getKey());
        if (field.getValue() instanceof Number number) {
          json.value(number);
        } else if (field.getValue() instanceof String string) {
          json.value(string);
        } else {
          return about(url, manifest);
        }
      }
      json.endObject().endArray().endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString().length() > LONGEST || text.toString().contains("'")
        ? about(url, manifest)
        : "curl -s " + url + "/v1/models/" + manifest.name() + ":predict -d '" + text + "'";
  }

  private static String about(String url, Manifest manifest) {
    return "curl -s " + url + "/v2/models/" + manifest.name();
  }
}
