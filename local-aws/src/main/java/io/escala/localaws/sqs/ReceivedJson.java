package io.escala.localaws.sqs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.JsonProtocol;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Messages in the names of SQS's API, with those attributes that the receiver asks for. */
final class ReceivedJson {
  private static final String ALL = "All";

  private static final Set<String> SYSTEM =
      Set.of(
          ALL,
          "SenderId",
          "SentTimestamp",
          "ApproximateReceiveCount",
          "ApproximateFirstReceiveTimestamp",
          "SequenceNumber",
          "MessageDeduplicationId",
          "MessageGroupId",
          "AWSTraceHeader",
          "DeadLetterQueueSourceArn");

  private final Set<String> system = new TreeSet<>();
  private final List<String> names;

  /**
   * @param older the system's, as clients asked before there was the next one
   * @param system the system's
   * @param names the sender's; {@code All}, and beginnings that end with {@code .*}
   * @throws io.escala.localaws.http.AwsException InvalidAttributeName
   */
  ReceivedJson(List<String> older, List<String> system, List<String> names) {
    this.system.addAll(older);
    this.system.addAll(system);
    this.names = names;
    for (String name : this.system) {
      if (!SYSTEM.contains(name)) {
        throw SqsError.invalid("AttributeNames", name, "Unknown Attribute " + name + ".");
      }
    }
  }

  ObjectNode of(ReceivedMessage message) {
    ObjectNode json =
        JsonProtocol.object()
            .put("MessageId", message.messageId())
            .put("ReceiptHandle", message.receiptHandle())
            .put("MD5OfBody", message.md5OfBody())
            .put("Body", message.body());
    Map<String, String> known = new TreeMap<>(message.systemAttributes());
    known.keySet().removeIf(name -> !system.contains(ALL) && !system.contains(name));
    if (!known.isEmpty()) {
      ObjectNode attributes = json.putObject("Attributes");
      known.forEach(attributes::put);
    }
    Map<String, MessageAttribute> wanted = new TreeMap<>(message.attributes());
    wanted.keySet().removeIf(name -> names.stream().noneMatch(asked -> means(asked, name)));
    if (!wanted.isEmpty()) {
      json.put("MD5OfMessageAttributes", Digests.ofAttributes(wanted));
      ObjectNode attributes = json.putObject("MessageAttributes");
      wanted.forEach((name, value) -> attributes.set(name, of(value)));
    }
    return json;
  }

  private static ObjectNode of(MessageAttribute attribute) {
    ObjectNode json = JsonProtocol.object().put("DataType", attribute.dataType());
    return attribute.holdsBytes()
        ? json.put("BinaryValue", attribute.binary())
        : json.put("StringValue", attribute.text());
  }

  private static boolean means(String asked, String name) {
    return asked.equals(ALL)
        || asked.equals(name)
        || (asked.endsWith(".*") && name.startsWith(asked.substring(0, asked.length() - 1)))
        || asked.equals(".*");
  }
}
