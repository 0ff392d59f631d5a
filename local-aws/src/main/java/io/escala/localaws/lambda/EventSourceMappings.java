package io.escala.localaws.lambda;

import io.escala.localaws.http.AwsException;
import io.escala.localaws.sqs.Queues;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** All event source mappings, and the pollers of those that are enabled. */
final class EventSourceMappings implements AutoCloseable {
  private static final String FOLDER = "lambda-event-source-mappings";

  private final Functions functions;
  private final Queues queues;
  private final Map<String, EventSourceMapping> mappings = new TreeMap<>();
  private final Map<String, QueuePoller> pollers = new TreeMap<>();
  private boolean started;

  /** Mappings as the state folder remembers them; none polls before {@link #start}. */
  EventSourceMappings(Functions functions, Queues queues) {
    this.functions = functions;
    this.queues = queues;
    functions
        .settings()
        .state()
        .loadAll(FOLDER, EventSourceMapping.class)
        .forEach(mapping -> mappings.put(mapping.uuid(), mapping));
  }

  /** Begins to poll. */
  synchronized void start() {
    started = true;
    mappings.values().forEach(this::poll);
  }

  /**
   * Makes or changes a mapping.
   *
   * @throws AwsException when there is no such queue or function, the queue would deliver a message
   *     again while the function works on it, or another mapping does the same
   */
  synchronized void put(EventSourceMapping mapping) {
    Functions.Version version = functions.version(mapping.function(), null);
    long visibility;
    try {
      visibility = queues.visibilityTimeout(mapping.queueArn());
    } catch (AwsException e) {
      throw invalid(
          "Error occurred while ReceiveMessage. SQS Error Code: "
              + "AWS.SimpleQueueService.NonExistentQueue. There is no queue "
              + mapping.queueArn());
    }
    int timeout = version.config().timeoutSeconds();
    if (visibility < timeout) {
      throw invalid(
          "Queue visibility timeout: "
              + visibility
              + " seconds is less than Function timeout: "
              + timeout
              + " seconds");
    }
    for (EventSourceMapping other : mappings.values()) {
      if (other.feedsTheSameAs(mapping) && !other.uuid().equals(mapping.uuid())) {
        throw new AwsException(
            409,
            "ResourceConflictException",
            "An event source mapping with SQS arn (\" "
                + mapping.queueArn()
                + " \") and function (\" "
                + mapping.function()
                + " \") already exists. Please update or delete the existing mapping with UUID "
                + other.uuid());
      }
    }
    functions.settings().state().save(file(mapping.uuid()), mapping);
    mappings.put(mapping.uuid(), mapping);
    stop(mapping.uuid());
    if (started) {
      poll(mapping);
    }
  }

  /** Deletes a mapping; done when there is none. A batch that is under way is finished. */
  synchronized void delete(String uuid) {
    mappings.remove(uuid);
    functions.settings().state().delete(file(uuid));
    stop(uuid);
  }

  /** All, by UUID. */
  synchronized List<EventSourceMapping> all() {
    return List.copyOf(mappings.values());
  }

  /** One by its UUID, or by the token it was made with. */
  synchronized Optional<EventSourceMapping> find(String uuidOrToken) {
    return mappings.values().stream()
        .filter(each -> each.uuid().equals(uuidOrToken) || each.token().equals(uuidOrToken))
        .findFirst();
  }

  /** Half of a version's instances stay for those who wait for an answer. */
  private int atOnce(EventSourceMapping mapping) {
    int half = Math.max(1, functions.settings().instances() / 2);
    Integer most = mapping.maximumConcurrency();
    return most == null ? half : Math.min(half, most);
  }

  private void poll(EventSourceMapping mapping) {
    if (!mapping.enabled()) {
      return;
    }
    QueuePoller poller = new QueuePoller(mapping, functions, queues, atOnce(mapping));
    poller.start();
    pollers.put(mapping.uuid(), poller);
  }

  private void stop(String uuid) {
    QueuePoller poller = pollers.remove(uuid);
    if (poller != null) {
      poller.stop();
    }
  }

  /** Stops to poll; what is under way goes on until {@link #close}. */
  synchronized void stop() {
    started = false;
    pollers.values().forEach(QueuePoller::stop);
  }

  /** Ends with the last batch that was under way; the functions must have been stopped before. */
  @Override
  public synchronized void close() {
    stop();
    pollers.values().forEach(QueuePoller::awaitEnd);
    pollers.clear();
  }

  private static String file(String uuid) {
    return FOLDER + "/" + uuid + ".json";
  }

  private static AwsException invalid(String message) {
    return new AwsException(400, "InvalidParameterValueException", message);
  }
}
