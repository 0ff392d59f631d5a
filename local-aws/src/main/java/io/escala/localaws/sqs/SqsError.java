package io.escala.localaws.sqs;

import io.escala.localaws.http.AwsException;
import java.util.Map;

/** SQS's errors. Each has two names: of its shape, and the older one that clients read first. */
final class SqsError {
  /** The shapes whose older name is not the same. */
  private static final Map<String, String> OLDER_NAMES =
      Map.ofEntries(
          older("QueueDoesNotExist", "NonExistentQueue"),
          older("MessageNotInflight", "MessageNotInflight"),
          older("PurgeQueueInProgress", "PurgeQueueInProgress"),
          older("EmptyBatchRequest", "EmptyBatchRequest"),
          older("TooManyEntriesInBatchRequest", "TooManyEntriesInBatchRequest"),
          older("BatchEntryIdsNotDistinct", "BatchEntryIdsNotDistinct"),
          older("BatchRequestTooLong", "BatchRequestTooLong"),
          older("InvalidBatchEntryId", "InvalidBatchEntryId"),
          Map.entry("QueueNameExists", "QueueAlreadyExists"),
          Map.entry("InvalidParameterValueException", "InvalidParameterValue"),
          Map.entry("MissingRequiredParameterException", "MissingParameter"));

  private SqsError() {}

  private static Map.Entry<String, String> older(String shape, String name) {
    return Map.entry(shape, "AWS.SimpleQueueService." + name);
  }

  /** The name that the query protocol had for an error, and the SDKs still go by. */
  static String olderName(String shape) {
    return OLDER_NAMES.getOrDefault(shape, shape);
  }

  static AwsException of(String shape, String message) {
    return new AwsException(400, shape, message);
  }

  static AwsException noQueue() {
    return of("QueueDoesNotExist", "The specified queue does not exist.");
  }

  static AwsException invalid(String parameter, Object value, String reason) {
    return of(
        "InvalidParameterValueException",
        "Value " + value + " for parameter " + parameter + " is invalid. Reason: " + reason);
  }

  static AwsException missing(String parameter) {
    return of(
        "MissingRequiredParameterException",
        "The request must contain the parameter " + parameter + ".");
  }
}
