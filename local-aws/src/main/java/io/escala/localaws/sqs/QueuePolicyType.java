package io.escala.localaws.sqs;

import com.fasterxml.jackson.databind.JsonNode;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code AWS::SQS::QueuePolicy}: kept with its queues, given back, enforced by nothing. */
final class QueuePolicyType implements ResourceType {
  private final Queues queues;

  QueuePolicyType(Queues queues) {
    this.queues = queues;
  }

  @Override
  public String name() {
    return "AWS::SQS::QueuePolicy";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of();
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    put(properties);
    return resource(context.physicalName());
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    List<String> gone = new ArrayList<>(old.texts("Queues"));
    old.whole();
    gone.removeAll(put(now));
    remove(gone);
    return resource(current.physicalId());
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    remove(properties.texts("Queues"));
  }

  private static Resource resource(String id) {
    return new Resource(id, Map.of("Id", id));
  }

  private List<String> put(ResourceProperties properties) {
    String policy =
        properties
            .json("PolicyDocument")
            .map(JsonNode::toString)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        properties.at() + " needs the property PolicyDocument"));
    List<String> urls = properties.texts("Queues");
    properties.requireAllRead();
    urls.forEach(url -> queues.require(queues.addresses().nameOfUrl(url)));
    urls.forEach(url -> set(url, policy));
    return urls;
  }

  private void remove(List<String> urls) {
    for (String url : urls) {
      if (queues.find(queues.addresses().nameOfUrl(url)).isPresent()) {
        set(url, "");
      }
    }
  }

  private void set(String url, String policy) {
    queues.change(
        queues.addresses().nameOfUrl(url),
        queue ->
            queue.with(
                QueueAttributes.changed(queue.attributes(), Map.of(QueueAttributes.POLICY, policy)),
                queue.tags(),
                queues.now()));
  }
}
