package io.escala.inference;

import static java.util.Objects.requireNonNull;

import io.escala.inference.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * An open graph that answers. {@link Bundle#open} makes one that is verified. Any number of threads
 * may ask at once; each scores on its own thread.
 */
public final class Model implements AutoCloseable {
  /** The engine of graphs that are computed in Java. */
  public static final String JAVA = "java";

  /** So many rows fit into what is kept from one request to the next. */
  private static final int KEPT_ROWS = 64;

  private final Manifest manifest;
  private final Engine engine;
  private final List<Column> columns;
  private final Map<String, Integer> fields = new HashMap<>();

  /** As many as there ever were requests at once. */
  private final ConcurrentLinkedQueue<Batch> kept = new ConcurrentLinkedQueue<>();

  private Model(Manifest manifest, Engine engine) {
    this.manifest = manifest;
    this.engine = engine;
    List<Column> made = new ArrayList<>();
    for (Manifest.Input input : manifest.inputs()) {
      made.add(new Column(input));
      fields.put(input.name(), fields.size());
    }
    this.columns = List.copyOf(made);
    manifest.ignored().forEach(name -> fields.putIfAbsent(name, fields.size()));
  }

  static Model open(Manifest manifest, byte[] graph, EngineChoice engine) {
    for (Manifest.Input input : manifest.inputs()) {
      Column.checkServable(input);
    }
    Model model = new Model(manifest, engine.open(graph));
    try {
      model.checkGraph();
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /** What computes the graph: {@link #JAVA} or {@code onnxruntime}. */
  public String engine() {
    return engine.name();
  }

  /** What this model is and accepts. */
  public Manifest manifest() {
    return manifest;
  }

  /**
   * Which field of a row a name is.
   *
   * @return its index among the manifest's inputs; the number of inputs or more for one that the
   *     manifest ignores; -1 for one that no row may have
   */
  public int field(String name) {
    return fields.getOrDefault(name, -1);
  }

  /**
   * Scores rows in one call of the runtime.
   *
   * @param rows each a value for each input by name: a {@link Number}, a {@link String}, a {@link
   *     List} of these for an input with several values a row, or null where the manifest allows
   *     it; names that the manifest ignores may be there too
   * @throws InputException if a row is not what the manifest allows
   * @throws ScoringException if the graph fails
   */
  public Predictions predict(List<? extends Map<String, ?>> rows) {
    return predict(rows, "instances");
  }

  Predictions predict(List<? extends Map<String, ?>> rows, String subject) {
    if (rows.isEmpty()) {
      return new Predictions(manifest.classes(), new long[0], new double[0]);
    }
    Batch batch = borrow(rows.size());
    try {
      for (int row = 0; row < rows.size(); row++) {
        set(batch, rows.get(row), new RowName(subject, row));
        batch.add();
      }
      return run(batch, subject);
    } finally {
      giveBack(batch);
    }
  }

  /**
   * Scores rows that a function sets, as {@link #predict(Batch)} does, but in a batch of the
   * model's own, so that small requests need no new memory outside the heap.
   *
   * @param rows how many the function adds at most, at least 1
   * @param rowSetter must not keep the batch
   */
  public Predictions predict(int rows, Consumer<Batch> rowSetter) {
    Batch batch = borrow(rows);
    try {
      rowSetter.accept(batch);
      return predict(batch);
    } finally {
      giveBack(batch);
    }
  }

  private Batch borrow(int rows) {
    if (rows > KEPT_ROWS) {
      return batch(rows);
    }
    Batch batch = kept.poll();
    return batch == null ? new Batch(this, engine, columns, KEPT_ROWS, true) : batch;
  }

  private void giveBack(Batch batch) {
    if (batch.isKept()) {
      batch.clear();
      kept.add(batch);
    }
  }

  /**
   * Room for rows of this model, to be filled column by column; see {@link Batch}.
   *
   * @param capacity how many rows it holds at most, at least 1
   */
  public Batch batch(int capacity) {
    return new Batch(this, engine, columns, capacity, false);
  }

  /**
   * Scores a batch in one call of the runtime. Any number of threads may score at once, each a
   * batch of its own.
   *
   * @throws InputException if a row has numbers so large that there is no probability; the message
   *     starts with the index of the row, as in {@code rows[3]}
   * @throws ScoringException if the graph fails
   * @throws IllegalArgumentException if another model made the batch
   */
  public Predictions predict(Batch batch) {
    if (batch.model() != this) {
      throw new IllegalArgumentException("the batch was made by another model");
    }
    if (batch.size() == 0) {
      return new Predictions(manifest.classes(), new long[0], new double[0]);
    }
    return run(batch, "rows");
  }

  private void set(Batch batch, Map<String, ?> row, RowName name) {
    requireNonNull(row, "row is null");
    int given = 0;
    for (int c = 0; c < columns.size(); c++) {
      String column = columns.get(c).name();
      Object value = row.get(column);
      boolean isGiven = value != null || row.containsKey(column);
      given += isGiven ? 1 : 0;
      batch.set(c, value, isGiven, name);
    }
    if (given < row.size()) {
      for (String field : row.keySet()) {
        if (!fields.containsKey(field)) {
          throw new InputException(
              name
                  + " has the field \""
                  + Json.shown(field)
                  + "\", which model "
                  + manifest.name()
                  + " does not know; it knows "
                  + String.join(", ", columns.stream().map(Column::name).toList())
                  + (manifest.ignored().isEmpty()
                      ? ""
                      : " and ignores " + String.join(", ", manifest.ignored())));
        }
      }
    }
  }

  private Predictions run(Batch batch, String subject) {
    int classes = manifest.classes().size();
    long[] labels = new long[batch.size()];
    double[] probabilities = new double[batch.size() * classes];
    try {
      batch.score(labels, probabilities);
    } catch (EngineException e) {
      throw new ScoringException(
          "model " + manifest.name() + " " + manifest.version() + " " + e.getMessage(), e);
    }
    for (int i = 0; i < probabilities.length; i++) {
      if (!Double.isFinite(probabilities[i])) {
        throw new InputException(
            subject
                + "["
                + i / classes
                + "] has numbers so large that the model cannot give a probability");
      }
    }
    for (long index : labels) {
      if (index < 0 || index >= classes) {
        throw new ScoringException(
            "model "
                + manifest.name()
                + " "
                + manifest.version()
                + " gave the label "
                + index
                + " of "
                + classes,
            null);
      }
    }
    return new Predictions(manifest.classes(), labels, probabilities);
  }

  private void checkGraph() {
    List<GraphPort> inputs = engine.inputs();
    for (Manifest.Input input : manifest.inputs()) {
      checkPort(
          inputs, input.name(), "input \"" + input.name() + "\"", input.datatype(), input.shape());
    }
    for (GraphPort input : inputs) {
      if (manifest.input(input.name()).isEmpty()) {
        throw new BundleException(
            "the graph has the input \"" + input.name() + "\", but the manifest does not");
      }
    }
    List<GraphPort> outputs = engine.outputs();
    for (Manifest.Output output : manifest.outputs()) {
      checkPort(
          outputs,
          output.name(),
          "output \"" + output.name() + "\"",
          output.datatype(),
          output.shape());
    }
  }

  private static void checkPort(
      List<GraphPort> ports, String name, String what, Datatype datatype, List<Long> wanted) {
    GraphPort port = null;
    for (GraphPort each : ports) {
      port = each.name().equals(name) ? each : port;
    }
    if (port == null) {
      throw new BundleException("the manifest has the " + what + ", but the graph does not");
    }
    if (port.datatype() != datatype) {
      throw new BundleException(
          "the "
              + what
              + " is "
              + datatype
              + " in the manifest, but the graph has "
              + port.described());
    }
    List<Long> shape = port.shape();
    if (shape.size() != wanted.size() || shape.get(0) != -1) {
      throw new BundleException(
          "the "
              + what
              + " has shape "
              + shape
              + " in the graph, but needs "
              + wanted.size()
              + " dimensions, the first of them free");
    }
    for (int i = 1; i < shape.size(); i++) {
      if (shape.get(i) != -1 && !shape.get(i).equals(wanted.get(i))) {
        throw new BundleException(
            "the "
                + what
                + " has shape "
                + wanted
                + " in the manifest, but "
                + shape
                + " in the graph");
      }
    }
  }

  @Override
  public void close() {
    for (Batch batch = kept.poll(); batch != null; batch = kept.poll()) {
      batch.close();
    }
    engine.close();
  }
}
