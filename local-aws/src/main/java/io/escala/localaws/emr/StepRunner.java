package io.escala.localaws.emr;

import java.util.Optional;

/** Runs one step of a cluster. */
interface StepRunner {

  /** Starts a step. What cannot be started fails in {@link Running#await}. */
  Running start(ClusterRecord cluster, Step step);

  /** A step that was started. */
  interface Running {
    /** Waits for the end; empty when the step succeeded. */
    Optional<Step.Failure> await() throws InterruptedException;

    /** Ends the step now. */
    void stop();
  }
}
