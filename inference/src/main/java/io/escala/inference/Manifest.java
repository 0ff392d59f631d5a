package io.escala.inference;

import static java.util.Objects.requireNonNull;

import io.escala.inference.json.WholeNumbers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a model bundle is, what it accepts, where it came from: {@code manifest.json}, described in
 * {@code docs/model-bundle.md}. A manifest that exists is valid: the constructors refuse anything
 * else with an {@link IllegalArgumentException} that names the field.
 *
 * @param name of the model, such as {@code bank}; letters, digits, {@code . _ -}, at most 64
 * @param version whose last 8 digits are the start of the SHA-256 of {@code model.onnx}
 * @param created when training wrote it
 * @param task what kind of answer it gives
 * @param description one or two sentences for a person
 * @param inputs in the order in which a person would give them
 * @param ignored columns that a request may carry and that this model does not use
 * @param outputs {@code label} (INT64, [-1]) and {@code probabilities} (FP64 or FP32, [-1,
 *     classes])
 * @param classes at least two, in the order of the columns of {@code probabilities}
 * @param positiveClass of a binary model, one of the classes; empty for others
 * @param threshold of a binary model: it says the positive class when its probability is greater;
 *     empty for others
 * @param metrics computed in training, on rows that were held out
 * @param files SHA-256 (64 lower-case hex digits) of every other file of the bundle, {@code
 *     model.onnx} at least
 * @param golden rows with what training computed for them, at least one
 */
public record Manifest(
    String name,
    BundleVersion version,
    Instant created,
    Task task,
    String description,
    List<Input> inputs,
    List<String> ignored,
    List<Output> outputs,
    List<String> classes,
    Optional<String> positiveClass,
    OptionalDouble threshold,
    Map<String, Double> metrics,
    Provenance provenance,
    Map<String, String> files,
    List<Golden> golden) {

  /** The only {@code formatVersion} that this code writes and reads. */
  public static final int FORMAT_VERSION = 1;

  /** The name of a manifest within a bundle's folder. */
  public static final String FILE_NAME = "manifest.json";

  /** The name of the graph within a bundle's folder. */
  public static final String MODEL_FILE = "model.onnx";

  /** The name of the page about the model, which serving does not need. */
  public static final String REPORT_FILE = "report.html";

  /** The name of the pointer beside the versions' folders. */
  public static final String POINTER_FILE = "current.json";

  /** The output that holds the index of the class that the model says. */
  public static final String LABEL = "label";

  /** The output that holds a column of probabilities for each class. */
  public static final String PROBABILITIES = "probabilities";

  public Manifest {
    checkName(name, "name");
    requireNonNull(version, "version is null");
    requireNonNull(created, "created is null");
    requireNonNull(task, "task is null");
    requireNonNull(description, "description is null");
    inputs = List.copyOf(inputs);
    ignored = List.copyOf(ignored);
    outputs = List.copyOf(outputs);
    classes = List.copyOf(classes);
    requireNonNull(positiveClass, "positiveClass is null");
    requireNonNull(threshold, "threshold is null");
    metrics = ordered(metrics);
    requireNonNull(provenance, "provenance is null");
    files = ordered(files);

    check(!inputs.isEmpty(), "inputs is empty: a model has at least one input");
    List<String> names = new ArrayList<>();
    for (Input input : inputs) {
      names.add(input.name());
    }
    distinct(names, "inputs");
    distinct(ignored, "ignored");
    for (Input input : inputs) {
      check(
          !ignored.contains(input.name()),
          "ignored names \"" + input.name() + "\", which is an input");
    }
    distinct(classes, "classes");
    check(
        classes.size() >= 2,
        "classes has " + classes.size() + " entries, but a classifier has at least two");
    checkTask(task, classes, positiveClass, threshold);
    checkOutputs(outputs, classes.size());
    for (Map.Entry<String, Double> metric : metrics.entrySet()) {
      // Not check: to write each number for it would be a tenth of a start's work here
      if (!Double.isFinite(metric.getValue())) {
        throw new IllegalArgumentException(
            "metrics." + metric.getKey() + " is " + metric.getValue());
      }
    }
    checkFiles(files, version);
    golden = golden(golden, inputs, ignored, classes);
  }

  /** As JSON, indented, with a line feed at its end. {@link #fromJson} gives an equal manifest. */
  public String toJson() {
    return ManifestWriter.write(this);
  }

  /**
   * The manifest that this JSON (UTF-8) holds.
   *
   * @throws BundleException if it is not JSON, is of another format version, or a field is missing,
   *     unknown, of the wrong type or not valid
   */
  public static Manifest fromJson(byte[] json) {
    return ManifestReader.read(json);
  }

  /** The input of this name, if there is one. */
  public Optional<Input> input(String inputName) {
    for (Input input : inputs) {
      if (input.name().equals(inputName)) {
        return Optional.of(input);
      }
    }
    return Optional.empty();
  }

  /** What kind of answer a model gives. */
  public enum Task {
    /** One of two classes, one of which is called positive. */
    BINARY_CLASSIFICATION("binary-classification"),
    /** One of two or more classes, none of them special. */
    MULTICLASS_CLASSIFICATION("multiclass-classification");

    private final String text;

    Task(String text) {
      this.text = text;
    }

    /** As the manifest spells it. */
    public String text() {
      return text;
    }

    static Task of(String text) {
      for (Task task : values()) {
        if (task.text.equals(text)) {
          return task;
        }
      }
      throw new IllegalArgumentException(
          "task is \""
              + text
              + "\", but must be one of "
              + Arrays.stream(values()).map(Task::text).toList());
    }
  }

  /** What happens to a value that is not among an input's {@code values}. */
  public enum OtherValues {
    /** The graph treats it as an unknown category. */
    ACCEPTED,
    /** The request is an error. */
    REJECTED
  }

  /**
   * One input of the graph, of the same name.
   *
   * @param shape the first dimension is -1 (rows); {@code [-1, 1]} is one value a row, {@code [-1,
   *     n]} is n values a row, to each of which the rest applies
   * @param nullable whether a row may leave it out or say null
   * @param missing what the graph sees then: a value of the datatype; may be empty for floating
   *     point, where it is NaN
   * @param values what the model was trained on, in the training's order; empty if it was not a
   *     category
   * @param otherValues for values not among {@code values}; {@code ACCEPTED} if there are none
   * @param min the smallest number allowed
   * @param max the largest number allowed
   * @param description for a person; may be empty
   */
  public record Input(
      String name,
      Datatype datatype,
      List<Long> shape,
      boolean nullable,
      Optional<Object> missing,
      List<Object> values,
      OtherValues otherValues,
      OptionalDouble min,
      OptionalDouble max,
      String description) {

    public Input {
      check(!requireNonNull(name, "input name is null").isBlank(), "an input's name is empty");
      requireNonNull(datatype, "datatype is null");
      shape = List.copyOf(shape);
      requireNonNull(otherValues, "otherValues is null");
      requireNonNull(min, "min is null");
      requireNonNull(max, "max is null");
      requireNonNull(description, "description is null");
      String field = "input \"" + name + "\": ";
      checkShape(shape, field);
      if (missing.isPresent()) {
        missing = Optional.of(canonical(datatype, missing.get(), field + "missing "));
      }
      values = canonicals(datatype, values, field + "each of values ");
      distinct(values, field + "values");
      check(nullable || missing.isEmpty(), field + "missing is set, but the input is not nullable");
      check(
          !nullable || missing.isPresent() || datatype.isFloatingPoint(),
          field
              + "is nullable, so missing must say what the graph sees instead of null (only floating point has NaN)");
      check(
          otherValues == OtherValues.ACCEPTED || !values.isEmpty(),
          field + "otherValues is rejected, but values is empty");
      check(
          datatype.isNumber() || (min.isEmpty() && max.isEmpty()),
          field + "min and max bound numbers, but the datatype is " + datatype);
      check(
          (min.isEmpty() || Double.isFinite(min.getAsDouble()))
              && (max.isEmpty() || Double.isFinite(max.getAsDouble())),
          field + "min and max must be finite");
      check(
          min.isEmpty() || max.isEmpty() || min.getAsDouble() <= max.getAsDouble(),
          field + "min is greater than max");
    }

    /** One value a row that is never null, without bounds. */
    public static Input of(String name, Datatype datatype) {
      return new Input(
          name,
          datatype,
          List.of(-1L, 1L),
          false,
          Optional.empty(),
          List.of(),
          OtherValues.ACCEPTED,
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          "");
    }

    /** Several values a row, none of them null, without bounds. */
    public static Input ofSeveral(String name, Datatype datatype, int valuesPerRow) {
      Input one = of(name, datatype);
      return new Input(
          name,
          datatype,
          List.of(-1L, (long) valuesPerRow),
          one.nullable,
          one.missing,
          one.values,
          one.otherValues,
          one.min,
          one.max,
          one.description);
    }

    /** How many values a row has. */
    public int width() {
      long width = 1;
      for (int i = 1; i < shape.size(); i++) {
        width = Math.multiplyExact(width, shape.get(i));
      }
      return Math.toIntExact(width);
    }

    /** The same, but rows may leave it out: the graph sees NaN. For floating point only. */
    public Input withNullAsNaN() {
      return new Input(
          name,
          datatype,
          shape,
          true,
          Optional.empty(),
          values,
          otherValues,
          min,
          max,
          description);
    }

    /** The same, but rows may leave it out: the graph sees this value. */
    public Input withNullAs(Object seen) {
      return new Input(
          name,
          datatype,
          shape,
          true,
          Optional.of(seen),
          values,
          otherValues,
          min,
          max,
          description);
    }

    /** The same, with what it was trained on. */
    public Input withValues(List<?> trainedOn, OtherValues others) {
      return new Input(
          name,
          datatype,
          shape,
          nullable,
          missing,
          List.copyOf(trainedOn),
          others,
          min,
          max,
          description);
    }

    /** The same with bounds, both included. */
    public Input withRange(double smallest, double largest) {
      return new Input(
          name,
          datatype,
          shape,
          nullable,
          missing,
          values,
          otherValues,
          OptionalDouble.of(smallest),
          OptionalDouble.of(largest),
          description);
    }

    /** The same, described. */
    public Input withDescription(String text) {
      return new Input(
          name, datatype, shape, nullable, missing, values, otherValues, min, max, text);
    }
  }

  /**
   * One output of the graph, of the same name.
   *
   * @param shape the first dimension is -1 (rows)
   */
  public record Output(String name, Datatype datatype, List<Long> shape) {
    public Output {
      check(!requireNonNull(name, "output name is null").isBlank(), "an output's name is empty");
      requireNonNull(datatype, "datatype is null");
      shape = List.copyOf(shape);
      checkShape(shape, "output \"" + name + "\": ");
    }

    /**
     * {@code label} and {@code probabilities} in double precision, as the Spark job exports them.
     */
    public static List<Output> classifier(int classes) {
      return List.of(
          new Output(LABEL, Datatype.INT64, List.of(-1L)),
          new Output(PROBABILITIES, Datatype.FP64, List.of(-1L, (long) classes)));
    }
  }

  /**
   * Where a model came from. What a trainer other than Escala's cannot know may be empty.
   *
   * @param data URI of the rows it was trained and evaluated on
   * @param dataSha256 of the data, if it is one file
   * @param rows of the data, held-out ones included
   * @param algorithm such as {@code logistic-regression}
   * @param recipe the name of the job's pipeline, such as {@code book}
   * @param parameters of the algorithm and the evaluation
   */
  public record Provenance(
      String data,
      Optional<String> dataSha256,
      OptionalLong rows,
      String algorithm,
      Optional<String> recipe,
      Map<String, String> parameters,
      OptionalLong seed,
      Optional<String> gitCommit,
      Optional<String> sparkVersion,
      Optional<String> javaVersion,
      OptionalInt onnxOpset,
      Optional<String> escalaVersion) {
    public Provenance {
      requireNonNull(data, "provenance.data is null");
      requireNonNull(algorithm, "provenance.algorithm is null");
      parameters = ordered(parameters);
      requireNonNull(rows, "provenance.rows is null");
      requireNonNull(recipe, "provenance.recipe is null");
      requireNonNull(seed, "provenance.seed is null");
      requireNonNull(gitCommit, "provenance.gitCommit is null");
      requireNonNull(sparkVersion, "provenance.sparkVersion is null");
      requireNonNull(javaVersion, "provenance.javaVersion is null");
      requireNonNull(onnxOpset, "provenance.onnxOpset is null");
      requireNonNull(escalaVersion, "provenance.escalaVersion is null");
      if (dataSha256.isPresent()) {
        Sha256.checked(dataSha256.get());
      }
      check(rows.isEmpty() || rows.getAsLong() >= 0, "provenance.rows is negative");
    }
  }

  /**
   * A row and what training computed for it.
   *
   * @param inputs by name, each a {@link Double}, {@link Long}, {@link String}, a {@link List} of
   *     these for an input with several values a row, or null
   * @param label one of the manifest's classes
   * @param probabilities one for each class
   */
  public record Golden(Map<String, Object> inputs, String label, List<Double> probabilities) {
    public Golden {
      inputs = ordered(inputs);
      requireNonNull(label, "golden label is null");
      probabilities = List.copyOf(probabilities);
    }
  }

  /**
   * The same name, checked for use as a model's name: it is part of paths.
   *
   * @param field what the message calls it
   * @throws IllegalArgumentException if it cannot be one
   */
  public static String checkName(String name, String field) {
    requireNonNull(name, field + " is null");
    check(
        isSafe(name),
        field
            + " is \""
            + name
            + "\", but must be 1 to 64 letters, digits, dots, underscores or hyphens and start with a letter or digit");
    return name;
  }

  private static boolean isSafe(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (!Ascii.isLetterOrDigit(c) && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
        return false;
      }
    }
    return !name.isEmpty() && name.length() <= 64;
  }

  private static void checkTask(
      Task task, List<String> classes, Optional<String> positiveClass, OptionalDouble threshold) {
    if (task == Task.BINARY_CLASSIFICATION) {
      check(
          classes.size() == 2,
          "classes has " + classes.size() + " entries, but a binary model has two");
      check(
          positiveClass.isPresent() && classes.contains(positiveClass.get()),
          "positiveClass must be one of the classes " + classes);
      check(
          threshold.isPresent() && threshold.getAsDouble() >= 0 && threshold.getAsDouble() <= 1,
          "threshold must be a probability, 0 to 1");
    } else {
      check(
          positiveClass.isEmpty() && threshold.isEmpty(),
          "positiveClass and threshold belong to task " + Task.BINARY_CLASSIFICATION.text());
    }
  }

  private static void checkOutputs(List<Output> outputs, int classes) {
    List<String> names = new ArrayList<>();
    boolean hasLabel = false;
    boolean hasProbabilities = false;
    for (Output output : outputs) {
      names.add(output.name());
      hasLabel |=
          output.name().equals(LABEL)
              && output.datatype() == Datatype.INT64
              && output.shape().equals(List.of(-1L));
      hasProbabilities |=
          output.name().equals(PROBABILITIES)
              && output.datatype().isFloatingPoint()
              && output.shape().equals(List.of(-1L, (long) classes));
    }
    distinct(names, "outputs");
    check(hasLabel, "outputs must have label with datatype INT64 and shape [-1]");
    check(
        hasProbabilities,
        "outputs must have probabilities with datatype FP64 or FP32 and shape [-1, "
            + classes
            + "], a column a class");
    check(outputs.size() == 2, "outputs may have label and probabilities only");
  }

  private static void checkFiles(Map<String, String> files, BundleVersion version) {
    for (Map.Entry<String, String> file : files.entrySet()) {
      checkName(file.getKey(), "a file's name");
      check(
          !file.getKey().equals(FILE_NAME),
          "files names " + FILE_NAME + ", which cannot hold its own hash");
      Sha256.checked(file.getValue());
    }
    check(files.containsKey(MODEL_FILE), "files must have " + MODEL_FILE);
    check(
        files.get(MODEL_FILE).startsWith(version.hashPrefix()),
        "version " + version + " does not end with the start of the SHA-256 of " + MODEL_FILE);
  }

  private static List<Golden> golden(
      List<Golden> golden, List<Input> inputs, List<String> ignored, List<String> classes) {
    check(
        !golden.isEmpty(),
        "golden is empty: without a row to score a loader cannot tell whether a bundle works");
    List<Golden> canonical = new ArrayList<>();
    for (int i = 0; i < golden.size(); i++) {
      Golden row = golden.get(i);
      String field = "golden[" + i + "]";
      check(
          classes.contains(row.label()),
          field + ".label is \"" + row.label() + "\", which is not one of " + classes);
      check(
          row.probabilities().size() == classes.size() && areProbabilities(row.probabilities()),
          field + ".probabilities must be " + classes.size() + " numbers from 0 to 1");
      Map<String, Object> values = new LinkedHashMap<>(row.inputs());
      for (Input input : inputs) {
        if (values.get(input.name()) != null) {
          values.replace(
              input.name(),
              canonicalRow(
                  input, values.get(input.name()), field + ".inputs." + input.name() + " "));
        }
      }
      for (String given : values.keySet()) {
        check(
            isInput(inputs, given),
            field
                + ".inputs names \""
                + given
                + "\", which is "
                + (ignored.contains(given) ? "ignored" : "not an input"));
      }
      canonical.add(new Golden(values, row.label(), row.probabilities()));
    }
    return List.copyOf(canonical);
  }

  private static void checkShape(List<Long> shape, String field) {
    boolean fits = !shape.isEmpty() && shape.get(0) == -1;
    for (int i = 1; i < shape.size(); i++) {
      fits &= shape.get(i) > 0;
    }
    check(
        fits,
        field
            + "shape is "
            + shape
            + ", but must start with -1 (rows) and go on with sizes, as in [-1, 1]");
  }

  private static Object canonical(Datatype datatype, Object value, String field) {
    try {
      return datatype.canonical(value);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(field + e.getMessage(), e);
    }
  }

  private static Object canonicalRow(Input input, Object value, String field) {
    if (input.width() == 1) {
      return canonical(input.datatype(), value, field);
    }
    check(
        value instanceof List<?> list && list.size() == input.width(),
        field + "must be an array of " + input.width() + " values");
    return canonicals(input.datatype(), (List<?>) value, field);
  }

  private static List<Object> canonicals(Datatype datatype, List<?> values, String field) {
    if (values instanceof WholeNumbers numbers
        && datatype == Datatype.UINT8
        && numbers.areOctets()) {
      return numbers; // a picture's pixels, without an object each
    }
    List<Object> canonical = new ArrayList<>(values.size());
    for (Object value : values) {
      canonical.add(datatype.isCanonical(value) ? value : canonical(datatype, value, field));
    }
    return Collections.unmodifiableList(canonical);
  }

  private static boolean areProbabilities(List<Double> numbers) {
    boolean are = true;
    for (double number : numbers) {
      are &= number >= 0 && number <= 1;
    }
    return are;
  }

  private static boolean isInput(List<Input> inputs, String name) {
    for (Input input : inputs) {
      if (input.name().equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static void distinct(List<?> values, String field) {
    Set<Object> seen = new HashSet<>();
    for (Object value : values) {
      check(seen.add(value), field + " names \"" + value + "\" twice");
    }
  }

  private static <V> Map<String, V> ordered(Map<String, V> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }

  private static void check(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
