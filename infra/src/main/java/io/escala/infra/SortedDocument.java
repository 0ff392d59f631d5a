package io.escala.infra;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * Kubernetes documents and Helm values with their keys in order: the order of {@code Map.of}
 * differs from run to run, and with it the template.
 */
final class SortedDocument {
  private SortedDocument() {}

  static Map<String, Object> of(Map<String, ?> document) {
    Map<String, Object> sorted = new TreeMap<>();
    document.forEach((key, value) -> sorted.put(key, sort(value)));
    return sorted;
  }

  @SuppressWarnings("unchecked") // documents are made here, with strings as keys
  private static Object sort(Object value) {
    if (value instanceof Map<?, ?> map) {
      return of((Map<String, ?>) map);
    }
    return value instanceof Collection<?> list
        ? list.stream().map(SortedDocument::sort).toList()
        : value;
  }
}
