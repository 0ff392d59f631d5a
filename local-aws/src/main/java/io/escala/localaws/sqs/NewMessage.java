package io.escala.localaws.sqs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/**
 * A message as its sender hands it in.
 *
 * @param traceHeader {@code AWSTraceHeader}, or null
 * @param delaySeconds null for the queue's own delay
 */
record NewMessage(
    String body,
    Map<String, MessageAttribute> attributes,
    String traceHeader,
    Integer delaySeconds) {

  /** Bytes that count towards the limits: the body and its attributes' names, types and values. */
  long size() {
    long size = body.getBytes(UTF_8).length;
    for (Map.Entry<String, MessageAttribute> each : attributes.entrySet()) {
      size += each.getKey().getBytes(UTF_8).length;
      size += each.getValue().dataType().getBytes(UTF_8).length;
      size += each.getValue().bytes().length;
    }
    return size;
  }
}
