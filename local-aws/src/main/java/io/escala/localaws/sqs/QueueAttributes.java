package io.escala.localaws.sqs;

import io.escala.localaws.http.AwsException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The attributes that a queue can be given.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html">SetQueueAttributes</a>
 */
final class QueueAttributes {
  static final String DELAY = "DelaySeconds";
  static final String MAXIMUM_SIZE = "MaximumMessageSize";
  static final String RETENTION = "MessageRetentionPeriod";
  static final String WAIT = "ReceiveMessageWaitTimeSeconds";
  static final String VISIBILITY = "VisibilityTimeout";
  static final String REDRIVE = "RedrivePolicy";
  static final String POLICY = "Policy";

  /** A number's bounds, and what it is unless set. */
  private record Range(long least, long most, long otherwise) {}

  private static final Map<String, Range> NUMBERS =
      Map.of(
          DELAY, new Range(0, 900, 0),
          MAXIMUM_SIZE, new Range(1024, 1_048_576, 1_048_576),
          RETENTION, new Range(60, 1_209_600, 345_600),
          WAIT, new Range(0, 20, 0),
          VISIBILITY, new Range(0, 43_200, 30));

  /** Of these a laptop has nothing but the value. */
  private static final Set<String> RECORDED =
      Set.of(POLICY, "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "SqsManagedSseEnabled");

  private static final Set<String> NOT_HANDLED =
      Set.of(
          "FifoQueue",
          "ContentBasedDeduplication",
          "DeduplicationScope",
          "FifoThroughputLimit",
          "RedriveAllowPolicy");

  private QueueAttributes() {}

  /** All that can be set, by name. */
  static Set<String> names() {
    Set<String> names = new TreeSet<>(NUMBERS.keySet());
    names.addAll(RECORDED);
    names.add(REDRIVE);
    return names;
  }

  /**
   * What a queue has that was given these: an empty text takes an attribute away.
   *
   * @throws AwsException InvalidAttributeName or InvalidAttributeValue; or that one is not handled
   */
  static Map<String, String> changed(Map<String, String> before, Map<String, String> given) {
    Map<String, String> attributes = new TreeMap<>(before);
    given.forEach(
        (name, value) -> {
          if (value.isEmpty() && !NUMBERS.containsKey(name)) {
            requireKnown(name);
            attributes.remove(name);
          } else {
            attributes.put(name, checked(name, value));
          }
        });
    return attributes;
  }

  /** A number of a queue, as set or as it is unless set. */
  static long number(Map<String, String> attributes, String name) {
    String set = attributes.get(name);
    return set == null ? NUMBERS.get(name).otherwise() : Long.parseLong(set);
  }

  /** All, with what they are unless set. */
  static Map<String, String> withDefaults(Map<String, String> attributes) {
    Map<String, String> all = new TreeMap<>();
    NUMBERS.forEach((name, range) -> all.put(name, Long.toString(range.otherwise())));
    if (!attributes.containsKey("KmsMasterKeyId")) {
      all.put("SqsManagedSseEnabled", "true");
    }
    all.putAll(attributes);
    return all;
  }

  private static String checked(String name, String value) {
    requireKnown(name);
    Range range = NUMBERS.get(name);
    if (range != null && !(value.matches("\\d{1,9}") && isWithin(range, Long.parseLong(value)))) {
      throw SqsError.of(
          "InvalidAttributeValue",
          "Invalid value for the parameter "
              + name
              + ": "
              + value
              + " is no whole number from "
              + range.least()
              + " to "
              + range.most()
              + ".");
    }
    return name.equals(REDRIVE) ? RedrivePolicy.parse(value).json() : value;
  }

  private static boolean isWithin(Range range, long value) {
    return value >= range.least() && value <= range.most();
  }

  private static void requireKnown(String name) {
    if (NOT_HANDLED.contains(name)) {
      throw AwsException.notHandled("SQS", "attribute " + name);
    }
    if (!names().contains(name)) {
      throw SqsError.of("InvalidAttributeName", "Unknown Attribute " + name + ".");
    }
  }
}
