package io.escala.infra.config;

/** When there are machines that run the job, and who starts it. */
public enum Lifecycle {
  /** A cluster is made with the steps and gone when they end; the deployment starts it. */
  TRANSIENT("transient"),
  /** A cluster waits for steps that are added later, and is gone when idle for long. */
  LONG_RUNNING("long-running"),
  /** A state machine makes a cluster, runs the steps and ends it, when the clock says so. */
  SCHEDULED("scheduled"),
  /** An EMR Serverless application; a state machine runs the job there. */
  SERVERLESS("serverless");

  private final String label;

  Lifecycle(String label) {
    this.label = label;
  }

  /** As the configuration spells it. */
  public String label() {
    return label;
  }

  /** Whether a state machine runs the job. */
  public boolean hasStateMachine() {
    return this == SCHEDULED || this == SERVERLESS;
  }
}
