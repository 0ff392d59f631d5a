package io.escala.infra.config;

import static java.util.Comparator.comparingInt;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads keys out of the CDK's context and collects what is wrong with them, so that all of it can
 * be said at once. A key with a mistake yields its default, for reading to go on; {@link #finish}
 * then throws.
 */
final class ConfigReader {
  static final String GROUP = "escala";
  private static final String OVERRIDE = GROUP + ":";

  private final Map<String, String> given = new TreeMap<>();
  private final Map<String, Key<?>> known = new LinkedHashMap<>();
  private final List<String> mistakes = new ArrayList<>();
  private final Set<String> wrong = new HashSet<>();

  /**
   * @param context what the CDK passes: under {@code escala} the object of {@code cdk.json}, and
   *     beside it the {@code -c escala:key=value} of the command line, which win
   */
  ConfigReader(Map<String, ?> context) {
    Object group = context.get(GROUP);
    if (group instanceof Map<?, ?> object) {
      flatten("", object);
    } else if (group != null) {
      mistakes.add(
          GROUP
              + " = "
              + group
              + ": must be an object; on the command line a key is set as -c escala:rows=1000");
    }
    context.forEach(
        (key, value) -> {
          if (key.startsWith(OVERRIDE)) {
            given.put(key.substring(OVERRIDE.length()), String.valueOf(value));
          }
        });
    // "-c escala:input=" takes back what cdk.json says.
    given.values().removeIf(String::isEmpty);
  }

  private void flatten(String prefix, Map<?, ?> object) {
    object.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?> nested) {
            flatten(prefix + name + ".", nested);
          } else if (value instanceof Number number && number.doubleValue() == number.longValue()) {
            given.put(prefix + name, String.valueOf(number.longValue()));
          } else if (value instanceof List<?> values) {
            given.put(
                prefix + name,
                values.stream().map(String::valueOf).collect(Collectors.joining(",")));
          } else if (value != null) {
            given.put(prefix + name, String.valueOf(value));
          }
        });
  }

  boolean isGiven(Key<?> key) {
    known.put(key.name(), key);
    return given.containsKey(key.name());
  }

  /** The given value, or the default if there is none or a wrong one. */
  <T> T get(Key<T> key) {
    return find(key, key::parseOrThrow).or(key::defaultValue).orElseThrow();
  }

  /**
   * The given value as {@code conversion} understands it, empty if there is none or a wrong one.
   *
   * @param conversion throws {@link IllegalArgumentException} with what is allowed as its message
   */
  <T> Optional<T> find(Key<?> key, Function<String, T> conversion) {
    if (!isGiven(key)) {
      return Optional.empty();
    }
    try {
      return Optional.of(conversion.apply(given.get(key.name())));
    } catch (IllegalArgumentException refused) {
      mistakes.add(said(key) + ": " + refused.getMessage());
      wrong.add(key.name());
      return Optional.empty();
    }
  }

  /**
   * Whether a key was read and refused. What others say then contradicts nothing: it would be held
   * against a default that nobody chose.
   */
  boolean isWrong(Key<?> key) {
    return wrong.contains(key.name());
  }

  /** The key and its given value, as a mistake names them. */
  String said(Key<?> key) {
    return OVERRIDE + key.name() + " = " + given.get(key.name());
  }

  void mistake(String line) {
    mistakes.add(line);
  }

  /** Throws if anything was wrong, keys that nobody asked for included. */
  void finish() {
    given.forEach(
        (name, value) -> {
          if (!known.containsKey(name)) {
            mistakes.add(
                OVERRIDE
                    + name
                    + " = "
                    + value
                    + known.keySet().stream()
                        .filter(key -> key.startsWith(name + "."))
                        .findFirst()
                        .map(key -> ": is no key but an object of them; the first is " + key)
                        .orElseGet(
                            () -> ": there is no such key; the nearest is " + nearest(name)));
          }
        });
    if (!mistakes.isEmpty()) {
      throw new ConfigurationException(mistakes);
    }
  }

  private String nearest(String name) {
    return known.keySet().stream().min(comparingInt(key -> distance(key, name))).orElseThrow();
  }

  /** Levenshtein's edit distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
