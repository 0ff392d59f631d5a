package io.escala.inference.http;

import io.escala.inference.Batch;
import io.escala.inference.InputException;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.Predictions;
import io.escala.inference.json.Decimals;
import io.escala.inference.json.Json;
import io.escala.inference.json.WholeNumbers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The body of an inference request of the Open Inference Protocol.
 *
 * @param id to be echoed
 * @param inputs by name, at least one
 * @param outputs that are asked for, in the order in which they are wanted; empty for all
 */
record InferRequest(Optional<String> id, Map<String, RequestTensor> inputs, List<String> outputs) {
  private static final String FORM =
      "the body must be {\"inputs\": [{\"name\": ..., \"shape\": [...], \"datatype\": ..., \"data\": [...]}, ...]}";
  private static final Set<String> FIELDS = Set.of("id", "parameters", "inputs", "outputs");

  static InferRequest read(Object json) {
    if (!(json instanceof Map<?, ?> request)) {
      throw new Refusal(400, FORM);
    }
    checkFields(request, FIELDS, "the body");
    parameters(request, "the body");
    if (!(request.get("inputs") instanceof List<?> tensors) || tensors.isEmpty()) {
      throw new Refusal(400, FORM);
    }
    Map<String, RequestTensor> inputs = new LinkedHashMap<>();
    for (Object element : tensors) {
      RequestTensor tensor = RequestTensor.read("inputs[" + inputs.size() + "]", element);
      if (inputs.put(tensor.name(), tensor) != null) {
        throw new Refusal(
            400, "input \"" + Json.shown(tensor.name()) + "\" stands twice in inputs");
      }
    }
    return new InferRequest(id(request), inputs, outputs(request.get("outputs")));
  }

  private static Optional<String> id(Map<?, ?> request) {
    Object id = request.get("id");
    if (id == null || id instanceof String) {
      return Optional.ofNullable((String) id);
    }
    throw new Refusal(400, "id must be a string");
  }

  private static List<String> outputs(Object json) {
    if (json == null) {
      return List.of();
    }
    if (!(json instanceof List<?> list)) {
      throw new Refusal(400, "outputs must be an array, as in [{\"name\": \"label\"}]");
    }
    List<String> names = new ArrayList<>();
    for (Object element : list) {
      String place = "outputs[" + names.size() + "]";
      if (!(element instanceof Map<?, ?> output) || !(output.get("name") instanceof String name)) {
        throw new Refusal(
            400, place + " must be an object with a name, as in {\"name\": \"label\"}");
      }
      checkFields(output, Set.of("name", "parameters"), place);
      parameters(output, place);
      if (names.contains(name)) {
        throw new Refusal(400, place + " asks for \"" + Json.shown(name) + "\" once more");
      }
      names.add(name);
    }
    return names;
  }

  static void checkFields(Map<?, ?> object, Set<String> known, String what) {
    for (Object field : object.keySet()) {
      if (!known.contains((String) field)) {
        throw new Refusal(
            400,
            what
                + " has the field \""
                + Json.shown((String) field)
                + "\"; there is "
                + String.join(", ", known.stream().sorted().toList()));
      }
    }
  }

  /** The protocol lets a server ignore those that it does not know. */
  static Optional<Map<?, ?>> parameters(Map<?, ?> object, String what) {
    Object parameters = object.get("parameters");
    if (parameters == null) {
      return Optional.empty();
    }
    if (parameters instanceof Map<?, ?> map) {
      return Optional.of(map);
    }
    throw new Refusal(400, what + " has parameters that are not an object");
  }

  /** The outputs that the answer carries. */
  List<Manifest.Output> outputsOf(Manifest manifest) {
    if (outputs.isEmpty()) {
      return manifest.outputs();
    }
    List<Manifest.Output> wanted = new ArrayList<>();
    for (String name : outputs) {
      wanted.add(
          manifest.outputs().stream()
              .filter(o -> o.name().equals(name))
              .findFirst()
              .orElseThrow(
                  () ->
                      new Refusal(
                          400,
                          "there is no output \""
                              + Json.shown(name)
                              + "\"; there is "
                              + String.join(
                                  ", ",
                                  manifest.outputs().stream()
                                      .map(Manifest.Output::name)
                                      .toList()))));
    }
    return wanted;
  }

  /**
   * Scores the rows, checked against what the model's manifest allows.
   *
   * @param limit how many rows there may be
   */
  Predictions predict(Model model, int limit) {
    Manifest manifest = model.manifest();
    checkNames(manifest);
    int rows = rows(limit);
    List<Manifest.Input> wanted = manifest.inputs();
    List<List<?>> columns = new ArrayList<>(wanted.size());
    for (Manifest.Input input : wanted) {
      RequestTensor tensor = inputs.get(input.name());
      if (tensor != null) {
        checkTensor(tensor, input, rows);
      } else if (!input.nullable()) {
        throw new Refusal(
            400,
            "there is no input \""
                + input.name()
                + "\", which must be "
                + input.datatype().described()
                + " in each row");
      }
      columns.add(tensor == null ? List.of() : tensor.values());
    }
    return model.predict(rows, batch -> set(batch, columns, rows));
  }

  private static void set(Batch batch, List<List<?>> columns, int rows) {
    for (int row = 0; row < rows; row++) {
      try {
        for (int input = 0; input < columns.size(); input++) {
          set(batch, input, columns.get(input), row, rows);
        }
      } catch (InputException e) {
        throw new Refusal(400, "rows[" + row + "]." + e.getMessage());
      }
      batch.add();
    }
  }

  /** A value, or several of an input that has several a row; null of one that was left out. */
  private static void set(Batch batch, int input, List<?> column, int row, int rows) {
    if (column.isEmpty()) {
      batch.setNull(input);
    } else if (column.size() > rows) {
      int width = column.size() / rows;
      batch.set(input, column.subList(row * width, (row + 1) * width));
    } else if (column instanceof Decimals numbers && !Double.isNaN(numbers.at(row))) {
      batch.set(input, numbers.at(row));
    } else if (column instanceof WholeNumbers numbers) {
      batch.set(input, numbers.at(row));
    } else if (column.get(row) instanceof String text) {
      batch.set(input, text);
    } else {
      batch.set(input, column.get(row));
    }
  }

  private void checkNames(Manifest manifest) {
    for (String name : inputs.keySet()) {
      if (manifest.input(name).isEmpty() && !manifest.ignored().contains(name)) {
        throw new Refusal(
            400,
            "there is no input \""
                + Json.shown(name)
                + "\"; model "
                + manifest.name()
                + " has "
                + String.join(", ", manifest.inputs().stream().map(Manifest.Input::name).toList())
                + (manifest.ignored().isEmpty()
                    ? ""
                    : " and ignores " + String.join(", ", manifest.ignored())));
      }
    }
  }

  private int rows(int limit) {
    RequestTensor first = inputs.values().iterator().next();
    for (RequestTensor tensor : inputs.values()) {
      if (tensor.rows() != first.rows()) {
        throw new Refusal(
            400,
            "input \""
                + Json.shown(tensor.name())
                + "\" has "
                + tensor.rows()
                + " rows, but input \""
                + Json.shown(first.name())
                + "\" has "
                + first.rows()
                + ": the first dimension counts rows and is the same for all");
      }
    }
    if (first.rows() == 0) {
      throw new Refusal(400, "the inputs have no rows: send at least one");
    }
    if (first.rows() > limit) {
      throw new Refusal(
          413,
          "there are "
              + first.rows()
              + " rows, but at most "
              + limit
              + " are answered at once: send fewer");
    }
    return (int) first.rows();
  }

  private static void checkTensor(RequestTensor tensor, Manifest.Input input, int rows) {
    if (!tensor.datatype().equals(input.datatype().name())) {
      throw new Refusal(
          400,
          "input \""
              + input.name()
              + "\" has the datatype "
              + Json.shown(tensor.datatype())
              + ", but must be "
              + input.datatype());
    }
    List<Long> expected = new ArrayList<>(input.shape());
    expected.set(0, (long) rows);
    if (!tensor.shape().equals(expected)) {
      throw new Refusal(
          400,
          "input \""
              + input.name()
              + "\" has the shape "
              + tensor.shape()
              + ", but must be "
              + input.shape()
              + ", where -1 counts rows");
    }
  }
}
