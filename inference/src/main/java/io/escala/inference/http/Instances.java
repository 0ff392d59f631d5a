package io.escala.inference.http;

import io.escala.inference.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Reads {@code {"instances": [{...}, ...]}}.
 *
 * @param limit how many instances one request may hold
 */
record Instances(int limit) {
  private static final String FORM =
      "the body must be {\"instances\": [{\"field\": value, ...}, ...]}";

  List<Map<String, ?>> read(Object value) {
    if (!(value instanceof Map<?, ?> request)) {
      throw new Refusal(400, FORM);
    }
    for (Object field : request.keySet()) {
      if (!field.equals("instances")) {
        throw new Refusal(400, FORM + ", but has the field \"" + Json.shown((String) field) + "\"");
      }
    }
    if (!(request.get("instances") instanceof List<?> list)) {
      throw new Refusal(400, FORM);
    }
    if (list.isEmpty()) {
      throw new Refusal(400, "instances is empty: send at least one");
    }
    if (list.size() > limit) {
      throw new Refusal(
          413,
          "there are "
              + list.size()
              + " instances, but at most "
              + limit
              + " are answered at once: send fewer");
    }
    List<Map<String, ?>> rows = new ArrayList<>(list.size());
    for (Object element : list) {
      if (!(element instanceof Map<?, ?> fields)) {
        throw new Refusal(
            400,
            "instances["
                + rows.size()
                + "] must be an object with a value for each field of the model");
      }
      @SuppressWarnings("unchecked") // an object of JSON has no other keys
      Map<String, ?> row = (Map<String, ?>) fields;
      rows.add(row);
    }
    return rows;
  }
}
