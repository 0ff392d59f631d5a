package io.escala.localaws.lambda;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A custom resource: the template's function makes, changes and removes it, and answers to a URL.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html">requests
 *     and responses</a>
 */
final class CustomResourceType implements ResourceType {
  /** AWS waits for an hour, which nobody does in front of a laptop. */
  private static final Duration TIMEOUT = Duration.ofMinutes(10);

  private final String name;
  private final Functions functions;
  private final CustomResourceAnswers answers;

  /**
   * The handling of a type.
   *
   * @param name {@code Custom::*} or {@code AWS::CloudFormation::CustomResource}
   */
  CustomResourceType(String name, Functions functions, CustomResourceAnswers answers) {
    this.name = name;
    this.functions = functions;
    this.answers = answers;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("ServiceToken");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) throws Exception {
    ObjectNode event = event("Create", context, properties.at(), texts(properties.whole()));
    return send(event, context.physicalName());
  }

  /** A new physical id means a new resource, and the old one is deleted. */
  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now)
      throws Exception {
    ObjectNode event = event("Update", context, now.at(), texts(now.whole()));
    event.put("PhysicalResourceId", current.physicalId());
    event.set("OldResourceProperties", texts(old.whole()));
    Resource updated = send(event, current.physicalId());
    if (!updated.physicalId().equals(current.physicalId())) {
      delete(context, current, old);
    }
    return updated;
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties)
      throws Exception {
    ObjectNode event = event("Delete", context, properties.at(), texts(properties.whole()));
    event.put("PhysicalResourceId", current.physicalId());
    send(event, current.physicalId());
  }

  private static ObjectNode event(
      String request, ResourceContext context, String type, JsonNode properties) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("RequestType", request);
    event.put("StackId", context.stackId());
    event.put("RequestId", UUID.randomUUID().toString());
    event.put("ResourceType", type);
    event.put("LogicalResourceId", context.logicalId());
    event.set("ResourceProperties", properties);
    return event;
  }

  private Resource send(ObjectNode event, String otherwiseId)
      throws IOException, InterruptedException {
    JsonNode properties = event.get("ResourceProperties");
    String token = properties.path("ServiceToken").asText("");
    String what = event.path("ResourceType").asText() + " " + event.path("RequestType").asText();
    if (!token.startsWith("arn:aws:lambda:")) {
      throw new IllegalArgumentException(
          what + ": ServiceToken must be the ARN of a Lambda function, but is '" + token + "'");
    }
    event.put("ServiceToken", token);
    Duration timeout =
        properties.has("ServiceTimeout")
            ? Duration.ofSeconds(properties.get("ServiceTimeout").asLong())
            : TIMEOUT;
    CustomResourceAnswers.Slot slot = answers.slot();
    event.put("ResponseURL", slot.url());
    JsonNode answer;
    try {
      // A function that fails has not answered; AWS would wait for the timeout.
      CompletableFuture<Invoked> invoked =
          functions.invoke(token, null, event.toString().getBytes(StandardCharsets.UTF_8));
      var unused =
          invoked.thenAccept(
              result ->
                  result
                      .failure()
                      .ifPresent(why -> slot.answer().completeExceptionally(new IOException(why))));
      answer = slot.answer().get(timeout.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException(
          what + " failed in its function: " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException(
          what + ": its function did not answer within " + timeout.toSeconds() + " seconds", e);
    } finally {
      answers.forget(slot);
    }
    if (!answer.path("Status").asText().equals("SUCCESS")) {
      throw new IOException(
          "Received response status ["
              + answer.path("Status").asText("none")
              + "] from custom resource. Message returned: "
              + answer.path("Reason").asText("none"));
    }
    Map<String, Object> attributes = new LinkedHashMap<>();
    answer
        .path("Data")
        .properties()
        .forEach(
            entry ->
                attributes.put(
                    entry.getKey(),
                    entry.getValue().isValueNode()
                        ? entry.getValue().asText()
                        : entry.getValue().toString()));
    String id = answer.path("PhysicalResourceId").asText("");
    return new Resource(id.isEmpty() ? otherwiseId : id, attributes);
  }

  /** CloudFormation hands a function its properties as texts, numbers and booleans too. */
  private static JsonNode texts(JsonNode node) {
    if (node.isObject()) {
      ObjectNode texts = JsonNodeFactory.instance.objectNode();
      node.properties().forEach(entry -> texts.set(entry.getKey(), texts(entry.getValue())));
      return texts;
    }
    if (node.isArray()) {
      ArrayNode texts = JsonNodeFactory.instance.arrayNode();
      node.forEach(item -> texts.add(texts(item)));
      return texts;
    }
    return JsonNodeFactory.instance.textNode(node.asText());
  }
}
