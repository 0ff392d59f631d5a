package io.escala.localaws.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.escala.localaws.cloudformation.StackRecord.Event;
import io.escala.localaws.cloudformation.StackRecord.Output;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.state.StateFolder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** All stacks: kept as one record each, deleted ones remembered until the endpoint stops. */
final class Stacks {
  private static final String IN_REVIEW = "REVIEW_IN_PROGRESS";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_EVENTS = 2000;

  private final StateFolder state;
  private final Map<String, StackRecord> live = new LinkedHashMap<>();
  private final List<StackRecord> deleted = new ArrayList<>();
  private final Function<String, Optional<String>> ssm;
  private volatile boolean closed;
  final String region;
  final String accountId;

  Stacks(
      StateFolder state, Function<String, Optional<String>> ssm, String region, String accountId) {
    this.state = state;
    this.ssm = ssm;
    this.region = region;
    this.accountId = accountId;
    state
        .loadAll("cloudformation", StackRecord.class)
        .forEach(stack -> live.put(stack.name, stack));
  }

  Function<String, Optional<String>> ssm() {
    return ssm;
  }

  synchronized List<StackRecord> all() {
    List<StackRecord> all = new ArrayList<>(live.values());
    all.addAll(deleted);
    return all;
  }

  synchronized List<StackRecord> live() {
    return List.copyOf(live.values());
  }

  /** A stack by its name, or by its id also when deleted. */
  synchronized Optional<StackRecord> find(String nameOrId) {
    if (!nameOrId.startsWith("arn:")) {
      return Optional.ofNullable(live.get(nameOrId));
    }
    return all().stream().filter(stack -> stack.id.equals(nameOrId)).findFirst();
  }

  StackRecord require(String nameOrId) {
    return find(nameOrId)
        .orElseThrow(
            () ->
                new AwsException(
                    400, "ValidationError", "Stack with id " + nameOrId + " does not exist"));
  }

  /** A new stack in review, with an event: what a first change set makes. */
  StackRecord addInReview(String name) {
    StackRecord stack = add(name);
    status(stack, IN_REVIEW, "User Initiated");
    return stack;
  }

  /** A new stack, in review until it is created. */
  synchronized StackRecord add(String name) {
    if (!name.matches("[A-Za-z][A-Za-z0-9-]{0,127}")) {
      throw Template.error(
          "1 validation error detected: Value '"
              + name
              + "' at 'stackName' failed to satisfy"
              + " constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*");
    }
    if (live.containsKey(name)) {
      throw new AwsException(400, "AlreadyExistsException", "Stack [" + name + "] already exists");
    }
    StackRecord stack = new StackRecord();
    stack.name = name;
    stack.id =
        "arn:aws:cloudformation:"
            + region
            + ":"
            + accountId
            + ":stack/"
            + name
            + "/"
            + UUID.randomUUID();
    stack.created = Instant.now();
    stack.status = IN_REVIEW;
    live.put(name, stack);
    return stack;
  }

  /** Keeps all stacks as they are on disk: what is under way ends here. */
  void close() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  /** Keeps the stack as it is now. */
  void save(StackRecord stack) {
    synchronized (stack) {
      if (closed) {
        throw new IllegalStateException("the endpoint was stopped");
      }
      state.save(file(stack), stack);
    }
  }

  /** Forgets a stack that is gone. */
  synchronized void remove(StackRecord stack) {
    live.remove(stack.name);
    deleted.add(stack);
    state.delete(file(stack));
  }

  private static String file(StackRecord stack) {
    return "cloudformation/" + stack.name + ".json";
  }

  /** Gives the stack a status, with an event. */
  void status(StackRecord stack, String status, String reason) {
    synchronized (stack) {
      if (status.endsWith("_IN_PROGRESS") && !status.endsWith("_CLEANUP_IN_PROGRESS")) {
        stack.operation = UUID.randomUUID().toString();
      }
      stack.status = status;
      stack.reason = reason;
      event(stack, stack.name, stack.id, "AWS::CloudFormation::Stack", status, reason, null);
      save(stack);
    }
  }

  /** Gives a resource a status, with an event. */
  Item status(StackRecord stack, Item item, String status, String reason) {
    synchronized (stack) {
      Item changed = item.withStatus(status, reason);
      event(
          stack,
          item.logicalId(),
          item.physicalId() == null ? "" : item.physicalId(),
          item.type(),
          status,
          reason,
          item.properties().toString());
      return changed;
    }
  }

  private static void event(
      StackRecord stack,
      String logicalId,
      String physicalId,
      String type,
      String status,
      String reason,
      String properties) {
    Instant time = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    if (!stack.events.isEmpty()) {
      Instant last = stack.events.get(stack.events.size() - 1).time();
      time = time.isAfter(last) ? time : last.plusMillis(1); // readers sort by it
    }
    stack.events.add(
        new Event(
            UUID.randomUUID().toString(),
            stack.operation,
            time,
            logicalId,
            physicalId,
            type,
            status,
            reason,
            properties));
    if (stack.events.size() > MAX_EVENTS) {
      stack.events.remove(0);
    }
  }

  /** An export with the stack that makes it. */
  record Export(String name, String value, StackRecord stack) {}

  List<Export> exports() {
    List<Export> exports = new ArrayList<>();
    for (StackRecord stack : live()) {
      for (Output output : stack.content.outputs().values()) {
        if (output.export() != null) {
          exports.add(new Export(output.export(), output.value(), stack));
        }
      }
    }
    return exports;
  }

  Optional<String> exported(String name) {
    return exports().stream().filter(e -> e.name().equals(name)).map(Export::value).findFirst();
  }

  /** The stacks that use an export. */
  List<String> importers(String export) {
    return live().stream()
        .filter(stack -> stack.content.imports().contains(export))
        .map(stack -> stack.name)
        .toList();
  }

  /** What the pseudo parameters give in a stack. */
  Map<String, JsonNode> pseudo(StackRecord stack, List<String> notificationArns) {
    ArrayNode topics = JsonNodeFactory.instance.arrayNode();
    notificationArns.forEach(topics::add);
    return Map.of(
        "AWS::AccountId", TextNode.valueOf(accountId),
        "AWS::Region", TextNode.valueOf(region),
        "AWS::Partition", TextNode.valueOf("aws"),
        "AWS::URLSuffix", TextNode.valueOf("amazonaws.com"),
        "AWS::StackName", TextNode.valueOf(stack.name),
        "AWS::StackId", TextNode.valueOf(stack.id),
        "AWS::NotificationARNs", topics);
  }

  ResourceContext context(StackRecord stack, String logicalId, String suffix) {
    return new ResourceContext(accountId, region, stack.name, stack.id, logicalId, suffix);
  }

  /** An attribute of a resource that exists. */
  static JsonNode attribute(Item item, String name) {
    Object value = item.attributes().get(name);
    if (value == null) {
      throw Template.error(
          "Template error: resource "
              + item.logicalId()
              + " of type "
              + item.type()
              + " has no attribute "
              + name
              + " that local-aws handles; it has "
              + item.attributes().keySet().stream().sorted().toList());
    }
    return JSON.valueToTree(value);
  }
}
