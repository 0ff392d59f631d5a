package io.escala.localaws.sqs;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where queues are.
 *
 * @param endpoint the address of this endpoint
 * @param region of all queues
 * @param accountId of all queues, twelve digits
 */
public record QueueAddresses(String endpoint, String region, String accountId) {
  /** The host does not matter: it has another port after a start with {@code --port}. */
  private static final Pattern URL = Pattern.compile("(?:https?://[^/]+)?/(\\d{12})/([^/]+)/?");

  String url(String name) {
    return endpoint + "/" + accountId + "/" + name;
  }

  String arn(String name) {
    return "arn:aws:sqs:" + region + ":" + accountId + ":" + name;
  }

  /**
   * The name in a queue's address.
   *
   * @throws io.escala.localaws.http.AwsException InvalidAddress, or QueueDoesNotExist for another
   *     account's
   */
  String nameOfUrl(String url) {
    Matcher parts = URL.matcher(url);
    if (!parts.matches()) {
      throw SqsError.of(
          "InvalidAddress", "The address " + url + " is not valid for this endpoint.");
    }
    if (!parts.group(1).equals(accountId)) {
      throw SqsError.noQueue();
    }
    return parts.group(2);
  }

  /** The name in an ARN; empty if it is no queue's of this account and region. */
  Optional<String> nameOfArn(String arn) {
    String prefix = arn("");
    return arn.startsWith(prefix) ? Optional.of(arn.substring(prefix.length())) : Optional.empty();
  }
}
