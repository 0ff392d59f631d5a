package io.escala.localaws.sqs;

import java.util.Map;

/**
 * A message as a receiver gets it.
 *
 * @param receiptHandle by which the receiver deletes it
 * @param systemAttributes all of {@code SenderId}, {@code SentTimestamp}, {@code
 *     ApproximateReceiveCount}, {@code ApproximateFirstReceiveTimestamp} and, where there are such,
 *     {@code AWSTraceHeader} and {@code DeadLetterQueueSourceArn}
 * @param attributes the sender's, by name
 */
public record ReceivedMessage(
    String messageId,
    String receiptHandle,
    String body,
    Map<String, String> systemAttributes,
    Map<String, MessageAttribute> attributes) {

  /** Digest of the body, in hexadecimal digits. */
  public String md5OfBody() {
    return Digests.ofBody(body);
  }

  /** Digest of all attributes; meaningless when there are none. */
  public String md5OfAttributes() {
    return Digests.ofAttributes(attributes);
  }
}
