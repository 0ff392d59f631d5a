package io.escala.inference;

import io.escala.inference.onnx.Element;
import io.escala.inference.onnx.Port;
import io.escala.inference.onnx.Program;
import io.escala.inference.onnx.UnsupportedGraphException;
import java.util.ArrayList;
import java.util.List;

/** Computes a graph in Java: no library to load, no call to hand tensors over for. */
final class JavaEngine implements Engine {
  /**
   * Beyond so many multiplications a row ONNX Runtime's vector code makes up for what its call
   * costs: {@code bench/engines} finds where.
   */
  private static final long MOST_MULTIPLICATIONS = 250_000;

  private final Program program;

  private JavaEngine(Program program) {
    this.program = program;
  }

  /**
   * @throws UnsupportedGraphException if the graph is one for ONNX Runtime
   */
  static JavaEngine open(byte[] graph) {
    Program program = Program.of(graph);
    if (program.multiplications() > MOST_MULTIPLICATIONS) {
      throw UnsupportedGraphException.tooLarge(program.multiplications(), MOST_MULTIPLICATIONS);
    }
    return new JavaEngine(program);
  }

  @Override
  public String name() {
    return Model.JAVA;
  }

  @Override
  public List<GraphPort> inputs() {
    return ports(program.inputs());
  }

  @Override
  public List<GraphPort> outputs() {
    return ports(program.outputs());
  }

  private static List<GraphPort> ports(List<Port> ports) {
    List<GraphPort> result = new ArrayList<>();
    for (Port port : ports) {
      List<Long> shape = new ArrayList<>();
      shape.add(-1L);
      for (int size : port.tail()) {
        shape.add((long) size);
      }
      result.add(
          new GraphPort(
              port.name(), datatype(port.element()), port.element() + " " + shape, shape));
    }
    return result;
  }

  private static Datatype datatype(Element element) {
    return switch (element) {
      case FLOAT -> Datatype.FP32;
      case DOUBLE -> Datatype.FP64;
      case INT64 -> Datatype.INT64;
      case UINT8 -> Datatype.UINT8;
      case STRING -> Datatype.BYTES;
      case BOOL -> null;
    };
  }

  @Override
  public boolean readsDirectMemory() {
    return false;
  }

  @Override
  public Run bind(List<Column> columns, Column.Values[] values, int capacity, boolean isKept) {
    return new Bound(columns, values, capacity);
  }

  @Override
  public void close() {
    // Nothing outside the heap
  }

  private static int index(List<Port> ports, String name) {
    for (int i = 0; i < ports.size(); i++) {
      if (ports.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalStateException("the graph has no \"" + name + "\"");
  }

  private final class Bound implements Run {
    private final Column.Values[] values;
    private final int[] widths;
    private final Object[] memory;
    private final Object[] inputs;
    private final long[] label;
    private final Object probability;

    private Bound(List<Column> columns, Column.Values[] values, int capacity) {
      this.memory = program.memory(capacity);
      this.values = values;
      this.widths = new int[values.length];
      this.inputs = new Object[values.length];
      for (int c = 0; c < inputs.length; c++) {
        widths[c] = columns.get(c).width();
        inputs[c] = program.input(memory, index(program.inputs(), columns.get(c).name()));
      }
      this.label = (long[]) program.output(memory, index(program.outputs(), Manifest.LABEL));
      this.probability = program.output(memory, index(program.outputs(), Manifest.PROBABILITIES));
    }

    @Override
    public void score(int rows, long[] labels, double[] probabilities) {
      int classes = probabilities.length / rows;
      for (int from = 0, count; from < rows; from += count) {
        count = program.chunk(rows - from);
        for (int c = 0; c < inputs.length; c++) {
          values[c].copy(from, count, widths[c], inputs[c]);
        }
        try {
          program.run(memory, count);
        } catch (IllegalArgumentException e) {
          throw new EngineException(e.getMessage(), e);
        }
        System.arraycopy(label, 0, labels, from, count);
        for (int i = 0; i < count * classes; i++) {
          int at = i % classes * count + i / classes;
          probabilities[from * classes + i] =
              probability instanceof double[] wide ? wide[at] : ((float[]) probability)[at];
        }
      }
    }

    @Override
    public void close() {
      // Nothing outside the heap
    }
  }
}
