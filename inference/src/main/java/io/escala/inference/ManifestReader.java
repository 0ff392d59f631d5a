package io.escala.inference;

import io.escala.inference.json.Json;
import io.escala.inference.json.JsonException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads what {@link ManifestWriter} writes; every field must be known, and of its type. */
final class ManifestReader {
  private ManifestReader() {}

  static Manifest read(byte[] json) {
    try {
      if (!(Json.parse(json) instanceof Map<?, ?> root)) {
        throw new BundleException("manifest.json must be an object");
      }
      return manifest(new JsonFields("", root));
    } catch (JsonException | IllegalArgumentException e) {
      throw new BundleException("manifest.json cannot be used: " + e.getMessage(), e);
    }
  }

  private static Manifest manifest(JsonFields fields) {
    long format = fields.whole("formatVersion");
    if (format != Manifest.FORMAT_VERSION) {
      throw new IllegalArgumentException(
          "formatVersion is "
              + format
              + ", but this version of Escala reads "
              + Manifest.FORMAT_VERSION
              + ": use an Escala that knows it");
    }
    Manifest manifest =
        new Manifest(
            fields.string("name"),
            new BundleVersion(fields.string("version")),
            instant(fields.string("created")),
            Manifest.Task.of(fields.string("task")),
            fields.string("description"),
            inputs(fields.objects("inputs")),
            fields.has("ignored") ? fields.strings("ignored") : List.of(),
            outputs(fields.objects("outputs")),
            fields.strings("classes"),
            optionalString(fields, "positiveClass"),
            optionalNumber(fields, "threshold"),
            fields.has("metrics") ? numbers(fields.object("metrics")) : Map.of(),
            provenance(fields.object("provenance")),
            strings(fields.object("files")),
            goldenRows(fields.objects("golden")));
    fields.refuseOthers();
    return manifest;
  }

  // Loops, here and below: each lambda costs a cold start the making of a class

  private static List<Manifest.Input> inputs(List<JsonFields> objects) {
    List<Manifest.Input> inputs = new ArrayList<>();
    for (JsonFields fields : objects) {
      inputs.add(input(fields));
    }
    return inputs;
  }

  private static List<Manifest.Output> outputs(List<JsonFields> objects) {
    List<Manifest.Output> outputs = new ArrayList<>();
    for (JsonFields fields : objects) {
      outputs.add(output(fields));
    }
    return outputs;
  }

  private static List<Manifest.Golden> goldenRows(List<JsonFields> objects) {
    List<Manifest.Golden> rows = new ArrayList<>();
    for (JsonFields fields : objects) {
      rows.add(golden(fields));
    }
    return rows;
  }

  private static Manifest.Input input(JsonFields fields) {
    Manifest.Input input =
        new Manifest.Input(
            fields.string("name"),
            oneOf(Datatype.class, fields.string("datatype"), fields.path("datatype")),
            fields.wholes("shape"),
            fields.has("nullable") && fields.bool("nullable"),
            fields.has("missing") ? Optional.of(fields.any("missing")) : Optional.empty(),
            fields.has("values") ? fields.list("values") : List.of(),
            fields.has("otherValues") ? otherValues(fields) : Manifest.OtherValues.ACCEPTED,
            optionalNumber(fields, "min"),
            optionalNumber(fields, "max"),
            fields.has("description") ? fields.string("description") : "");
    fields.refuseOthers();
    return input;
  }

  private static Manifest.OtherValues otherValues(JsonFields fields) {
    return switch (fields.string("otherValues")) {
      case "accepted" -> Manifest.OtherValues.ACCEPTED;
      case "rejected" -> Manifest.OtherValues.REJECTED;
      default ->
          throw new IllegalArgumentException(
              fields.path("otherValues") + " must be \"accepted\" or \"rejected\"");
    };
  }

  private static Manifest.Output output(JsonFields fields) {
    Manifest.Output output =
        new Manifest.Output(
            fields.string("name"),
            oneOf(Datatype.class, fields.string("datatype"), fields.path("datatype")),
            fields.wholes("shape"));
    fields.refuseOthers();
    return output;
  }

  private static Manifest.Provenance provenance(JsonFields fields) {
    Manifest.Provenance provenance =
        new Manifest.Provenance(
            fields.string("data"),
            optionalString(fields, "dataSha256"),
            optionalWhole(fields, "rows"),
            fields.string("algorithm"),
            optionalString(fields, "recipe"),
            fields.has("parameters") ? strings(fields.object("parameters")) : Map.of(),
            optionalWhole(fields, "seed"),
            optionalString(fields, "gitCommit"),
            optionalString(fields, "sparkVersion"),
            optionalString(fields, "javaVersion"),
            fields.has("onnxOpset")
                ? OptionalInt.of(opset(fields.whole("onnxOpset")))
                : OptionalInt.empty(),
            optionalString(fields, "escalaVersion"));
    fields.refuseOthers();
    return provenance;
  }

  private static int opset(long value) {
    if (value < 1 || value > 1000) {
      throw new IllegalArgumentException(
          "provenance.onnxOpset is " + value + ", but must be an opset such as 17");
    }
    return (int) value;
  }

  private static Manifest.Golden golden(JsonFields fields) {
    JsonFields inputs = fields.object("inputs");
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : inputs.names()) {
      values.put(name, inputs.nullable(name));
    }
    Manifest.Golden golden =
        new Manifest.Golden(values, fields.string("label"), fields.numbers("probabilities"));
    fields.refuseOthers();
    return golden;
  }

  private static Instant instant(String text) {
    try {
      return UtcTime.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "created is \"" + text + "\", but must be a UTC time such as 2026-11-23T19:45:00Z", e);
    }
  }

  private static <E extends Enum<E>> E oneOf(Class<E> type, String text, String path) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(text)) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        path
            + " is \""
            + text
            + "\", but must be one of "
            + Arrays.toString(type.getEnumConstants()));
  }

  private static Map<String, Double> numbers(JsonFields fields) {
    Map<String, Double> result = new LinkedHashMap<>();
    for (String name : fields.names()) {
      result.put(name, fields.number(name));
    }
    return result;
  }

  private static Map<String, String> strings(JsonFields fields) {
    Map<String, String> result = new LinkedHashMap<>();
    for (String name : fields.names()) {
      result.put(name, fields.string(name));
    }
    return result;
  }

  private static Optional<String> optionalString(JsonFields fields, String name) {
    return fields.has(name) ? Optional.of(fields.string(name)) : Optional.empty();
  }

  private static OptionalDouble optionalNumber(JsonFields fields, String name) {
    return fields.has(name) ? OptionalDouble.of(fields.number(name)) : OptionalDouble.empty();
  }

  private static OptionalLong optionalWhole(JsonFields fields, String name) {
    return fields.has(name) ? OptionalLong.of(fields.whole(name)) : OptionalLong.empty();
  }
}
