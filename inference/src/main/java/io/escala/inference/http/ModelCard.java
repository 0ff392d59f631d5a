package io.escala.inference.http;

import com.google.gson.stream.JsonWriter;
import io.escala.inference.Manifest;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a form, or a person, must know to ask a model: what the Open Inference Protocol's metadata
 * has no words for, such as ranges, categories and rows to begin with. Where the training data was
 * is not told.
 */
record ModelCard(Manifest manifest) implements JsonBody {

  @Override
  public void write(JsonWriter json) throws IOException {
    json.name("name").value(manifest.name());
    json.name("version").value(manifest.version().text());
    json.name("created").value(manifest.created().toString());
    json.name("task").value(manifest.task().text());
    json.name("description").value(manifest.description());
    json.name("inputs").beginArray();
    for (Manifest.Input input : manifest.inputs()) {
      json.beginObject();
      input(json, input);
      json.endObject();
    }
    json.endArray();
    array(json, "ignored", manifest.ignored());
    array(json, "classes", manifest.classes());
    if (manifest.positiveClass().isPresent()) {
      json.name("positiveClass").value(manifest.positiveClass().get());
    }
    if (manifest.threshold().isPresent()) {
      json.name("threshold").value(manifest.threshold().getAsDouble());
    }
    object(json, "metrics", manifest.metrics());
    json.name("examples").beginArray();
    for (Manifest.Golden row : manifest.golden()) {
      if (isComplete(row)) {
        json.beginObject();
        fields(json, row.inputs());
        json.endObject();
      }
    }
    json.endArray();
  }

  private static void input(JsonWriter json, Manifest.Input input) throws IOException {
    json.name("name").value(input.name());
    json.name("datatype").value(input.datatype().name());
    array(json, "shape", input.shape());
    json.name("nullable").value(input.nullable());
    if (!input.values().isEmpty()) {
      array(json, "values", input.values());
      json.name("otherValues").value(input.otherValues().name().toLowerCase(Locale.ROOT));
    }
    if (input.min().isPresent()) {
      json.name("min").value(input.min().getAsDouble());
    }
    if (input.max().isPresent()) {
      json.name("max").value(input.max().getAsDouble());
    }
    if (!input.description().isEmpty()) {
      json.name("description").value(input.description());
    }
  }

  /**
   * Whether a golden row is a real one rather than one of the hard cases beside them: nothing is
   * missing, and the model has met every category.
   */
  private boolean isComplete(Manifest.Golden row) {
    return manifest.inputs().stream()
        .allMatch(
            input -> {
              Object value = row.inputs().get(input.name());
              return value != null
                  && (input.values().isEmpty()
                      || value instanceof List<?>
                      || input.values().contains(value));
            });
  }

  private static void array(JsonWriter json, String name, Collection<?> values) throws IOException {
    json.name(name);
    value(json, values);
  }

  private static void object(JsonWriter json, String name, Map<String, ?> values)
      throws IOException {
    json.name(name).beginObject();
    fields(json, values);
    json.endObject();
  }

  private static void fields(JsonWriter json, Map<String, ?> values) throws IOException {
    for (Map.Entry<String, ?> field : values.entrySet()) {
      json.name(field.getKey());
      value(json, field.getValue());
    }
  }

  private static void value(JsonWriter json, Object value) throws IOException {
    if (value instanceof Collection<?> values) {
      json.beginArray();
      for (Object element : values) {
        value(json, element);
      }
      json.endArray();
    } else if (value instanceof Number number) {
      json.value(number);
    } else {
      json.value((String) value);
    }
  }
}
