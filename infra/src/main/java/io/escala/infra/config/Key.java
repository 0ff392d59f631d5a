package io.escala.infra.config;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One configuration key: its name, its default, what is allowed and what it means. The same object
 * reads a given value, guards the records against a wrong one, and appears in {@code
 * docs/configuration.md}.
 *
 * @param <T> the type of the value
 */
final class Key<T> {
  private final String name;
  private final Optional<T> defaultValue;
  private final String allowed;
  private final String meaning;
  private final Function<String, Optional<T>> parser;
  private final Function<T, String> printer;

  private Key(
      String name,
      Optional<T> defaultValue,
      String allowed,
      String meaning,
      Function<String, Optional<T>> parser,
      Function<T, String> printer) {
    this.name = name;
    this.defaultValue = defaultValue;
    this.allowed = allowed;
    this.meaning = meaning;
    this.parser = parser;
    this.printer = printer;
  }

  static Key<Long> wholeNumber(String name, long defaultValue, long min, long max, String meaning) {
    return new Key<>(
        name,
        Optional.of(defaultValue),
        "a whole number from " + min + " to " + max,
        meaning,
        text -> parseLong(text).filter(number -> number >= min && number <= max),
        String::valueOf);
  }

  static <T> Key<T> choice(
      String name, T defaultValue, List<T> values, Function<T, String> label, String meaning) {
    String labels = values.stream().map(label).collect(joining(", "));
    return new Key<>(
        name,
        Optional.of(defaultValue),
        values.size() == 1 ? labels : "one of " + labels,
        meaning,
        text -> values.stream().filter(value -> label.apply(value).equals(text)).findFirst(),
        label);
  }

  static Key<Boolean> flag(String name, boolean defaultValue, String meaning) {
    return choice(name, defaultValue, List.of(true, false), String::valueOf, meaning);
  }

  static Key<String> text(
      String name, String defaultValue, Pattern pattern, String allowed, String meaning) {
    return new Key<>(
        name,
        Optional.of(defaultValue),
        allowed,
        meaning,
        text -> Optional.of(text).filter(pattern.asMatchPredicate()),
        Function.identity());
  }

  /** Texts with commas between them; none by default. */
  static Key<List<String>> list(String name, Pattern pattern, String allowed, String meaning) {
    return new Key<>(
        name,
        Optional.of(List.of()),
        allowed,
        meaning,
        text ->
            Optional.of(
                    text.isEmpty()
                        ? List.<String>of()
                        : Arrays.stream(text.split(",", -1)).map(String::strip).toList())
                .filter(texts -> texts.stream().allMatch(pattern.asMatchPredicate())),
        texts -> String.join(",", texts));
  }

  static Key<String> optionalPattern(String name, Pattern pattern, String allowed, String meaning) {
    return new Key<>(
        name,
        Optional.empty(),
        allowed,
        meaning,
        text -> Optional.of(text).filter(pattern.asMatchPredicate()),
        Function.identity());
  }

  static Key<String> optionalText(String name, String allowed, String meaning) {
    return new Key<>(name, Optional.empty(), allowed, meaning, Optional::of, Function.identity());
  }

  String name() {
    return name;
  }

  String allowed() {
    return allowed;
  }

  Optional<T> defaultValue() {
    return defaultValue;
  }

  /** The value that {@code text} stands for; empty if it is not allowed. */
  Optional<T> parse(String text) {
    return parser.apply(text);
  }

  /**
   * The value that {@code text} stands for.
   *
   * @throws IllegalArgumentException if it is not allowed, with what is
   */
  T parseOrThrow(String text) {
    return parse(text).orElseThrow(() -> new IllegalArgumentException("must be " + allowed));
  }

  /** Guards a record's constructor: throws unless {@code value} is one that this key would read. */
  void require(T value) {
    if (parse(printer.apply(value)).isEmpty()) {
      throw new IllegalArgumentException(
          name + " is " + printer.apply(value) + ", must be " + allowed);
    }
  }

  /** This key as one line of the table in {@code docs/configuration.md}. */
  String documentation() {
    return Stream.of(
            "`" + name + "`",
            defaultValue
                .map(printer)
                .filter(text -> !text.isEmpty())
                .map(text -> "`" + text + "`")
                .orElse("none"),
            allowed,
            meaning)
        .collect(joining(" | ", "| ", " |"));
  }

  private static Optional<Long> parseLong(String text) {
    try {
      return Optional.of(Long.valueOf(text));
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }
}
