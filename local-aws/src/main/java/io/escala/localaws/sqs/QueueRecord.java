package io.escala.localaws.sqs;

import java.util.Map;
import java.util.Optional;

/**
 * A queue as it is remembered. Times are milliseconds since 1970.
 *
 * @param token what its maker calls it, to find it again after a kill; null if it has no other name
 * @param attributes those that were set
 */
record QueueRecord(
    String name,
    String token,
    Map<String, String> attributes,
    Map<String, String> tags,
    long created,
    long modified) {

  QueueRecord with(Map<String, String> newAttributes, Map<String, String> newTags, long now) {
    return new QueueRecord(name, token, newAttributes, newTags, created, now);
  }

  long number(String attribute) {
    return QueueAttributes.number(attributes, attribute);
  }

  Optional<RedrivePolicy> redrive() {
    return Optional.ofNullable(attributes.get(QueueAttributes.REDRIVE)).map(RedrivePolicy::parse);
  }
}
