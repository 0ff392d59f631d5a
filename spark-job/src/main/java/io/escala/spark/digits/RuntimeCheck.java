package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.CLASSES;
import static io.escala.spark.digits.DigitNet.PIXELS;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.util.Map;

/** What ONNX Runtime says about images, by a graph that is about to be published. */
final class RuntimeCheck implements AutoCloseable {
  private static final int BATCH = 100;

  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final OrtSession session;

  RuntimeCheck(byte[] graph) throws OrtException {
    session = environment.createSession(graph);
  }

  /** The probabilities, by image and class. */
  float[] probabilities(Digits images) throws OrtException {
    float[] all = new float[images.size() * CLASSES];
    for (int first = 0; first < images.size(); first += BATCH) {
      int rows = Math.min(BATCH, images.size() - first);
      ByteBuffer pixels = ByteBuffer.wrap(images.pixels(), first * PIXELS, rows * PIXELS).slice();
      try (OnnxTensor tensor =
              OnnxTensor.createTensor(
                  environment, pixels, new long[] {rows, PIXELS}, OnnxJavaType.UINT8);
          OrtSession.Result result = session.run(Map.of(DigitGraph.INPUT, tensor))) {
        ((OnnxTensor) result.get("probabilities").orElseThrow())
            .getFloatBuffer()
            .get(all, first * CLASSES, rows * CLASSES);
      }
    }
    return all;
  }

  @Override
  public void close() throws OrtException {
    session.close();
  }
}
