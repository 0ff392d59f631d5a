package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What a Task state asks of a service, and waits for. */
interface Integration {

  /**
   * The service and what it does, as the end of a Resource: {@code elasticmapreduce:addStep.sync}.
   */
  String resource();

  /**
   * Refuses parameters that are not handled, as far as the definition shows them.
   *
   * @throws IllegalArgumentException naming them
   */
  void check(JsonNode parameters);

  /**
   * Does it, and waits until it is done. When the wait ends early, what was begun is cancelled.
   *
   * @return the result
   */
  JsonNode run(JsonNode parameters, Wait wait) throws TaskFailure, Interrupted;

  /** How an integration waits and tells what it waits for. */
  interface Wait {
    /** What the service answered: it has begun. */
    void submitted(ObjectNode answer);

    /**
     * Waits a little.
     *
     * @throws TaskFailure States.Timeout, when the state has taken too long
     * @throws Interrupted when the execution ends
     */
    void pause() throws TaskFailure, Interrupted;

    /**
     * Looks until something is there.
     *
     * @param cancel takes back what was begun, when the wait ends before
     */
    default JsonNode until(Look look, Runnable cancel) throws TaskFailure, Interrupted {
      Optional<JsonNode> found = look.now();
      while (found.isEmpty()) {
        try {
          pause();
        } catch (TaskFailure e) {
          cancel.run();
          throw e;
        } catch (Interrupted e) {
          if (e.isForGood()) {
            cancel.run();
          }
          throw e;
        }
        found = look.now();
      }
      return found.get();
    }
  }

  /** One look at what a state waits for. */
  interface Look {
    /**
     * Empty while it is not there yet.
     *
     * @throws TaskFailure when it will never be
     */
    Optional<JsonNode> now() throws TaskFailure;
  }

  /** The execution is over, or the endpoint stops: nothing more is to be done. */
  final class Interrupted extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean forGood;

    /**
     * @param forGood whether the execution was ended; else the endpoint stops, and what goes on is
     *     looked at when it starts again
     */
    Interrupted(boolean forGood) {
      super("the execution ends", null, false, false);
      this.forGood = forGood;
    }

    boolean isForGood() {
      return forGood;
    }
  }
}
