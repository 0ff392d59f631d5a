package io.escala.inference.http;

import io.escala.inference.Manifest;
import io.escala.inference.json.JsonText;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a form, or a person, must know to ask a model: what the Open Inference Protocol's metadata
 * has no words for, such as ranges, categories and rows to begin with. Where the training data was
 * is not told.
 *
 * @param engine what computes the graph
 */
record ModelCard(Manifest manifest, String engine) implements JsonBody {

  @Override
  public void write(JsonText json) {
    json.name("name").value(manifest.name());
    json.name("version").value(manifest.version().text());
    json.name("created").value(manifest.created().toString());
    json.name("engine").value(engine);
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

  private static void input(JsonText json, Manifest.Input input) {
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

  private static void array(JsonText json, String name, Collection<?> values) {
    json.name(name);
    value(json, values);
  }

  private static void object(JsonText json, String name, Map<String, ?> values) {
    json.name(name).beginObject();
    fields(json, values);
    json.endObject();
  }

  private static void fields(JsonText json, Map<String, ?> values) {
    for (Map.Entry<String, ?> field : values.entrySet()) {
      json.name(field.getKey());
      value(json, field.getValue());
    }
  }

  private static void value(JsonText json, Object value) {
    if (value instanceof Collection<?> values) {
      json.beginArray();
      for (Object element : values) {
        value(json, element);
      }
      json.endArray();
    } else if (value instanceof Long number) {
      json.value(number);
    } else if (value instanceof Double number) {
      json.value(number);
    } else {
      json.value((String) value);
    }
  }
}
