package io.escala.localaws.sqs;

import java.math.BigDecimal;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads what a sender hands in. */
final class MessageInput {
  private static final int MOST_ATTRIBUTES = 10;
  private static final Pattern TYPE = Pattern.compile("(String|Number|Binary)(\\.[^\\s]{1,249})?");
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_-]+(\\.[a-zA-Z0-9_-]+)*");
  private static final String TRACE = "AWSTraceHeader";

  private MessageInput() {}

  /**
   * The message in a request or in an entry of a batch.
   *
   * @throws io.escala.localaws.http.AwsException InvalidMessageContents, InvalidParameterValue
   */
  static NewMessage of(SqsInput in) {
    String body = in.requireText("MessageBody");
    if (body.isEmpty()) {
      throw SqsError.missing("MessageBody");
    }
    requireXmlCharacters(body);
    Map<String, SqsInput> given = in.objects("MessageAttributes");
    if (given.size() > MOST_ATTRIBUTES) {
      throw SqsError.of(
          "InvalidParameterValueException",
          "Number of message attributes [" + given.size() + "] exceeds the allowed maximum [10].");
    }
    Map<String, MessageAttribute> attributes = new LinkedHashMap<>();
    given.forEach((name, value) -> attributes.put(name, attribute(name, value)));
    Map<String, SqsInput> system = in.objects("MessageSystemAttributes");
    for (String name : system.keySet()) {
      if (!name.equals(TRACE)) {
        throw SqsError.of(
            "InvalidParameterValueException",
            "Message system attribute name '" + name + "' is invalid.");
      }
    }
    NewMessage message =
        new NewMessage(
            body,
            attributes,
            system.isEmpty() ? null : attribute(TRACE, system.get(TRACE)).text(),
            in.integer("DelaySeconds", 0, 900).orElse(null));
    in.requireAllRead();
    return message;
  }

  private static MessageAttribute attribute(String name, SqsInput in) {
    if (!NAME.matcher(name).matches() || name.length() > 256) {
      throw SqsError.of(
          "InvalidParameterValueException", "Message attribute name '" + name + "' is invalid.");
    }
    String type = in.requireText("DataType");
    if (!TYPE.matcher(type).matches()) {
      throw invalid(name, "type '" + type + "' is none of String, Number and Binary");
    }
    String text = in.text("StringValue").orElse(null);
    String binary = in.text("BinaryValue").orElse(null);
    in.requireAllRead();
    if (type.startsWith("Binary")) {
      requireBase64(name, binary);
      return new MessageAttribute(type, null, binary);
    }
    if (text == null || text.isEmpty()) {
      throw invalid(name, "must contain a non-empty value of type " + type);
    }
    requireXmlCharacters(text);
    if (type.startsWith("Number")) {
      try {
        var unused = new BigDecimal(text);
      } catch (NumberFormatException e) {
        throw invalid(name, "is no number: " + text);
      }
    }
    return new MessageAttribute(type, text, null);
  }

  private static void requireBase64(String name, String binary) {
    try {
      if (binary != null && Base64.getDecoder().decode(binary).length > 0) {
        return;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw invalid(name, "must contain a non-empty value of type Binary");
  }

  private static RuntimeException invalid(String name, String why) {
    return SqsError.of(
        "InvalidParameterValueException", "The message attribute '" + name + "' " + why + ".");
  }

  private static void requireXmlCharacters(String text) {
    boolean valid =
        text.codePoints()
            .allMatch(
                c ->
                    c == 0x9
                        || c == 0xA
                        || c == 0xD
                        || (c >= 0x20 && c <= 0xD7FF)
                        || (c >= 0xE000 && c <= 0xFFFD)
                        || c >= 0x10000);
    if (!valid) {
      throw SqsError.of(
          "InvalidMessageContents",
          "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF"
              + " | #xE000 to #xFFFD | #x10000 to #x10FFFF.");
    }
  }
}
