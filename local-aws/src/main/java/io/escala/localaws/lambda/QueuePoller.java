package io.escala.localaws.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.escala.localaws.http.AwsException;
import io.escala.localaws.sqs.Queues;
import io.escala.localaws.sqs.ReceivedMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Feeds a function from a queue, a few batches at once: deletes what the function is done with and
 * leaves the rest to the queue, which delivers it again.
 */
final class QueuePoller {
  /** As many as SQS gives at once. */
  private static final int MOST_RECEIVED = 10;

  private static final Duration LONG_POLL = Duration.ofSeconds(20);

  /** After something that the next try would probably meet too: no such queue, no such function. */
  private static final Duration PAUSE = Duration.ofSeconds(10);

  private final EventSourceMapping mapping;
  private final Functions functions;
  private final Queues queues;
  private final List<Thread> threads = new ArrayList<>();

  /** Which a thread takes to gather a batch: two would each gather half of it. */
  private final Object turn = new Object();

  private volatile boolean stopped;
  private String said = "";

  /**
   * @param atOnce how many batches the function gets at once
   */
  QueuePoller(EventSourceMapping mapping, Functions functions, Queues queues, int atOnce) {
    this.mapping = mapping;
    this.functions = functions;
    this.queues = queues;
    for (int i = 0; i < atOnce; i++) {
      Thread thread = new Thread(this::run, "event-source-mapping-" + mapping.function());
      thread.setDaemon(true);
      threads.add(thread);
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  /** Receives no more; a batch that the function has is finished. */
  void stop() {
    stopped = true;
    queues.wake();
    synchronized (this) {
      notifyAll();
    }
  }

  /** Waits for the batches that were under way. */
  void awaitEnd() {
    try {
      for (Thread thread : threads) {
        thread.join(PAUSE.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!stopped) {
        try {
          List<ReceivedMessage> batch;
          synchronized (turn) {
            batch = gather();
          }
          for (SqsEvent event : SqsEvent.of(batch, mapping.queueArn())) {
            deliver(event);
          }
        } catch (AwsException e) {
          say(e.getMessage());
          pause();
        } catch (ExecutionException | RuntimeException e) {
          say(e.toString());
          pause();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<ReceivedMessage> gather() throws InterruptedException {
    List<ReceivedMessage> batch = new ArrayList<>(receive(mapping.batchSize(), LONG_POLL));
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(mapping.windowSeconds());
    while (!batch.isEmpty() && !stopped && isRoom(batch)) {
      Duration left = Duration.ofNanos(end - System.nanoTime());
      if (left.isNegative() || left.isZero()) {
        break;
      }
      batch.addAll(receive(mapping.batchSize() - batch.size(), left));
    }
    return batch;
  }

  private boolean isRoom(List<ReceivedMessage> batch) {
    return batch.size() < mapping.batchSize()
        && batch.stream().mapToLong(m -> m.body().length()).sum() < SqsEvent.LONGEST;
  }

  private List<ReceivedMessage> receive(int most, Duration wait) throws InterruptedException {
    return queues.receive(mapping.queueArn(), Math.min(most, MOST_RECEIVED), wait, () -> stopped);
  }

  private void deliver(SqsEvent event) throws InterruptedException, ExecutionException {
    Invoked invoked =
        functions.invoke(mapping.function(), null, event.json().getBytes(UTF_8)).get();
    queues.deleteMessages(
        mapping.queueArn(),
        BatchResponse.succeeded(event.messages(), invoked, mapping.reportsFailures()));
    synchronized (this) {
      said = "";
    }
  }

  private synchronized void say(String why) {
    if (!why.equals(said) && !stopped) {
      System.err.println(
          "local-aws: messages of "
              + mapping.queueArn()
              + " do not reach "
              + mapping.function()
              + ": "
              + why);
    }
    said = why;
  }

  private synchronized void pause() throws InterruptedException {
    long end = System.nanoTime() + PAUSE.toNanos();
    while (!stopped && System.nanoTime() < end) {
      wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())));
    }
  }
}
