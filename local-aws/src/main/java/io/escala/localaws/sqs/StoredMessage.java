package io.escala.localaws.sqs;

import java.util.Map;

/**
 * A message in a queue. Times are milliseconds since 1970.
 *
 * @param attributes by name
 * @param traceHeader {@code AWSTraceHeader}, or null
 * @param source ARN of the queue that it came from as a dead letter; null for none
 * @param sent when its sender sent it
 * @param visible when it can be received, again or for the first time
 * @param received how often it was received, also before it became a dead letter
 * @param receivedBefore how often before it came into this queue
 * @param firstReceived 0 for never
 * @param receipt what tells its last receipt from those before; null for never received
 */
record StoredMessage(
    String id,
    String body,
    Map<String, MessageAttribute> attributes,
    String traceHeader,
    String source,
    long sent,
    long visible,
    int received,
    int receivedBefore,
    long firstReceived,
    String receipt) {

  StoredMessage received(String newReceipt, long now, long visibleAgain) {
    return new StoredMessage(
        id,
        body,
        attributes,
        traceHeader,
        source,
        sent,
        visibleAgain,
        received + 1,
        receivedBefore,
        firstReceived == 0 ? now : firstReceived,
        newReceipt);
  }

  StoredMessage visibleAt(long time) {
    return new StoredMessage(
        id,
        body,
        attributes,
        traceHeader,
        source,
        sent,
        time,
        received,
        receivedBefore,
        firstReceived,
        receipt);
  }

  /** As it is in the queue of dead letters. */
  StoredMessage deadFrom(String sourceArn, long now) {
    return new StoredMessage(
        id,
        body,
        attributes,
        traceHeader,
        sourceArn,
        sent,
        now,
        received,
        received,
        firstReceived,
        null);
  }

  int receivedHere() {
    return received - receivedBefore;
  }

  boolean isInFlight(long now) {
    return receipt != null && visible > now;
  }
}
