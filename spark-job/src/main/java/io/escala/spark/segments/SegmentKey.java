package io.escala.spark.segments;

import com.google.gson.stream.JsonWriter;
import io.escala.inference.Sha256;
import java.io.IOException;
import java.io.Serializable;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What the rows of a segment have in common.
 *
 * @param columns the names, in the order in which they were asked for
 * @param values a text, a whole number, a number or null for each
 */
record SegmentKey(List<String> columns, List<Object> values) implements Serializable {
  /** How long the name may be that the segments' models share the start of. */
  static final int LONGEST_PREFIX = 32;

  private static final int LONGEST_NAME = 64;
  private static final int HASH_DIGITS = 12;
  private static final int LONGEST_SHOWN = 60;

  SegmentKey {
    columns = List.copyOf(columns);
    values = Collections.unmodifiableList(new ArrayList<>(values));
  }

  /**
   * The name of the segment's model, such as {@code bank-blue-collar-secondary-1f2e3d4c5b6a}: what
   * a person can read of the values, then a hash of them as they are, so that values which read
   * alike keep names of their own.
   */
  String modelName(String prefix) {
    String hash = Sha256.of(toJson().getBytes(StandardCharsets.UTF_8)).substring(0, HASH_DIGITS);
    String readable =
        values.stream()
            .map(value -> readable(String.valueOf(value)))
            .filter(text -> !text.isEmpty())
            .collect(Collectors.joining("-"));
    int room = LONGEST_NAME - prefix.length() - hash.length() - 2;
    String kept = readable.length() <= room ? readable : readable.substring(0, room);
    return prefix + (kept.isEmpty() ? "-" : "-" + kept + "-") + hash;
  }

  private static String readable(String value) {
    String start = value.length() <= LONGEST_NAME ? value : value.substring(0, LONGEST_NAME);
    return Normalizer.normalize(start, Normalizer.Form.NFD)
        .replaceAll("\\p{M}", "")
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^a-z0-9]+", "-")
        .replaceAll("^-|-$", "");
  }

  /** Such as {@code {"job":"admin.","education":null}}. */
  String toJson() {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.setSerializeNulls(true);
      json.beginObject();
      for (int i = 0; i < columns.size(); i++) {
        json.name(columns.get(i));
        if (values.get(i) instanceof Number number) {
          json.value(number);
        } else {
          json.value((String) values.get(i));
        }
      }
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  /** For a person, such as {@code job = admin., education = nothing}. */
  String described() {
    return IntStream.range(0, columns.size())
        .mapToObj(i -> columns.get(i) + " = " + shown(values.get(i)))
        .collect(Collectors.joining(", "));
  }

  private static String shown(Object value) {
    if (value == null) {
      return "nothing";
    }
    String text = value.toString();
    if (text.isEmpty()) {
      return "an empty text";
    }
    return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN - 3) + "...";
  }
}
