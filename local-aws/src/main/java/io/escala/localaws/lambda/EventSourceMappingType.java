package io.escala.localaws.lambda;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** {@code AWS::Lambda::EventSourceMapping} of an SQS queue. */
final class EventSourceMappingType implements ResourceType {
  private static final String REPORT = "ReportBatchItemFailures";

  /** What SQS gives at once: more must be gathered. */
  private static final int UNGATHERED = 10;

  private final EventSourceMappings mappings;
  private final LambdaSettings settings;

  EventSourceMappingType(EventSourceMappings mappings, LambdaSettings settings) {
    this.mappings = mappings;
    this.settings = settings;
  }

  @Override
  public String name() {
    return "AWS::Lambda::EventSourceMapping";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of(
        "EventSourceArn",
        "SelfManagedEventSource",
        "StartingPosition",
        "StartingPositionTimestamp");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    return put(UUID.randomUUID().toString(), context.physicalName(), properties);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    EventSourceMapping before = mappings.find(current.physicalId()).orElseThrow();
    old.whole();
    return put(before.uuid(), before.token(), now);
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    mappings.find(current.physicalId()).ifPresent(each -> mappings.delete(each.uuid()));
  }

  private Resource put(String uuid, String token, ResourceProperties properties) {
    String source = properties.requireText("EventSourceArn");
    if (!source.matches("arn:aws(-[a-z]+)*:sqs:[^:]*:\\d{12}:[^:]+")) {
      throw new IllegalArgumentException(
          "local-aws does not handle the event source " + source + ", only SQS queues");
    }
    FunctionAddress address = FunctionAddress.of(properties.requireText("FunctionName"));
    int window = FunctionType.within(properties, "MaximumBatchingWindowInSeconds", 0, 0, 300);
    int size = FunctionType.within(properties, "BatchSize", 10, 1, 10_000);
    if (size > UNGATHERED && window == 0) {
      throw new IllegalArgumentException(
          "a BatchSize over "
              + UNGATHERED
              + " needs a MaximumBatchingWindowInSeconds of at least 1, and this one is "
              + size);
    }
    List<String> responses = properties.texts("FunctionResponseTypes");
    if (!Set.of(REPORT).containsAll(responses)) {
      throw new IllegalArgumentException(
          "FunctionResponseTypes must be " + REPORT + ", but is " + responses);
    }
    Integer concurrency =
        properties
            .object("ScalingConfig")
            .filter(scaling -> scaling.integer("MaximumConcurrency").isPresent())
            .map(scaling -> FunctionType.within(scaling, "MaximumConcurrency", 2, 2, 1000))
            .orElse(null);
    Map<String, String> tags = new LinkedHashMap<>();
    for (ResourceProperties tag : properties.objects("Tags")) {
      tags.put(tag.requireText("Key"), tag.requireText("Value"));
    }
    boolean enabled = properties.bool("Enabled").orElse(true);
    properties.requireAllRead();
    mappings.put(
        new EventSourceMapping(
            uuid,
            token,
            source,
            address.text(),
            enabled,
            size,
            window,
            responses.contains(REPORT),
            concurrency,
            tags,
            System.currentTimeMillis()));
    return new Resource(
        uuid, Map.of("Id", uuid, "EventSourceMappingArn", settings.mappingArn(uuid)));
  }
}
