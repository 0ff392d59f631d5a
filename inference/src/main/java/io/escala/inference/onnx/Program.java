package io.escala.inference.onnx;

import java.util.List;

/**
 * A graph, ready to be computed. It has no state: any number of threads may run it at once, each
 * with a {@link #memory} of its own.
 */
public final class Program {
  private final Step[] steps;
  private final Slot[] slots;
  private final List<Port> inputs;
  private final int[] inputSlots;
  private final List<Port> outputs;
  private final int[] outputSlots;
  private final int fewest;
  private final int most;
  private final long multiplications;

  Program(
      Step[] steps,
      Slot[] slots,
      List<Port> inputs,
      int[] inputSlots,
      List<Port> outputs,
      int[] outputSlots,
      int fewest,
      int most,
      long multiplications) {
    this.steps = steps;
    this.slots = slots;
    this.inputs = inputs;
    this.inputSlots = inputSlots;
    this.outputs = outputs;
    this.outputSlots = outputSlots;
    this.fewest = fewest;
    this.most = most;
    this.multiplications = multiplications;
  }

  /**
   * Compiles a model.
   *
   * @param model the bytes of a {@code .onnx} file
   * @throws UnsupportedGraphException if it has something that is not computed in Java
   */
  public static Program of(byte[] model) {
    return new Compiler(new GraphReader(model)).compile();
  }

  /** The graph's inputs, without those that are constants. */
  public List<Port> inputs() {
    return inputs;
  }

  /** The graph's outputs. */
  public List<Port> outputs() {
    return outputs;
  }

  /**
   * How many rows are computed at a time, so that what is computed stays near the processor.
   *
   * @param rows how many there are to be computed, at least one
   * @return how many of them {@link #run} takes next
   */
  public int chunk(int rows) {
    return rows < fewest ? 1 : Math.min(rows, most);
  }

  /** How many multiplications a row takes at most: what zeros spare is not taken off. */
  public long multiplications() {
    return multiplications;
  }

  /**
   * Room for a chunk of rows, for one thread at a time.
   *
   * @param rows the most there will be to be computed
   */
  public Object[] memory(int rows) {
    int together = chunk(rows);
    Object[] memory = new Object[slots.length];
    for (int i = 0; i < memory.length; i++) {
      memory[i] = slots[i].room(together);
    }
    return memory;
  }

  /**
   * Where an input of a chunk goes: an array as its element says, value {@code i} of row {@code r}
   * at {@code i * rows + r}.
   */
  public Object input(Object[] memory, int index) {
    return memory[inputSlots[index]];
  }

  /** Where an output of a chunk is after {@link #run}, in the same order. */
  public Object output(Object[] memory, int index) {
    return memory[outputSlots[index]];
  }

  /**
   * Computes the outputs of the rows in a memory.
   *
   * @param rows as many as {@link #chunk} says
   */
  public void run(Object[] memory, int rows) {
    for (Step step : steps) {
      step.run(memory, rows);
    }
  }
}
