package io.escala.cli;

import java.util.Optional;

/** What happens on Ctrl-C during {@code up}: nothing that this command started goes on. */
public final class Interruption extends Thread {
  private final LocalEndpoint endpoint;
  private final boolean wasRunning;
  private final Aws aws;
  private final Optional<String> clusterBefore;
  private volatile Runnable alsoEnds = () -> {};

  /**
   * @param wasRunning whether the endpoint ran before the command: then it stays, and only a run
   *     that the command began is ended
   */
  Interruption(LocalEndpoint endpoint, boolean wasRunning, Aws aws) {
    this.endpoint = endpoint;
    this.wasRunning = wasRunning;
    this.aws = aws;
    this.clusterBefore =
        wasRunning ? TrainingRun.deployed(aws).map(TrainingRun::clusterId) : Optional.empty();
  }

  /** Ends this too, which the command began. */
  void ends(Runnable begun) {
    alsoEnds = begun;
  }

  /** Called as a shutdown hook. */
  @Override
  public void run() {
    if (!wasRunning) {
      endpoint.stop();
      System.err.println(
          "\nescala: stopped; what was deployed is kept. ./escala up goes on, ./escala down removes it");
      return;
    }
    TrainingRun.deployed(aws)
        .filter(run -> !Optional.of(run.clusterId()).equals(clusterBefore))
        .ifPresent(TrainingRun::terminate);
    alsoEnds.run();
    System.err.println(
        "\nescala: stopped; the endpoint was running before and goes on. ./escala up goes on, ./escala down removes all");
  }

  /** The command came to its end, well or not. */
  void callOff() {
    callOff(this);
  }

  /**
   * Takes a shutdown hook back. While it runs already, waits for it and never returns: the process
   * is ending.
   */
  public static void callOff(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException shuttingDown) {
      try {
        // for ever: what the command would still say is of no use to who stopped it
        Thread.currentThread().join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
