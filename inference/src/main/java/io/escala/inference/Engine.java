package io.escala.inference;

import java.util.List;

/** What computes a model's graph. Any number of threads may use it at once. */
interface Engine extends AutoCloseable {
  /** As logs and model cards call it. */
  String name();

  List<GraphPort> inputs();

  List<GraphPort> outputs();

  /** Whether it reads a batch's numbers where they are if they are outside the heap. */
  boolean readsDirectMemory();

  /**
   * Binds a batch to the engine.
   *
   * @param values of each column
   * @param capacity how many rows the batch holds at most
   * @param isKept whether many runs of the batch are to come, so that what they need may stay until
   *     {@link Run#close}
   */
  Run bind(List<Column> columns, Column.Values[] values, int capacity, boolean isKept);

  @Override
  void close();

  /** One batch, for one thread at a time. */
  interface Run extends AutoCloseable {
    /**
     * Scores the first rows of the batch.
     *
     * @param labels receives an index for each row
     * @param probabilities receives one for each class of each row
     * @throws EngineException if the graph fails, or gives outputs of another shape
     */
    void score(int rows, long[] labels, double[] probabilities);

    @Override
    void close();
  }
}
