package io.escala.localaws.sqs;

import io.escala.localaws.http.AwsException;
import io.escala.localaws.state.StateFolder;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** All queues. They and their messages outlive the endpoint. */
public final class Queues {
  private final Map<String, Queue> queues = new TreeMap<>();
  private final StateFolder state;
  private final Clock clock;
  private final QueueAddresses addresses;

  /** Queues as the state folder remembers them. */
  public Queues(StateFolder state, Clock clock, QueueAddresses addresses) {
    this.state = state;
    this.clock = clock;
    this.addresses = addresses;
    for (QueueRecord record : state.loadAll(Queue.QUEUES, QueueRecord.class)) {
      queues.put(record.name(), new Queue(state, record));
    }
  }

  /**
   * How many messages a queue has, about.
   *
   * @param visible those that can be received now
   * @param inFlight those that were received and neither deleted nor given up
   * @param delayed those that cannot be received yet
   */
  record Counts(int visible, int inFlight, int delayed) {}

  /** Where queues are. */
  QueueAddresses addresses() {
    return addresses;
  }

  /**
   * Makes a queue.
   *
   * @throws AwsException QueueNameExists if there is one of this name
   */
  synchronized QueueRecord create(
      String name, String token, Map<String, String> attributes, Map<String, String> tags) {
    if (name.endsWith(".fifo")) {
      throw AwsException.notHandled("SQS", "FIFO queues: " + name);
    }
    if (!name.matches("[a-zA-Z0-9_-]{1,80}")) {
      throw SqsError.of(
          "InvalidParameterValueException",
          "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length: "
              + name);
    }
    if (queues.containsKey(name)) {
      throw SqsError.of(
          "QueueNameExists", "A queue already exists with the same name: " + name + ".");
    }
    long now = clock.millis();
    QueueRecord record =
        new QueueRecord(
            name, token, QueueAttributes.changed(Map.of(), attributes), Map.copyOf(tags), now, now);
    requireDeadLetterQueue(record);
    // What a kill left of a queue of this name that was deleted is none of this one's
    Queue queue = new Queue(state, record);
    queue.remove();
    queue.save(record);
    queues.put(name, queue);
    return record;
  }

  /** Changes attributes or tags. */
  synchronized QueueRecord change(String name, UnaryOperator<QueueRecord> change) {
    Queue queue = get(name);
    QueueRecord changed = change.apply(queue.record());
    requireDeadLetterQueue(changed);
    queue.save(changed);
    notifyAll(); // visibility, delays and the queue of dead letters may be others
    return changed;
  }

  private void requireDeadLetterQueue(QueueRecord record) {
    Optional<RedrivePolicy> policy = record.redrive();
    if (policy.isEmpty()) {
      return;
    }
    Optional<String> target = addresses.nameOfArn(policy.get().deadLetterTargetArn());
    if (target.filter(queues::containsKey).isEmpty()) {
      throw SqsError.invalid(
          QueueAttributes.REDRIVE, policy.get().json(), "Dead letter target does not exist.");
    }
    if (target.get().equals(record.name())) {
      throw SqsError.invalid(
          QueueAttributes.REDRIVE,
          policy.get().json(),
          "A queue cannot be its own queue of dead letters.");
    }
  }

  /** All, by name. */
  synchronized List<QueueRecord> all() {
    return queues.values().stream().map(Queue::record).toList();
  }

  /** One by its name, or by the token it was made with. */
  synchronized Optional<QueueRecord> find(String nameOrToken) {
    return all().stream()
        .filter(each -> each.name().equals(nameOrToken) || nameOrToken.equals(each.token()))
        .findFirst();
  }

  /**
   * One by its name.
   *
   * @throws AwsException QueueDoesNotExist
   */
  synchronized QueueRecord require(String name) {
    return get(name).record();
  }

  /**
   * How long a received message of a queue is hidden, in seconds.
   *
   * @param arn the queue's
   * @throws AwsException QueueDoesNotExist
   */
  public long visibilityTimeout(String arn) {
    return require(named(arn)).number(QueueAttributes.VISIBILITY);
  }

  private String named(String arn) {
    return addresses.nameOfArn(arn).orElseThrow(SqsError::noQueue);
  }

  private Queue get(String name) {
    Queue queue = queues.get(name);
    if (queue == null) {
      throw SqsError.noQueue();
    }
    return queue;
  }

  /** Deletes a queue with its messages; done when there is none. */
  synchronized void delete(String name) {
    Queue queue = queues.remove(name);
    if (queue != null) {
      queue.remove();
      notifyAll(); // who waits for its messages
    }
  }

  /**
   * Puts a message into a queue.
   *
   * @return its id
   * @throws AwsException if there is no such queue or the message is too long for it
   */
  synchronized String send(String name, NewMessage message) {
    Queue queue = get(name);
    QueueRecord record = queue.record();
    long most = record.number(QueueAttributes.MAXIMUM_SIZE);
    if (message.size() > most) {
      throw SqsError.of(
          "InvalidParameterValueException",
          "One or more parameters are invalid. Reason: Message must be shorter than "
              + most
              + " bytes.");
    }
    long delay =
        message.delaySeconds() == null
            ? record.number(QueueAttributes.DELAY)
            : message.delaySeconds();
    long now = clock.millis();
    String id = UUID.randomUUID().toString();
    queue.put(
        new StoredMessage(
            id,
            message.body(),
            new LinkedHashMap<>(message.attributes()),
            message.traceHeader(),
            null,
            now,
            now + 1000 * delay,
            0,
            0,
            0,
            null));
    notifyAll();
    return id;
  }

  /**
   * Receives messages, and hides them from other receivers.
   *
   * @param arn the queue's
   * @param most how many at most
   * @param wait for the first one
   * @param givenUp asked while it waits, after each {@link #wake}
   * @return none when there is none in time
   * @throws AwsException QueueDoesNotExist, also when it is deleted meanwhile
   */
  public List<ReceivedMessage> receive(String arn, int most, Duration wait, BooleanSupplier givenUp)
      throws InterruptedException {
    return receive(named(arn), most, null, wait, givenUp);
  }

  /**
   * @param visibilitySeconds null for the queue's own
   */
  synchronized List<ReceivedMessage> receive(
      String name, int most, Integer visibilitySeconds, Duration wait, BooleanSupplier givenUp)
      throws InterruptedException {
    long deadline = clock.millis() + wait.toMillis();
    while (true) {
      Queue queue = get(name);
      long now = clock.millis();
      List<ReceivedMessage> messages = take(queue, most, visibilitySeconds, now);
      if (!messages.isEmpty() || now >= deadline || givenUp.getAsBoolean()) {
        return messages;
      }
      long next =
          queue.messages(now).stream().mapToLong(StoredMessage::visible).min().orElse(deadline);
      wait(Math.max(1, Math.min(next, deadline) - now));
    }
  }

  /** Has those who wait for messages ask whether they have given up. */
  public synchronized void wake() {
    notifyAll();
  }

  private List<ReceivedMessage> take(Queue queue, int most, Integer visibilitySeconds, long now) {
    QueueRecord record = queue.record();
    long hidden =
        visibilitySeconds == null ? record.number(QueueAttributes.VISIBILITY) : visibilitySeconds;
    List<ReceivedMessage> taken = new ArrayList<>();
    for (StoredMessage message : queue.messages(now)) {
      if (taken.size() == most) {
        break;
      }
      if (message.visible() <= now && !isMoved(queue, message, now)) {
        StoredMessage received =
            message.received(UUID.randomUUID().toString(), now, now + 1000 * hidden);
        queue.put(received);
        taken.add(seen(record.name(), received));
      }
    }
    return taken;
  }

  /**
   * A message that was received often enough becomes a dead letter when it would be received once
   * more, as on AWS.
   */
  private boolean isMoved(Queue queue, StoredMessage message, long now) {
    Optional<RedrivePolicy> policy = queue.record().redrive();
    if (policy.isEmpty() || message.receivedHere() < policy.get().maxReceiveCount()) {
      return false;
    }
    Queue dead =
        addresses.nameOfArn(policy.get().deadLetterTargetArn()).map(queues::get).orElse(null);
    if (dead == null) {
      return false; // it was deleted: the message goes on being received
    }
    dead.put(message.deadFrom(addresses.arn(queue.record().name()), now));
    queue.remove(message.id());
    notifyAll();
    return true;
  }

  private ReceivedMessage seen(String queue, StoredMessage message) {
    Map<String, String> system = new TreeMap<>();
    system.put("SenderId", addresses.accountId());
    system.put("SentTimestamp", Long.toString(message.sent()));
    system.put("ApproximateReceiveCount", Integer.toString(message.received()));
    system.put("ApproximateFirstReceiveTimestamp", Long.toString(message.firstReceived()));
    if (message.traceHeader() != null) {
      system.put("AWSTraceHeader", message.traceHeader());
    }
    if (message.source() != null) {
      system.put("DeadLetterQueueSourceArn", message.source());
    }
    return new ReceivedMessage(
        message.id(),
        new Receipt(queue, message.id(), message.receipt()).handle(),
        message.body(),
        system,
        message.attributes());
  }

  /**
   * Deletes messages that were received; one that was received again since then stays.
   *
   * @param arn the queue's
   * @throws AwsException QueueDoesNotExist
   */
  public synchronized void deleteMessages(String arn, List<ReceivedMessage> messages) {
    String name = named(arn);
    messages.forEach(message -> deleteMessage(name, message.receiptHandle()));
  }

  /**
   * Deletes a message; one that is gone, or was received again since then, is left as it is.
   *
   * @throws AwsException ReceiptHandleIsInvalid
   */
  synchronized void deleteMessage(String name, String receiptHandle) {
    Queue queue = get(name);
    Receipt receipt = Receipt.of(name, receiptHandle);
    queue
        .message(receipt.messageId())
        .filter(message -> receipt.receipt().equals(message.receipt()))
        .ifPresent(message -> queue.remove(message.id()));
  }

  /**
   * Hides a message that is in flight for so many seconds from now.
   *
   * @throws AwsException ReceiptHandleIsInvalid, MessageNotInflight
   */
  synchronized void changeVisibility(String name, String receiptHandle, int seconds) {
    Queue queue = get(name);
    Receipt receipt = Receipt.of(name, receiptHandle);
    long now = clock.millis();
    StoredMessage message =
        queue
            .message(receipt.messageId())
            .filter(each -> receipt.receipt().equals(each.receipt()))
            .orElseThrow(
                () ->
                    SqsError.invalid(
                        "ReceiptHandle",
                        receiptHandle,
                        "Message does not exist or is not available for visibility timeout"
                            + " change."));
    if (!message.isInFlight(now)) {
      throw SqsError.of("MessageNotInflight", "The message " + message.id() + " is not in flight.");
    }
    queue.put(message.visibleAt(now + 1000L * seconds));
    notifyAll();
  }

  synchronized void purge(String name) {
    get(name).purge(clock.millis());
  }

  synchronized Counts counts(String name) {
    long now = clock.millis();
    int visible = 0;
    int inFlight = 0;
    int delayed = 0;
    for (StoredMessage message : get(name).messages(now)) {
      if (message.visible() <= now) {
        visible++;
      } else if (message.isInFlight(now)) {
        inFlight++;
      } else {
        delayed++;
      }
    }
    return new Counts(visible, inFlight, delayed);
  }

  long now() {
    return clock.millis();
  }
}
