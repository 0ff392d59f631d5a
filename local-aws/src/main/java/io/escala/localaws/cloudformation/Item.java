package io.escala.localaws.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A resource of a stack, as the stack remembers it.
 *
 * @param physicalId {@code null} until the resource is made
 * @param suffix the random part of its physical name, known before it is made
 * @param properties its properties with all expressions resolved
 * @param dependsOn the logical ids that it needs
 * @param status for example {@code CREATE_COMPLETE}
 */
record Item(
    String logicalId,
    String type,
    String physicalId,
    String suffix,
    Map<String, Object> attributes,
    ObjectNode properties,
    String deletionPolicy,
    String updateReplacePolicy,
    List<String> dependsOn,
    String status,
    String reason,
    Instant updated) {

  Item withStatus(String newStatus, String newReason) {
    return new Item(
        logicalId,
        type,
        physicalId,
        suffix,
        attributes,
        properties,
        deletionPolicy,
        updateReplacePolicy,
        dependsOn,
        newStatus,
        newReason,
        Instant.now());
  }

  Item withResource(Resource resource) {
    return new Item(
        logicalId,
        type,
        resource.physicalId(),
        suffix,
        resource.attributes(),
        properties,
        deletionPolicy,
        updateReplacePolicy,
        dependsOn,
        status,
        reason,
        updated);
  }

  Item withProperties(ObjectNode newProperties) {
    return new Item(
        logicalId,
        type,
        physicalId,
        suffix,
        attributes,
        newProperties,
        deletionPolicy,
        updateReplacePolicy,
        dependsOn,
        status,
        reason,
        updated);
  }

  /** The same resource under what a new template says of it. */
  Item under(Template template) {
    return new Item(
        logicalId,
        type,
        physicalId,
        suffix,
        attributes,
        properties,
        template.deletionPolicy(logicalId),
        template.updateReplacePolicy(logicalId),
        List.copyOf(template.dependencies(logicalId)),
        status,
        reason,
        updated);
  }

  Resource resource() {
    return new Resource(physicalId, attributes);
  }
}
