package io.escala.localaws.cloudformation;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * A type that exists on a laptop only in the stack's record: nothing answers for it, but other
 * resources refer to its id and attributes.
 *
 * @param name the type
 * @param createOnly properties whose change needs a new resource
 * @param updatable the other properties that are known; any further one fails the deployment
 * @param nameProperty the property that gives the physical id; {@code null} when none does
 * @param id the physical id otherwise, see {@link #expand}
 * @param attributes what {@code Fn::GetAtt} gives, see {@link #expand}
 */
record RecordedType(
    String name,
    Set<String> createOnly,
    Set<String> updatable,
    String nameProperty,
    String id,
    Map<String, String> attributes)
    implements ResourceType {

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    return resource(context, properties, null);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    return resource(context, now, current.physicalId());
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    // the stack's record was all there was
  }

  private Resource resource(
      ResourceContext context, ResourceProperties properties, String existingId) {
    String physicalId = existingId;
    if (physicalId == null && nameProperty != null) {
      physicalId = properties.text(nameProperty).orElse(null);
    }
    if (physicalId == null) {
      physicalId = expand(id, context, properties, "");
    }
    Map<String, Object> values = new LinkedHashMap<>();
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      values.put(attribute.getKey(), expand(attribute.getValue(), context, properties, physicalId));
    }
    properties.recorded(createOnly.toArray(String[]::new));
    properties.recorded(updatable.toArray(String[]::new));
    properties.requireAllRead();
    return new Resource(physicalId, values);
  }

  /**
   * Fills in {@code {name}} (CloudFormation's name for it), {@code {hex}} (17 hexadecimal digits,
   * as in EC2's ids), {@code {uuid}}, {@code {id}} (the physical id), {@code {account}}, {@code
   * {region}} and {@code {=Property}}.
   */
  private static String expand(
      String pattern, ResourceContext context, ResourceProperties properties, String physicalId) {
    UUID unique =
        UUID.nameUUIDFromBytes(
            (context.stackId() + context.logicalId() + context.suffix()).getBytes(UTF_8));
    String text =
        pattern
            .replace("{name}", context.physicalName(64))
            .replace("{hex}", unique.toString().replace("-", "").substring(0, 17))
            .replace("{uuid}", unique.toString())
            .replace("{id}", physicalId)
            .replace("{account}", context.accountId())
            .replace("{region}", context.region());
    for (int start = text.indexOf("{="); start >= 0; start = text.indexOf("{=")) {
      String property = text.substring(start + 2, text.indexOf('}', start));
      text = text.replace("{=" + property + "}", properties.text(property).orElse(""));
    }
    return text;
  }
}
