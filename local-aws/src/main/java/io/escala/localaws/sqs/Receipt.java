package io.escala.localaws.sqs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/**
 * What a receipt handle says.
 *
 * @param queue the queue's name
 * @param messageId the message's
 * @param receipt which of the message's receipts it was
 */
record Receipt(String queue, String messageId, String receipt) {
  String handle() {
    String text = String.join(" ", queue, messageId, receipt);
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
  }

  /**
   * Reads a handle.
   *
   * @throws io.escala.localaws.http.AwsException ReceiptHandleIsInvalid, also for another queue's
   */
  static Receipt of(String queue, String handle) {
    try {
      String[] parts = new String(Base64.getDecoder().decode(handle), UTF_8).split(" ", -1);
      if (parts.length == 3 && parts[0].equals(queue)) {
        return new Receipt(parts[0], parts[1], parts[2]);
      }
    } catch (IllegalArgumentException e) {
      // the same as any other text
    }
    throw SqsError.of(
        "ReceiptHandleIsInvalid",
        "The input receipt handle \"" + handle + "\" is not a valid receipt handle.");
  }
}
