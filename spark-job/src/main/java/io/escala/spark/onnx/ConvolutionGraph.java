package io.escala.spark.onnx;

import io.escala.spark.onnx.OnnxGraph.Attribute;
import io.escala.spark.onnx.OnnxGraph.Element;
import java.util.List;

/**
 * A network of convolutions as an ONNX graph: {@code pixels} UINT8 [rows, side x side], each 0 to
 * 255, in; {@code label} INT64 [rows] and {@code probabilities} FP32 [rows, classes] out. Dense
 * layers are written as convolutions too, which ONNX Runtime computes image by image: a picture
 * gets the same answer to the last bit alone and in any batch.
 */
public final class ConvolutionGraph {
  /** The ONNX operator set that the graph is written in. */
  public static final int OPSET = OnnxGraph.OPSET;

  /** The name of the input. */
  public static final String INPUT = "pixels";

  private static final long TO_FLOAT = 1;

  private ConvolutionGraph() {}

  /** One convolution, without padding. */
  public static final class Layer {
    private final int filters;
    private final int channels;
    private final int kernel;
    private final int stride;
    private final float[] weights;
    private final float[] bias;

    /**
     * @param stride of the kernel, in both directions
     * @param weights by filter, channel, row and column
     * @param bias by filter
     */
    public Layer(int filters, int channels, int kernel, int stride, float[] weights, float[] bias) {
      if (weights.length != filters * channels * kernel * kernel || bias.length != filters) {
        throw new IllegalArgumentException(
            weights.length
                + " weights and "
                + bias.length
                + " biases do not make "
                + filters
                + " filters");
      }
      this.filters = filters;
      this.channels = channels;
      this.kernel = kernel;
      this.stride = stride;
      this.weights = weights;
      this.bias = bias;
    }
  }

  /**
   * The bytes of {@code model.onnx}; equal layers give equal bytes.
   *
   * @param side of the images, whose pixels are divided by 255 first
   * @param layers the last of which leaves one value for each class; ReLU follows the others
   */
  public static byte[] of(String name, int side, List<Layer> layers) {
    OnnxGraph graph = new OnnxGraph(name, OnnxGraph.ML_OPSET);
    graph.input(INPUT, Element.UINT8, (long) side * side);
    graph.constant("white", new float[] {255});
    graph.constant("image", new long[] {-1, 1, side, side}, 4);
    graph.node("Cast", "numbers", List.of(INPUT), Attribute.of("to", TO_FLOAT));
    graph.node("Div", "shades", List.of("numbers", "white"));
    String last = graph.node("Reshape", "images", List.of("shades", "image"));
    for (int i = 0; i < layers.size(); i++) {
      last = convolution(graph, layers.get(i), i + 1, last, i == layers.size() - 1);
    }
    graph.node("Flatten", "scores", List.of(last), Attribute.of("axis", 1));
    graph.node("Softmax", "probabilities", List.of("scores"), Attribute.of("axis", 1));
    graph.node(
        "ArgMax",
        "label",
        List.of("probabilities"),
        Attribute.of("axis", 1),
        Attribute.of("keepdims", 0));
    graph.output("label", Element.INT64);
    graph.output("probabilities", Element.FLOAT, layers.get(layers.size() - 1).filters);
    return graph.toBytes();
  }

  private static String convolution(
      OnnxGraph graph, Layer layer, int number, String from, boolean isLast) {
    String weights =
        graph.constant(
            "weights" + number,
            layer.weights,
            layer.filters,
            layer.channels,
            layer.kernel,
            layer.kernel);
    String bias = graph.constant("bias" + number, layer.bias, layer.filters);
    String made =
        graph.node(
            "Conv",
            "convolved" + number,
            List.of(from, weights, bias),
            Attribute.ofLongs("strides", List.of((long) layer.stride, (long) layer.stride)));
    return isLast ? made : graph.node("Relu", "active" + number, List.of(made));
  }
}
