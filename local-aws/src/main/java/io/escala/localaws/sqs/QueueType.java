package io.escala.localaws.sqs;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** {@code AWS::SQS::Queue}: a standard queue. Its physical id is its address. */
final class QueueType implements ResourceType {
  private static final int MAX_NAME = 80;
  private static final List<String> PLAIN =
      List.of(
          QueueAttributes.DELAY,
          QueueAttributes.MAXIMUM_SIZE,
          QueueAttributes.RETENTION,
          QueueAttributes.WAIT,
          QueueAttributes.VISIBILITY,
          "KmsMasterKeyId",
          "KmsDataKeyReusePeriodSeconds",
          "SqsManagedSseEnabled");

  private final Queues queues;

  QueueType(Queues queues) {
    this.queues = queues;
  }

  @Override
  public String name() {
    return "AWS::SQS::Queue";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("FifoQueue", "QueueName");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    String name = properties.text("QueueName").orElse(context.physicalName(MAX_NAME));
    Map<String, String> attributes = attributes(properties);
    Map<String, String> tags = tags(properties);
    properties.requireAllRead();
    return resource(queues.create(name, context.physicalName(), attributes, tags));
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    now.recorded("QueueName");
    Map<String, String> attributes = attributes(now);
    Map<String, String> tags = tags(now);
    now.requireAllRead();
    return resource(
        queues.change(
            queues.addresses().nameOfUrl(current.physicalId()),
            queue -> {
              Map<String, String> all = QueueAttributes.changed(Map.of(), attributes);
              // That is AWS::SQS::QueuePolicy's
              String policy = queue.attributes().get(QueueAttributes.POLICY);
              if (policy != null) {
                all.put(QueueAttributes.POLICY, policy);
              }
              return queue.with(all, tags, queues.now());
            }));
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    // After a kill in the middle of create() the engine knows no address
    String known =
        current.physicalId().contains("/")
            ? queues.addresses().nameOfUrl(current.physicalId())
            : context.physicalName();
    queues.find(known).ifPresent(queue -> queues.delete(queue.name()));
  }

  private Resource resource(QueueRecord queue) {
    String url = queues.addresses().url(queue.name());
    return new Resource(
        url,
        Map.of(
            "Arn", queues.addresses().arn(queue.name()),
            "QueueName", queue.name(),
            "QueueUrl", url));
  }

  private static Map<String, String> attributes(ResourceProperties properties) {
    Map<String, String> attributes = new TreeMap<>();
    for (String name : PLAIN) {
      properties.text(name).ifPresent(value -> attributes.put(name, value));
    }
    properties
        .json(QueueAttributes.REDRIVE)
        .map(policy -> policy.isTextual() ? policy.textValue() : policy.toString())
        .ifPresent(policy -> attributes.put(QueueAttributes.REDRIVE, policy));
    return attributes;
  }

  private static Map<String, String> tags(ResourceProperties properties) {
    Map<String, String> tags = new TreeMap<>();
    for (ResourceProperties tag : properties.objects("Tags")) {
      tags.put(tag.requireText("Key"), tag.requireText("Value"));
    }
    return tags;
  }
}
