package io.escala.localaws.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.sqs.MessageAttribute;
import io.escala.localaws.sqs.ReceivedMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Messages of a queue as Lambda hands them to a function.
 *
 * @param messages those in it
 * @param json the event
 * @see <a href="https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html">its form</a>
 */
record SqsEvent(List<ReceivedMessage> messages, String json) {
  /** Bytes of the longest event that a function takes. */
  static final int LONGEST = 6_291_456;

  private static final String BEGIN = "{\"Records\":[";
  private static final String END = "]}";

  /**
   * As few events as the messages fit in; none for none.
   *
   * @param queueArn where they were received
   */
  static List<SqsEvent> of(List<ReceivedMessage> messages, String queueArn) {
    List<SqsEvent> events = new ArrayList<>();
    List<ReceivedMessage> of = new ArrayList<>();
    List<String> records = new ArrayList<>();
    long length = 0;
    for (ReceivedMessage message : messages) {
      String record = record(message, queueArn).toString();
      long more = record.getBytes(UTF_8).length + 1L;
      if (length + more > LONGEST - BEGIN.length() - END.length()) {
        events.add(event(of, records));
        of.clear();
        records.clear();
        length = 0;
      }
      of.add(message);
      records.add(record);
      length += more;
    }
    if (!of.isEmpty()) {
      events.add(event(of, records));
    }
    return events;
  }

  private static SqsEvent event(List<ReceivedMessage> messages, List<String> records) {
    return new SqsEvent(List.copyOf(messages), BEGIN + String.join(",", records) + END);
  }

  private static ObjectNode record(ReceivedMessage message, String queueArn) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("messageId", message.messageId());
    json.put("receiptHandle", message.receiptHandle());
    json.put("body", message.body());
    ObjectNode system = json.putObject("attributes");
    message.systemAttributes().forEach(system::put);
    ObjectNode attributes = json.putObject("messageAttributes");
    for (Map.Entry<String, MessageAttribute> each : message.attributes().entrySet()) {
      MessageAttribute value = each.getValue();
      ObjectNode attribute = attributes.putObject(each.getKey());
      if (value.holdsBytes()) {
        attribute.put("binaryValue", value.binary());
      } else {
        attribute.put("stringValue", value.text());
      }
      attribute.putArray("stringListValues");
      attribute.putArray("binaryListValues");
      attribute.put("dataType", value.dataType());
    }
    if (!message.attributes().isEmpty()) {
      json.put("md5OfMessageAttributes", message.md5OfAttributes());
    }
    json.put("md5OfBody", message.md5OfBody());
    json.put("eventSource", "aws:sqs");
    json.put("eventSourceARN", queueArn);
    json.put("awsRegion", queueArn.split(":", -1)[3]);
    return json;
  }
}
