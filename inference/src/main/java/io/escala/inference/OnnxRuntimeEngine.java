package io.escala.inference;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Computes any graph with ONNX Runtime. */
final class OnnxRuntimeEngine implements Engine {
  private static final Set<String> OUTPUTS = Set.of(Manifest.LABEL, Manifest.PROBABILITIES);

  private final OrtEnvironment environment;
  private final OrtSession session;

  private OnnxRuntimeEngine(OrtEnvironment environment, OrtSession session) {
    this.environment = environment;
    this.session = session;
  }

  /**
   * @throws BundleException if ONNX Runtime does not take the graph
   */
  static OnnxRuntimeEngine open(byte[] graph) {
    OrtEnvironment environment =
        OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, "escala");
    // One thread each: requests are the parallelism, and an idle pool that spins would cost them
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setExecutionMode(OrtSession.SessionOptions.ExecutionMode.SEQUENTIAL);
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      return new OnnxRuntimeEngine(environment, environment.createSession(graph, options));
    } catch (OrtException e) {
      throw new BundleException(
          Manifest.MODEL_FILE + " cannot be opened by ONNX Runtime: " + e.getMessage(), e);
    }
  }

  @Override
  public String name() {
    return "onnxruntime";
  }

  @Override
  public List<GraphPort> inputs() {
    try {
      return ports(session.getInputInfo());
    } catch (OrtException e) {
      throw new BundleException("the graph cannot be inspected: " + e.getMessage(), e);
    }
  }

  @Override
  public List<GraphPort> outputs() {
    try {
      return ports(session.getOutputInfo());
    } catch (OrtException e) {
      throw new BundleException("the graph cannot be inspected: " + e.getMessage(), e);
    }
  }

  private static List<GraphPort> ports(Map<String, NodeInfo> nodes) {
    List<GraphPort> ports = new ArrayList<>();
    for (Map.Entry<String, NodeInfo> node : nodes.entrySet()) {
      String described = node.getValue().getInfo().toString();
      if (node.getValue().getInfo() instanceof TensorInfo tensor) {
        List<Long> shape = new ArrayList<>();
        for (long size : tensor.getShape()) {
          shape.add(size);
        }
        ports.add(new GraphPort(node.getKey(), datatype(tensor.type), described, shape));
      } else {
        ports.add(new GraphPort(node.getKey(), null, described, List.of()));
      }
    }
    return ports;
  }

  private static Datatype datatype(OnnxJavaType type) {
    return switch (type) {
      case FLOAT -> Datatype.FP32;
      case DOUBLE -> Datatype.FP64;
      case INT64 -> Datatype.INT64;
      case UINT8 -> Datatype.UINT8;
      case STRING -> Datatype.BYTES;
      default -> null;
    };
  }

  @Override
  public boolean readsDirectMemory() {
    return true;
  }

  @Override
  public Run bind(List<Column> columns, Column.Values[] values, int capacity, boolean isKept) {
    return new Bound(columns, values, isKept);
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException("ONNX Runtime did not close a session", e);
    }
  }

  /**
   * Tensors of numbers are views of the batch's memory, so a run of as many rows takes them again.
   */
  private final class Bound implements Run {
    private final List<Column> columns;
    private final Column.Values[] values;
    private final boolean isKept;
    private final Map<String, OnnxTensor> tensors;
    private int tensorRows;

    private Bound(List<Column> columns, Column.Values[] values, boolean isKept) {
      this.columns = columns;
      this.values = values;
      this.isKept = isKept;
      this.tensors = new HashMap<>(2 * values.length);
    }

    @Override
    public void score(int rows, long[] labels, double[] probabilities) {
      try {
        makeTensors(rows);
        try (OrtSession.Result result = session.run(tensors, OUTPUTS)) {
          OnnxTensor label = (OnnxTensor) result.get(Manifest.LABEL).orElseThrow();
          OnnxTensor probability = (OnnxTensor) result.get(Manifest.PROBABILITIES).orElseThrow();
          checkOutput(label, new long[] {rows});
          checkOutput(probability, new long[] {rows, probabilities.length / rows});
          label.getLongBuffer().get(labels);
          read(probability, probabilities);
        }
      } catch (OrtException e) {
        throw new EngineException("failed: " + e.getMessage(), e);
      } finally {
        closeAfterRun();
      }
    }

    private void makeTensors(int rows) throws OrtException {
      if (rows != tensorRows) {
        close();
        tensorRows = rows;
      }
      for (int c = 0; c < values.length; c++) {
        String name = columns.get(c).name();
        if (!tensors.containsKey(name)) {
          tensors.put(name, tensor(columns.get(c), values[c], rows));
        }
      }
    }

    private OnnxTensor tensor(Column column, Column.Values of, int rows) throws OrtException {
      int count = rows * column.width();
      long[] shape = column.shape(rows);
      if (column.datatype() == Datatype.BYTES) {
        return OnnxTensor.createTensor(environment, Arrays.copyOf(of.texts(), count), shape);
      }
      ByteBuffer numbers = of.numbers().duplicate().order(ByteOrder.nativeOrder());
      return switch (column.datatype()) {
        case FP64 ->
            OnnxTensor.createTensor(environment, numbers.asDoubleBuffer().limit(count), shape);
        case FP32 ->
            OnnxTensor.createTensor(environment, numbers.asFloatBuffer().limit(count), shape);
        case INT64 ->
            OnnxTensor.createTensor(environment, numbers.asLongBuffer().limit(count), shape);
        default ->
            OnnxTensor.createTensor(environment, numbers.limit(count), shape, OnnxJavaType.UINT8);
      };
    }

    private void closeAfterRun() {
      if (!isKept) {
        close();
        return;
      }
      for (Column column : columns) {
        if (!column.isNumber()) {
          OnnxTensor copied = tensors.remove(column.name());
          if (copied != null) {
            copied.close();
          }
        }
      }
    }

    @Override
    public void close() {
      for (OnnxTensor tensor : tensors.values()) {
        tensor.close();
      }
      tensors.clear();
    }
  }

  private static void read(OnnxTensor probability, double[] probabilities) {
    if (probability.getInfo().type == OnnxJavaType.DOUBLE) {
      probability.getDoubleBuffer().get(probabilities);
      return;
    }
    float[] narrow = new float[probabilities.length];
    probability.getFloatBuffer().get(narrow);
    for (int i = 0; i < narrow.length; i++) {
      probabilities[i] = narrow[i];
    }
  }

  private static void checkOutput(OnnxTensor tensor, long[] shape) {
    if (!Arrays.equals(tensor.getInfo().getShape(), shape)) {
      throw new EngineException(
          "gave an output of shape "
              + Arrays.toString(tensor.getInfo().getShape())
              + " instead of "
              + Arrays.toString(shape),
          null);
    }
  }
}
