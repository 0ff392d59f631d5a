package io.escala.inference.http;

import io.escala.inference.json.Decimals;
import io.escala.inference.json.Json;
import io.escala.inference.json.WholeNumbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A tensor as the Open Inference Protocol sends it.
 *
 * @param shape at least one dimension, the first counts rows
 * @param values in row-major order, as many as the shape says: of JSON's types, null among them
 */
record RequestTensor(String name, String datatype, List<Long> shape, List<?> values) {
  private static final int MAX_DIMENSIONS = 8;
  private static final Set<String> FIELDS =
      Set.of("name", "shape", "datatype", "parameters", "data");

  static RequestTensor read(String place, Object json) {
    if (!(json instanceof Map<?, ?> tensor)) {
      throw new Refusal(
          400, place + " must be an object with name, shape, datatype and data, as GET /v2 tells");
    }
    String name = text(tensor, "name", place);
    String what = "input \"" + Json.shown(name) + "\"";
    InferRequest.checkFields(tensor, FIELDS, what);
    String datatype = text(tensor, "datatype", what);
    List<Long> shape = shape(tensor.get("shape"), what);
    checkParameters(tensor, what);
    if (!(tensor.get("data") instanceof List<?> data)) {
      throw new Refusal(400, what + " has no data, which must be an array of its values");
    }
    return new RequestTensor(name, datatype, shape, values(data, shape, what));
  }

  long rows() {
    return shape.get(0);
  }

  private static String text(Map<?, ?> tensor, String field, String what) {
    if (tensor.get(field) instanceof String text) {
      return text;
    }
    throw new Refusal(400, what + " has no " + field + ", which must be a string");
  }

  private static List<Long> shape(Object json, String what) {
    if (!(json instanceof List<?> list) || list.isEmpty()) {
      throw new Refusal(400, what + " has no shape, which must be an array such as [2, 1]");
    }
    if (list.size() > MAX_DIMENSIONS) {
      throw new Refusal(
          400,
          what
              + " has a shape of "
              + list.size()
              + " dimensions, but at most "
              + MAX_DIMENSIONS
              + " are read");
    }
    List<Long> shape = new ArrayList<>();
    for (Object dimension : list) {
      if (!(dimension instanceof Long size) || size < 0) {
        throw new Refusal(
            400, what + " has a shape with something else than whole numbers from 0 in it");
      }
      shape.add(size);
    }
    return shape;
  }

  private static void checkParameters(Map<?, ?> tensor, String what) {
    Optional<Map<?, ?>> parameters = InferRequest.parameters(tensor, what);
    if (parameters.isPresent() && parameters.get().containsKey("binary_data_size")) {
      throw new Refusal(
          400, what + " is sent in binary, which is not read here: send data as a JSON array");
    }
  }

  /** The protocol allows both: one flat array, or arrays nested as the shape says. */
  private static List<?> values(List<?> data, List<Long> shape, String what) {
    List<?> values = data;
    if (hasLists(data)) {
      List<Object> flat = new ArrayList<>();
      unnest(data, shape, 0, flat, what);
      values = flat;
    }
    if (values.size() != size(shape)) {
      throw new Refusal(
          400,
          what
              + " has the shape "
              + shape
              + ", but "
              + values.size()
              + (values.size() == 1 ? " value" : " values")
              + " in its data");
    }
    return values;
  }

  private static boolean hasLists(List<?> data) {
    if (data instanceof WholeNumbers || data instanceof Decimals) {
      return false;
    }
    for (Object value : data) {
      if (value instanceof List) {
        return true;
      }
    }
    return false;
  }

  private static void unnest(
      List<?> data, List<Long> shape, int dimension, List<Object> values, String what) {
    boolean innermost = dimension == shape.size() - 1;
    if (data.size() != shape.get(dimension)
        || !data.stream().allMatch(d -> d instanceof List<?> != innermost)) {
      throw new Refusal(
          400, what + " has data that is nested, but not as its shape " + shape + " says");
    }
    if (innermost) {
      values.addAll(data);
      return;
    }
    for (Object inner : data) {
      unnest((List<?>) inner, shape, dimension + 1, values, what);
    }
  }

  /** Of no array in memory, if it does not fit into 64 bits. */
  private static long size(List<Long> shape) {
    long size = 1;
    for (long dimension : shape) {
      long product = size * dimension;
      if (Math.multiplyHigh(size, dimension) != 0 || product < 0) {
        return -1;
      }
      size = product;
    }
    return size;
  }
}
