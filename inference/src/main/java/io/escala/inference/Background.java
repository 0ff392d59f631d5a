package io.escala.inference;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;

/** One thread that looks for versions. It starts with the first look: a cold start has none. */
final class Background implements Executor, AutoCloseable {
  private ExecutorService thread;
  private boolean closed;

  @Override
  public synchronized void execute(Runnable task) {
    if (closed) {
      throw new RejectedExecutionException("closed");
    }
    if (thread == null) {
      thread = Executors.newSingleThreadExecutor(new Daemon());
    }
    thread.execute(task);
  }

  /** What has not begun never does; what has is interrupted. */
  @Override
  public synchronized void close() {
    closed = true;
    if (thread != null) {
      thread.shutdownNow();
    }
  }

  private static final class Daemon implements ThreadFactory {
    @Override
    public Thread newThread(Runnable task) {
      Thread thread = new Thread(task, "escala-models");
      thread.setDaemon(true);
      return thread;
    }
  }
}
