package io.escala.lambda;

import java.io.IOException;

/** Where answers to messages are left. */
@FunctionalInterface
interface Results {
  /**
   * Writes an answer. One of the same name is replaced.
   *
   * @throws IOException if it cannot be written now
   */
  void write(String name, byte[] json) throws IOException;

  /** None: the function is not to be fed from a queue. */
  Results NONE =
      new Results() {
        @Override
        public void write(String name, byte[] json) {
          throw new UnknownEventException(
              "this function takes no messages: ESCALA_BATCH_OUTPUT does not say where answers go");
        }
      };
}
