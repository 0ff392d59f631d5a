package io.escala.localaws.sqs;

import com.fasterxml.jackson.databind.JsonNode;
import io.escala.localaws.http.JsonProtocol;

/**
 * Where messages go that nobody can handle.
 *
 * @param deadLetterTargetArn the queue
 * @param maxReceiveCount how often a message is received before
 */
record RedrivePolicy(String deadLetterTargetArn, int maxReceiveCount) {
  private static final int MOST = 1000;
  private static final int OTHERWISE = 10;

  /**
   * Reads a policy; the number may be text, as CloudFormation and many clients send it.
   *
   * @throws io.escala.localaws.http.AwsException InvalidParameterValue
   */
  static RedrivePolicy parse(String json) {
    JsonNode policy;
    try {
      policy = JsonProtocol.parse(json);
    } catch (IllegalArgumentException e) {
      throw SqsError.invalid(QueueAttributes.REDRIVE, json, "Redrive policy is not a valid JSON.");
    }
    String target = policy.path("deadLetterTargetArn").asText("");
    if (!policy.isObject() || target.isEmpty()) {
      throw SqsError.invalid(
          QueueAttributes.REDRIVE, json, "Redrive policy does not contain deadLetterTargetArn.");
    }
    for (String name : (Iterable<String>) policy::fieldNames) {
      if (!name.equals("deadLetterTargetArn") && !name.equals("maxReceiveCount")) {
        throw SqsError.invalid(
            QueueAttributes.REDRIVE, json, "Only deadLetterTargetArn and maxReceiveCount fit.");
      }
    }
    int count = policy.path("maxReceiveCount").asInt(policy.has("maxReceiveCount") ? 0 : OTHERWISE);
    if (count < 1 || count > MOST) {
      throw SqsError.invalid(
          QueueAttributes.REDRIVE,
          json,
          "Invalid value for maxReceiveCount, valid values are from 1 to " + MOST + ".");
    }
    return new RedrivePolicy(target, count);
  }

  String json() {
    return JsonProtocol.object()
        .put("deadLetterTargetArn", deadLetterTargetArn)
        .put("maxReceiveCount", maxReceiveCount)
        .toString();
  }
}
