/**
 * Computes ONNX graphs in Java. It knows the operators that Escala's own exports use, and computes
 * each row by itself, in one order of steps: a row gets the same bits alone and in any batch, on
 * any machine. What it does not know it refuses when the graph is read, by name; ONNX Runtime
 * computes such graphs. Why there are two, and what each costs: {@code docs/engines.md}.
 */
package io.escala.inference.onnx;
