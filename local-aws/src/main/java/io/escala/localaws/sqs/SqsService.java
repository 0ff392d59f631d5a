package io.escala.localaws.sqs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.AwsRequest;
import io.escala.localaws.http.AwsResponse;
import io.escala.localaws.http.AwsService;
import io.escala.localaws.http.JsonProtocol;
import io.escala.localaws.http.Page;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Amazon SQS: standard queues. */
public final class SqsService implements AwsService, AutoCloseable {
  private static final int LONGEST_BATCH = 1_048_576;
  private static final int LONGEST_PAGE = 1000;

  /** The attributes that a queue can be asked for, beside those that it can be given. */
  private static final Set<String> READ_ONLY =
      Set.of(
          "RedriveAllowPolicy", // no queue has one
          "ApproximateNumberOfMessages",
          "ApproximateNumberOfMessagesNotVisible",
          "ApproximateNumberOfMessagesDelayed",
          "CreatedTimestamp",
          "LastModifiedTimestamp",
          "QueueArn");

  private static final String ALL = "All";

  private final Queues queues;
  private volatile boolean closed;

  /** The API over these queues. */
  public SqsService(Queues queues) {
    this.queues = queues;
  }

  /** The resource types of SQS. */
  public List<ResourceType> types() {
    return List.of(new QueueType(queues), new QueuePolicyType(queues));
  }

  @Override
  public String signingName() {
    return "sqs";
  }

  @Override
  public AwsResponse handle(AwsRequest request) throws IOException {
    String operation = JsonProtocol.operation(request);
    SqsInput in = new SqsInput(operation, JsonProtocol.read(request));
    try {
      return respond(200, Map.of(), answer(operation, in));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AwsException(503, "ServiceUnavailable", "the endpoint stops");
    }
  }

  @Override
  public AwsResponse error(AwsRequest request, AwsException error) {
    String older = SqsError.olderName(error.code());
    return respond(
        error.status(),
        Map.of("x-amzn-query-error", older + (error.status() < 500 ? ";Sender" : ";Receiver")),
        JsonProtocol.object()
            .put("__type", "com.amazonaws.sqs#" + error.code())
            .put("message", error.getMessage()));
  }

  private static AwsResponse respond(int status, Map<String, String> more, ObjectNode body) {
    Map<String, String> headers = new LinkedHashMap<>(more);
    headers.put("Content-Type", "application/x-amz-json-1.0");
    return AwsResponse.of(status, headers, body.toString().getBytes(UTF_8));
  }

  /** Lets go who waits for messages. */
  @Override
  public void close() {
    closed = true;
    queues.wake();
  }

  private ObjectNode answer(String operation, SqsInput in) throws InterruptedException {
    return switch (operation) {
      case "CreateQueue" -> create(in);
      case "DeleteQueue" -> delete(in);
      case "GetQueueUrl" -> url(in);
      case "ListQueues" -> list(in);
      case "ListDeadLetterSourceQueues" -> sources(in);
      case "GetQueueAttributes" -> attributes(in);
      case "SetQueueAttributes" -> setAttributes(in);
      case "ListQueueTags" -> tags(in);
      case "TagQueue" -> tag(in);
      case "UntagQueue" -> untag(in);
      case "SendMessage" -> send(in);
      case "SendMessageBatch" -> sendBatch(in);
      case "ReceiveMessage" -> receive(in);
      case "DeleteMessage" -> deleteMessage(in);
      case "DeleteMessageBatch" -> deleteMessages(in);
      case "ChangeMessageVisibility" -> changeVisibility(in);
      case "ChangeMessageVisibilityBatch" -> changeVisibilities(in);
      case "PurgeQueue" -> purge(in);
      default -> throw AwsException.notHandled("SQS", operation);
    };
  }

  private ObjectNode create(SqsInput in) {
    String name = in.requireText("QueueName");
    Map<String, String> attributes = in.textMap("Attributes");
    Map<String, String> tags = in.textMap("tags");
    in.requireAllRead();
    if (queues.find(name).filter(queue -> queue.name().equals(name)).isEmpty()) {
      queues.create(name, null, attributes, tags);
    } else {
      requireSame(queues.require(name), attributes);
    }
    return JsonProtocol.object().put("QueueUrl", queues.addresses().url(name));
  }

  /** Who asks again for a queue that is there gets it, unless it wants another. */
  private static void requireSame(QueueRecord queue, Map<String, String> wanted) {
    Map<String, String> there = QueueAttributes.withDefaults(queue.attributes());
    QueueAttributes.changed(Map.of(), wanted)
        .forEach(
            (name, value) -> {
              if (!value.equals(there.get(name))) {
                throw SqsError.of(
                    "QueueNameExists",
                    "A queue already exists with the same name and a different value for attribute "
                        + name);
              }
            });
  }

  private ObjectNode delete(SqsInput in) {
    String name = existing(in);
    in.requireAllRead();
    queues.delete(name);
    return JsonProtocol.object();
  }

  private ObjectNode url(SqsInput in) {
    String name = in.requireText("QueueName");
    String account = in.text("QueueOwnerAWSAccountId").orElse(queues.addresses().accountId());
    in.requireAllRead();
    if (!account.equals(queues.addresses().accountId())) {
      throw SqsError.noQueue();
    }
    queues.require(name);
    return JsonProtocol.object().put("QueueUrl", queues.addresses().url(name));
  }

  private ObjectNode list(SqsInput in) {
    String prefix = in.text("QueueNamePrefix").orElse("");
    return urls(in, "QueueUrls", queue -> queue.name().startsWith(prefix));
  }

  private ObjectNode sources(SqsInput in) {
    String arn = queues.addresses().arn(existing(in));
    return urls(
        in,
        "queueUrls",
        queue -> queue.redrive().filter(r -> r.deadLetterTargetArn().equals(arn)).isPresent());
  }

  /** As on AWS, only who says how long a page may be hears of the next one. */
  private ObjectNode urls(SqsInput in, String member, Predicate<QueueRecord> which) {
    Optional<Integer> most = in.integer("MaxResults", 1, LONGEST_PAGE);
    String token = in.text("NextToken").orElse("");
    in.requireAllRead();
    List<QueueRecord> found = queues.all().stream().filter(which).toList();
    ObjectNode out;
    try {
      out =
          Page.of(found, token, most.orElse(LONGEST_PAGE))
              .json(
                  member,
                  "NextToken",
                  queue -> TextNode.valueOf(queues.addresses().url(queue.name())));
    } catch (IllegalArgumentException e) {
      throw SqsError.invalid("NextToken", token, e.getMessage());
    }
    if (most.isEmpty()) {
      out.remove("NextToken");
    }
    return out;
  }

  private ObjectNode attributes(SqsInput in) {
    String name = existing(in);
    List<String> wanted = in.texts("AttributeNames");
    in.requireAllRead();
    Set<String> known = QueueAttributes.names();
    for (String attribute : wanted) {
      if (!attribute.equals(ALL) && !known.contains(attribute) && !READ_ONLY.contains(attribute)) {
        throw SqsError.of("InvalidAttributeName", "Unknown Attribute " + attribute + ".");
      }
    }
    QueueRecord queue = queues.require(name);
    Queues.Counts counts = queues.counts(name);
    Map<String, String> all = new TreeMap<>(QueueAttributes.withDefaults(queue.attributes()));
    all.put("ApproximateNumberOfMessages", Integer.toString(counts.visible()));
    all.put("ApproximateNumberOfMessagesNotVisible", Integer.toString(counts.inFlight()));
    all.put("ApproximateNumberOfMessagesDelayed", Integer.toString(counts.delayed()));
    all.put("CreatedTimestamp", Long.toString(queue.created() / 1000));
    all.put("LastModifiedTimestamp", Long.toString(queue.modified() / 1000));
    all.put("QueueArn", queues.addresses().arn(name));
    ObjectNode out = JsonProtocol.object();
    if (!wanted.isEmpty()) {
      ObjectNode given = out.putObject("Attributes");
      all.forEach(
          (attribute, value) -> {
            if (wanted.contains(ALL) || wanted.contains(attribute)) {
              given.put(attribute, value);
            }
          });
    }
    return out;
  }

  private ObjectNode setAttributes(SqsInput in) {
    String name = existing(in);
    Map<String, String> given = in.requireTextMap("Attributes");
    in.requireAllRead();
    queues.change(
        name,
        queue ->
            queue.with(
                QueueAttributes.changed(queue.attributes(), given), queue.tags(), queues.now()));
    return JsonProtocol.object();
  }

  private ObjectNode tags(SqsInput in) {
    String name = existing(in);
    in.requireAllRead();
    ObjectNode out = JsonProtocol.object();
    Map<String, String> tags = queues.require(name).tags();
    if (!tags.isEmpty()) {
      ObjectNode given = out.putObject("Tags");
      tags.forEach(given::put);
    }
    return out;
  }

  private ObjectNode tag(SqsInput in) {
    String name = existing(in);
    Map<String, String> more = in.requireTextMap("Tags");
    in.requireAllRead();
    queues.change(
        name,
        queue -> {
          Map<String, String> tags = new TreeMap<>(queue.tags());
          tags.putAll(more);
          return queue.with(queue.attributes(), tags, queue.modified());
        });
    return JsonProtocol.object();
  }

  private ObjectNode untag(SqsInput in) {
    String name = existing(in);
    List<String> keys = in.texts("TagKeys");
    in.requireAllRead();
    queues.change(
        name,
        queue -> {
          Map<String, String> tags = new TreeMap<>(queue.tags());
          tags.keySet().removeAll(keys);
          return queue.with(queue.attributes(), tags, queue.modified());
        });
    return JsonProtocol.object();
  }

  private ObjectNode send(SqsInput in) {
    String name = existing(in);
    return sent(name, MessageInput.of(in));
  }

  private ObjectNode sendBatch(SqsInput in) {
    String name = existing(in);
    Map<String, SqsInput> entries = Batches.entries(in);
    in.requireAllRead();
    long size =
        entries.values().stream()
            .mapToLong(entry -> entry.text("MessageBody").orElse("").getBytes(UTF_8).length)
            .sum();
    if (size > LONGEST_BATCH) {
      throw SqsError.of(
          "BatchRequestTooLong",
          "Batch requests cannot be longer than "
              + LONGEST_BATCH
              + " bytes. You have sent "
              + size
              + " bytes.");
    }
    return Batches.answer(
        entries,
        entry -> {
          NewMessage message = MessageInput.of(entry);
          return () -> sent(name, message);
        });
  }

  private ObjectNode sent(String queue, NewMessage message) {
    String id = queues.send(queue, message);
    ObjectNode out =
        JsonProtocol.object()
            .put("MessageId", id)
            .put("MD5OfMessageBody", Digests.ofBody(message.body()));
    if (!message.attributes().isEmpty()) {
      out.put("MD5OfMessageAttributes", Digests.ofAttributes(message.attributes()));
    }
    if (message.traceHeader() != null) {
      out.put(
          "MD5OfMessageSystemAttributes",
          Digests.ofAttributes(
              Map.of(
                  "AWSTraceHeader", new MessageAttribute("String", message.traceHeader(), null))));
    }
    return out;
  }

  private ObjectNode receive(SqsInput in) throws InterruptedException {
    String name = existing(in);
    int most = in.integer("MaxNumberOfMessages", 1, 10).orElse(1);
    Integer visibility = in.integer("VisibilityTimeout", 0, 43_200).orElse(null);
    long wait =
        in.integer("WaitTimeSeconds", 0, 20)
            .map(Long::valueOf)
            .orElseGet(() -> queues.require(name).number(QueueAttributes.WAIT));
    ReceivedJson json =
        new ReceivedJson(
            in.texts("AttributeNames"),
            in.texts("MessageSystemAttributeNames"),
            in.texts("MessageAttributeNames"));
    in.requireAllRead();
    List<ReceivedMessage> messages =
        queues.receive(name, most, visibility, Duration.ofSeconds(wait), () -> closed);
    ObjectNode out = JsonProtocol.object();
    if (!messages.isEmpty()) {
      ArrayNode list = out.putArray("Messages");
      messages.forEach(message -> list.add(json.of(message)));
    }
    return out;
  }

  private ObjectNode deleteMessage(SqsInput in) {
    return deletion(existing(in), in).get();
  }

  private ObjectNode deleteMessages(SqsInput in) {
    String name = existing(in);
    Map<String, SqsInput> entries = Batches.entries(in);
    in.requireAllRead();
    return Batches.answer(entries, entry -> deletion(name, entry));
  }

  private Supplier<ObjectNode> deletion(String queue, SqsInput in) {
    String handle = in.requireText("ReceiptHandle");
    in.requireAllRead();
    return () -> {
      queues.deleteMessage(queue, handle);
      return JsonProtocol.object();
    };
  }

  private ObjectNode changeVisibility(SqsInput in) {
    return visibility(existing(in), in).get();
  }

  private ObjectNode changeVisibilities(SqsInput in) {
    String name = existing(in);
    Map<String, SqsInput> entries = Batches.entries(in);
    in.requireAllRead();
    return Batches.answer(entries, entry -> visibility(name, entry));
  }

  private Supplier<ObjectNode> visibility(String queue, SqsInput in) {
    String handle = in.requireText("ReceiptHandle");
    int seconds =
        in.integer("VisibilityTimeout", 0, 43_200)
            .orElseThrow(() -> SqsError.missing("VisibilityTimeout"));
    in.requireAllRead();
    return () -> {
      queues.changeVisibility(queue, handle, seconds);
      return JsonProtocol.object();
    };
  }

  private ObjectNode purge(SqsInput in) {
    String name = existing(in);
    in.requireAllRead();
    queues.purge(name);
    return JsonProtocol.object();
  }

  private String existing(SqsInput in) {
    return queues.require(queues.addresses().nameOfUrl(in.requireText("QueueUrl"))).name();
  }
}
