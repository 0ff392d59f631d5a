package io.escala.localaws.process;

/** The thread that something lives on, which ends with this JVM. */
public final class Worker {
  private static final long LONGEST_END_MILLIS = 10_000;

  private final Thread thread;

  private Worker(Thread thread) {
    this.thread = thread;
  }

  /** Starts one. */
  public static Worker start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return new Worker(thread);
  }

  /** Waits for its end, which whoever waits has asked for; but not for ever. */
  public void awaitEnd() {
    try {
      thread.join(LONGEST_END_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
