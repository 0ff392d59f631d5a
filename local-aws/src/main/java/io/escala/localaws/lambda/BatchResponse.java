package io.escala.localaws.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.localaws.sqs.ReceivedMessage;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads what a function says of a batch.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html">success
 *     and failure conditions</a>
 */
final class BatchResponse {
  private static final ObjectMapper JSON = new ObjectMapper();

  private BatchResponse() {}

  /**
   * The messages that are done. None if the function failed, or if what it reports of failures
   * cannot be understood.
   *
   * @param reportsFailures whether it was asked for a report
   */
  static List<ReceivedMessage> succeeded(
      List<ReceivedMessage> batch, Invoked invoked, boolean reportsFailures) {
    if (invoked.functionError() != null) {
      return List.of();
    }
    if (!reportsFailures) {
      return batch;
    }
    JsonNode response;
    try {
      response = JSON.readTree(invoked.payload());
    } catch (IOException e) {
      return List.of();
    }
    if (response.isMissingNode() || response.isNull()) {
      return batch;
    }
    JsonNode failures = response.path("batchItemFailures");
    if (response.isObject() && (failures.isMissingNode() || failures.isNull())) {
      return batch;
    }
    Set<String> all = batch.stream().map(ReceivedMessage::messageId).collect(Collectors.toSet());
    Set<String> failed = new HashSet<>();
    for (JsonNode failure : failures) {
      failed.add(failure.path("itemIdentifier").asText(""));
    }
    if (!failures.isArray() || !all.containsAll(failed)) {
      return List.of();
    }
    return batch.stream().filter(message -> !failed.contains(message.messageId())).toList();
  }
}
