package io.escala.inference;

import com.google.gson.FormattingStyle;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes a manifest in the order of {@code docs/model-bundle.md}. */
final class ManifestWriter {
  private static final FormattingStyle INDENTED = FormattingStyle.PRETTY;

  private final JsonWriter json;

  private ManifestWriter(JsonWriter json) {
    this.json = json;
  }

  static String write(Manifest manifest) {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setFormattingStyle(INDENTED);
      new ManifestWriter(json).manifest(manifest);
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.append('\n').toString();
  }

  private void manifest(Manifest manifest) throws IOException {
    json.beginObject();
    json.name("formatVersion").value(Manifest.FORMAT_VERSION);
    json.name("name").value(manifest.name());
    json.name("version").value(manifest.version().text());
    json.name("created").value(manifest.created().toString());
    json.name("task").value(manifest.task().text());
    json.name("description").value(manifest.description());
    json.name("inputs").beginArray();
    for (Manifest.Input input : manifest.inputs()) {
      input(input);
    }
    json.endArray();
    values("ignored", manifest.ignored());
    json.name("outputs").beginArray();
    for (Manifest.Output output : manifest.outputs()) {
      json.beginObject();
      json.name("name").value(output.name());
      json.name("datatype").value(output.datatype().name());
      values("shape", output.shape());
      json.endObject();
    }
    json.endArray();
    values("classes", manifest.classes());
    optional("positiveClass", manifest.positiveClass());
    if (manifest.threshold().isPresent()) {
      json.name("threshold").value(manifest.threshold().getAsDouble());
    }
    object("metrics", manifest.metrics());
    json.name("provenance");
    provenance(manifest.provenance());
    object("files", manifest.files());
    json.name("golden").beginArray();
    for (Manifest.Golden golden : manifest.golden()) {
      json.beginObject();
      object("inputs", golden.inputs());
      json.name("label").value(golden.label());
      values("probabilities", golden.probabilities());
      json.endObject();
    }
    json.endArray();
    json.endObject();
  }

  private void input(Manifest.Input input) throws IOException {
    json.beginObject();
    json.name("name").value(input.name());
    json.name("datatype").value(input.datatype().name());
    values("shape", input.shape());
    json.name("nullable").value(input.nullable());
    if (input.missing().isPresent()) {
      json.name("missing");
      value(input.missing().get());
    }
    if (!input.values().isEmpty()) {
      values("values", input.values());
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
    json.endObject();
  }

  private void provenance(Manifest.Provenance provenance) throws IOException {
    json.beginObject();
    json.name("data").value(provenance.data());
    optional("dataSha256", provenance.dataSha256());
    if (provenance.rows().isPresent()) {
      json.name("rows").value(provenance.rows().getAsLong());
    }
    json.name("algorithm").value(provenance.algorithm());
    optional("recipe", provenance.recipe());
    object("parameters", provenance.parameters());
    if (provenance.seed().isPresent()) {
      json.name("seed").value(provenance.seed().getAsLong());
    }
    optional("gitCommit", provenance.gitCommit());
    optional("sparkVersion", provenance.sparkVersion());
    optional("javaVersion", provenance.javaVersion());
    if (provenance.onnxOpset().isPresent()) {
      json.name("onnxOpset").value(provenance.onnxOpset().getAsInt());
    }
    optional("escalaVersion", provenance.escalaVersion());
    json.endObject();
  }

  private void optional(String name, Optional<String> value) throws IOException {
    if (value.isPresent()) {
      json.name(name).value(value.get());
    }
  }

  private void values(String name, Collection<?> values) throws IOException {
    json.name(name).beginArray();
    for (Object value : values) {
      value(value);
    }
    json.endArray();
  }

  private void object(String name, Map<String, ?> fields) throws IOException {
    json.name(name).beginObject();
    for (Map.Entry<String, ?> field : fields.entrySet()) {
      json.name(field.getKey());
      value(field.getValue());
    }
    json.endObject();
  }

  private void value(Object value) throws IOException {
    if (value instanceof List<?> values) {
      // On one line: an image has hundreds
      json.beginArray();
      json.setFormattingStyle(FormattingStyle.COMPACT);
      for (Object element : values) {
        value(element);
      }
      json.endArray();
      json.setFormattingStyle(INDENTED);
    } else if (value instanceof Number number) {
      json.value(number);
    } else {
      json.value((String) value);
    }
  }
}
