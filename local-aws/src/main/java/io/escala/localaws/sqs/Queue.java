package io.escala.localaws.sqs;

import io.escala.localaws.state.FileTree;
import io.escala.localaws.state.StateFolder;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One queue and its messages, in memory as in the state folder. {@link Queues} guard it. */
final class Queue {
  static final String QUEUES = "sqs/queues";
  static final String MESSAGES = "sqs/messages";

  private final StateFolder state;
  private final Map<String, StoredMessage> messages = new LinkedHashMap<>();
  private QueueRecord record;
  private long purged;

  /** A queue with the messages that the state folder has for it. */
  Queue(StateFolder state, QueueRecord record) {
    this.state = state;
    this.record = record;
    state.loadAll(MESSAGES + "/" + record.name(), StoredMessage.class).stream()
        .sorted(Comparator.comparingLong(StoredMessage::sent))
        .forEach(message -> messages.put(message.id(), message));
  }

  QueueRecord record() {
    return record;
  }

  void save(QueueRecord changed) {
    state.save(QUEUES + "/" + changed.name() + ".json", changed);
    record = changed;
  }

  /** Takes the queue and all that is in it out of the state folder. */
  void remove() {
    state.delete(QUEUES + "/" + record.name() + ".json");
    FileTree.delete(state.path(MESSAGES + "/" + record.name()));
    messages.clear();
  }

  /** The messages that are not too old, those that were sent first in front. */
  List<StoredMessage> messages(long now) {
    long oldest = now - 1000 * record.number(QueueAttributes.RETENTION);
    List<StoredMessage> all = List.copyOf(messages.values());
    all.stream().filter(m -> m.sent() <= oldest).forEach(m -> remove(m.id()));
    return List.copyOf(messages.values());
  }

  Optional<StoredMessage> message(String id) {
    return Optional.ofNullable(messages.get(id));
  }

  void put(StoredMessage message) {
    state.save(file(message.id()), message);
    messages.put(message.id(), message);
  }

  void remove(String id) {
    state.delete(file(id));
    messages.remove(id);
  }

  /**
   * Removes all messages.
   *
   * @throws io.escala.localaws.http.AwsException PurgeQueueInProgress within a minute of the last
   *     time
   */
  void purge(long now) {
    if (purged != 0 && now - purged < 60_000) {
      throw SqsError.of(
          "PurgeQueueInProgress",
          "Only one PurgeQueue operation on " + record.name() + " is allowed every 60 seconds.");
    }
    purged = now;
    List.copyOf(messages.keySet()).forEach(this::remove);
  }

  private String file(String id) {
    return MESSAGES + "/" + record.name() + "/" + id + ".json";
  }
}
