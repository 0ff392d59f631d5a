package io.escala.inference;

import io.escala.inference.onnx.UnsupportedGraphException;

/** Who computes a graph. */
public enum EngineChoice {
  /** Java, if it knows every operator of the graph and the graph is small; else ONNX Runtime. */
  FITTING,
  /** ONNX Runtime, as everyone else who takes the bundle. */
  ONNX_RUNTIME;

  Engine open(byte[] graph) {
    if (this == FITTING) {
      try {
        return JavaEngine.open(graph);
      } catch (UnsupportedGraphException e) {
        // ONNX Runtime takes every graph, or says what is wrong with it
      }
    }
    return OnnxRuntimeEngine.open(graph);
  }
}
