package io.escala.inference.http;

import io.escala.inference.Manifest;
import io.escala.inference.Predictions;

/** Is told what models answered, so that it can be counted. Called on the request's thread. */
@FunctionalInterface
public interface PredictionListener {
  /** A version in service answered one request. */
  void predicted(Manifest model, Predictions predictions);
}
