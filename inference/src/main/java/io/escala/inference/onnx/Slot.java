package io.escala.inference.onnx;

/**
 * What a program's memory has at one place. No lambda stands for it: the first one of a process
 * costs a function's start several milliseconds.
 */
interface Slot {
  /**
   * Makes what one thread needs there.
   *
   * @param rows the most that are computed at a time
   */
  Object room(int rows);
}
