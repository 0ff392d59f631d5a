package io.escala.localaws.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.escala.localaws.cloudformation.StackRecord.Content;
import io.escala.localaws.cloudformation.StackRecord.Output;
import io.escala.localaws.cloudformation.Stacks.Export;
import io.escala.localaws.http.AwsException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Makes a stack what its template says, one resource after another in the order of their needs, and
 * takes back what it did when one fails.
 */
final class Deployer {
  private final Stacks stacks;
  private final ResourceTypes types;

  Deployer(Stacks stacks, ResourceTypes types) {
    this.stacks = stacks;
    this.types = types;
  }

  /** A resource that could not be made, changed or removed. */
  private static final class ResourceFailure extends Exception {
    private static final long serialVersionUID = 1;

    ResourceFailure(String logicalId, Throwable cause) {
      super("[" + logicalId + "]", cause);
    }
  }

  /** Marks the stack as under way; {@link #deploy} does the work. */
  void begin(StackRecord stack, Content content) {
    synchronized (stack) {
      boolean create = stack.content.template() == null;
      stack.contentBefore = create ? null : stack.content;
      stack.resourcesBefore = create ? null : new LinkedHashMap<>(stack.resources);
      stack.content = content.with(stack.content.outputs(), stack.content.imports());
      if (!create) {
        stack.updated = Instant.now();
      }
      stacks.status(stack, create ? "CREATE_IN_PROGRESS" : "UPDATE_IN_PROGRESS", "User Initiated");
    }
  }

  /** Creates or updates the stack that {@link #begin} marked. */
  void deploy(StackRecord stack) {
    boolean create = stack.resourcesBefore == null;
    try {
      Template template = Template.parse(stack.content.template());
      Evaluator evaluator = evaluator(stack, template);
      evaluator.checkRules();
      Set<String> exists = evaluator.resources();
      for (String id : template.order(exists)) {
        apply(stack, template, evaluator, id);
      }
      Map<String, Output> outputs = outputs(stack, template, evaluator);
      synchronized (stack) {
        for (Item item : List.copyOf(stack.resources.values())) {
          if (!exists.contains(item.logicalId())) {
            stack.resources.remove(item.logicalId());
            if (keeps(item.deletionPolicy())) {
              stacks.status(stack, item, "DELETE_SKIPPED", null);
            } else {
              stack.leftovers.add(item);
            }
          }
        }
        stack.content = stack.content.with(outputs, new TreeSet<>(evaluator.imports()));
        stack.contentBefore = null;
        stack.resourcesBefore = null;
        if (!create) {
          stacks.status(stack, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", null);
        }
      }
      if (create) {
        stacks.status(stack, "CREATE_COMPLETE", null);
      } else {
        cleanUp(stack);
      }
    } catch (ResourceFailure e) {
      rollBack(
          stack,
          "The following resource(s) failed to "
              + (create ? "create" : "update")
              + ": "
              + e.getMessage()
              + ".");
    } catch (AwsException | IllegalArgumentException e) {
      rollBack(stack, e.getMessage());
    }
  }

  private void apply(StackRecord stack, Template template, Evaluator evaluator, String id)
      throws ResourceFailure {
    Item old = stack.resources.get(id);
    String typeName = template.type(id);
    ResourceType type = types.get(typeName);
    ObjectNode properties;
    try {
      properties = evaluator.properties(id);
    } catch (RuntimeException e) {
      Item failed =
          old == null ? planned(template, id, JsonNodeFactory.instance.objectNode()) : old;
      throw fail(stack, failed, old == null ? "CREATE_FAILED" : "UPDATE_FAILED", e);
    }
    if (old == null) {
      create(stack, type, planned(template, id, properties));
      return;
    }
    Item now = old.under(template);
    if (!changed(old.properties(), properties).isEmpty()) {
      if (Replacement.causes(type.createOnly(), old.properties(), properties).isEmpty()) {
        update(stack, type, now, properties);
      } else {
        replace(stack, type, now, planned(template, id, properties));
      }
    } else {
      put(stack, now);
    }
  }

  private static Item planned(Template template, String id, ObjectNode properties) {
    return new Item(
        id,
        template.type(id),
        null,
        ResourceContext.newSuffix(),
        Map.of(),
        properties,
        template.deletionPolicy(id),
        template.updateReplacePolicy(id),
        List.copyOf(template.dependencies(id)),
        "CREATE_IN_PROGRESS",
        null,
        Instant.now());
  }

  /** The names of the top-level properties that differ. */
  static Set<String> changed(ObjectNode old, ObjectNode now) {
    Set<String> names = new TreeSet<>();
    old.fieldNames().forEachRemaining(names::add);
    now.fieldNames().forEachRemaining(names::add);
    names.removeIf(name -> Objects.equals(old.get(name), now.get(name)));
    return names;
  }

  private Item create(StackRecord stack, ResourceType type, Item planned) throws ResourceFailure {
    Item item = put(stack, stacks.status(stack, planned, "CREATE_IN_PROGRESS", null));
    try {
      Resource made =
          type.create(
              context(stack, item),
              ResourceProperties.of(item.type(), item.properties().deepCopy()));
      Item done = item.withResource(made);
      return put(stack, stacks.status(stack, done, "CREATE_COMPLETE", null));
    } catch (Exception e) {
      throw fail(stack, item, "CREATE_FAILED", e);
    }
  }

  private void update(StackRecord stack, ResourceType type, Item old, ObjectNode properties)
      throws ResourceFailure {
    Item item = put(stack, stacks.status(stack, old, "UPDATE_IN_PROGRESS", null));
    try {
      Resource now =
          type.update(
              context(stack, old),
              old.resource(),
              ResourceProperties.of(old.type(), old.properties().deepCopy()),
              ResourceProperties.of(old.type(), properties.deepCopy()));
      Item done = item.withProperties(properties).withResource(now);
      synchronized (stack) {
        if (!now.physicalId().equals(old.physicalId())) {
          stack.leftovers.add(old);
        }
        put(stack, stacks.status(stack, done, "UPDATE_COMPLETE", null));
      }
    } catch (Exception e) {
      throw fail(stack, item.withProperties(properties), "UPDATE_FAILED", e);
    }
  }

  private void replace(StackRecord stack, ResourceType type, Item old, Item planned)
      throws ResourceFailure {
    synchronized (stack) {
      stacks.status(
          stack,
          old,
          "UPDATE_IN_PROGRESS",
          "Requested update requires the creation of a new physical resource; hence creating one.");
      stack.leftovers.add(old);
    }
    Item made = create(stack, type, planned);
    synchronized (stack) {
      put(stack, stacks.status(stack, made, "UPDATE_COMPLETE", null));
    }
  }

  private ResourceFailure fail(StackRecord stack, Item item, String status, Exception cause) {
    put(stack, stacks.status(stack, item, status, reason(cause)));
    return new ResourceFailure(item.logicalId(), cause);
  }

  private static String reason(Throwable failure) {
    if (failure instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return "the endpoint was stopped";
    }
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private Item put(StackRecord stack, Item item) {
    synchronized (stack) {
      stack.resources.put(item.logicalId(), item);
      stacks.save(stack);
      return item;
    }
  }

  private ResourceContext context(StackRecord stack, Item item) {
    return stacks.context(stack, item.logicalId(), item.suffix());
  }

  private static boolean keeps(String deletionPolicy) {
    return deletionPolicy.equals("Retain") || deletionPolicy.equals("RetainExceptOnCreate");
  }

  private Evaluator evaluator(StackRecord stack, Template template) {
    ParameterValues parameters =
        ParameterValues.of(template, stack.content.parameters(), stacks.ssm());
    return new Evaluator(
        template,
        parameters.values(),
        stacks.pseudo(stack, stack.content.notificationArns()),
        new Evaluator.World() {
          @Override
          public JsonNode ref(String logicalId) {
            return TextNode.valueOf(stack.resources.get(logicalId).physicalId());
          }

          @Override
          public JsonNode attribute(String logicalId, String name) {
            return Stacks.attribute(stack.resources.get(logicalId), name);
          }

          @Override
          public Optional<String> exported(String name) {
            return stacks.exported(name);
          }

          @Override
          public Optional<String> ssmParameter(String name) {
            return stacks.ssm().apply(name);
          }
        });
  }

  private Map<String, Output> outputs(StackRecord stack, Template template, Evaluator evaluator) {
    Map<String, Output> outputs = new LinkedHashMap<>();
    Map<String, String> exports = new LinkedHashMap<>();
    for (String name : template.names("Outputs")) {
      ObjectNode declared = (ObjectNode) template.section("Outputs").get(name);
      if (!evaluator.holds(declared)) {
        continue;
      }
      JsonNode value = evaluator.resolve(declared.get("Value"));
      if (!value.isValueNode()) {
        throw Template.error(
            "Template format error: The Value field of every Outputs member must evaluate to a"
                + " String: "
                + name
                + " is "
                + value);
      }
      String export = null;
      if (declared.has("Export")) {
        export = evaluator.resolve(declared.get("Export").path("Name")).asText();
        exports.put(export, value.asText());
      }
      outputs.put(
          name, new Output(value.asText(), declared.path("Description").textValue(), export));
    }
    checkExports(stack, exports);
    return outputs;
  }

  private void checkExports(StackRecord stack, Map<String, String> exports) {
    for (Export export : stacks.exports()) {
      if (!export.stack().id.equals(stack.id)) {
        if (exports.containsKey(export.name())) {
          throw Template.error(
              "Export with name "
                  + export.name()
                  + " is already exported by stack "
                  + export.stack().name);
        }
        continue;
      }
      List<String> users = stacks.importers(export.name());
      if (!users.isEmpty() && !export.value().equals(exports.get(export.name()))) {
        throw Template.error(
            (exports.containsKey(export.name())
                    ? "Cannot update export " + export.name()
                    : "Cannot delete export " + export.name())
                + " as it is in use by "
                + String.join(", ", users));
      }
    }
  }

  /** Takes back a failed or interrupted creation or update. */
  void rollBack(StackRecord stack, String reason) {
    if (stack.resourcesBefore == null) {
      rollBackCreation(stack, reason);
    } else {
      rollBackUpdate(stack, reason);
    }
  }

  private void rollBackCreation(StackRecord stack, String reason) {
    stacks.status(stack, "ROLLBACK_IN_PROGRESS", reason);
    List<String> failed = deleteAll(stack, "Retain"::equals);
    synchronized (stack) {
      stack.content = stack.content.with(Map.of(), new TreeSet<>());
    }
    if (failed.isEmpty()) {
      stacks.status(stack, "ROLLBACK_COMPLETE", reason);
    } else {
      stacks.status(
          stack,
          "ROLLBACK_FAILED",
          "The following resource(s) failed to delete: " + failed + ". After: " + reason);
    }
  }

  private void rollBackUpdate(StackRecord stack, String reason) {
    stacks.status(stack, "UPDATE_ROLLBACK_IN_PROGRESS", reason);
    List<String> failed = new ArrayList<>();
    List<Item> current = new ArrayList<>(stack.resources.values());
    Collections.reverse(current);
    for (Item item : current) {
      Item before = stack.resourcesBefore.get(item.logicalId());
      if (before == null || !before.suffix().equals(item.suffix())) {
        takeBack(stack, item, before);
      } else if (!Objects.equals(before.physicalId(), item.physicalId())) {
        takeBack(stack, item, before); // an update that gave a new physical id
      } else if (!before.properties().equals(item.properties())
          || item.status().equals("UPDATE_IN_PROGRESS")) {
        if (!restore(stack, item, before)) {
          failed.add(item.logicalId());
        }
      } else {
        put(stack, before);
      }
    }
    if (!failed.isEmpty()) {
      stacks.status(
          stack,
          "UPDATE_ROLLBACK_FAILED",
          "The following resource(s) failed to update: " + failed + ". After: " + reason);
      return;
    }
    synchronized (stack) {
      // what was there before is no leftover of this update
      stack.leftovers.removeIf(
          item -> {
            Item before = stack.resourcesBefore.get(item.logicalId());
            return before != null && Objects.equals(before.physicalId(), item.physicalId());
          });
      stack.resources = new LinkedHashMap<>(stack.resources);
      stack.content = stack.contentBefore;
      stack.contentBefore = null;
      stack.resourcesBefore = null;
      stacks.status(stack, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", reason);
    }
    cleanUp(stack);
  }

  private void takeBack(StackRecord stack, Item item, Item before) {
    synchronized (stack) {
      stack.leftovers.add(item);
      if (before == null) {
        stack.resources.remove(item.logicalId());
        stacks.save(stack);
      } else {
        put(stack, before);
      }
    }
  }

  private boolean restore(StackRecord stack, Item item, Item before) {
    Item under = put(stack, stacks.status(stack, item, "UPDATE_IN_PROGRESS", null));
    try {
      Resource restored =
          types
              .get(item.type())
              .update(
                  context(stack, item),
                  item.resource(),
                  ResourceProperties.of(item.type(), item.properties().deepCopy()),
                  ResourceProperties.of(item.type(), before.properties().deepCopy()));
      put(stack, stacks.status(stack, before.withResource(restored), "UPDATE_COMPLETE", null));
      return true;
    } catch (Exception e) {
      put(stack, stacks.status(stack, under, "UPDATE_FAILED", reason(e)));
      return false;
    }
  }

  /** Deletes what an update or its rollback left over; what does not go is reported and left. */
  void cleanUp(StackRecord stack) {
    List<Item> left = new ArrayList<>(stack.leftovers);
    Collections.reverse(left);
    Set<String> done = new HashSet<>();
    while (done.size() < left.size()) {
      Item next = nextToDelete(left, done);
      done.add(next.suffix() + next.physicalId());
      boolean replaced = stack.resources.containsKey(next.logicalId());
      boolean rollback = stack.status.startsWith("UPDATE_ROLLBACK");
      if (replaced && !rollback && next.updateReplacePolicy().equals("Retain")) {
        stacks.status(stack, next, "DELETE_SKIPPED", null);
      } else {
        delete(stack, next);
      }
      synchronized (stack) {
        stack.leftovers.removeIf(item -> isSame(item, next));
        stacks.save(stack);
      }
    }
    stacks.status(
        stack,
        stack.status.startsWith("UPDATE_ROLLBACK") ? "UPDATE_ROLLBACK_COMPLETE" : "UPDATE_COMPLETE",
        stack.status.startsWith("UPDATE_ROLLBACK") ? stack.reason : null);
  }

  private static Item nextToDelete(List<Item> items, Set<String> done) {
    List<Item> waiting =
        items.stream().filter(item -> !done.contains(item.suffix() + item.physicalId())).toList();
    for (Item item : waiting) {
      if (waiting.stream().noneMatch(other -> other.dependsOn().contains(item.logicalId()))) {
        return item;
      }
    }
    return waiting.get(0);
  }

  private static boolean isSame(Item a, Item b) {
    return a.suffix().equals(b.suffix()) && Objects.equals(a.physicalId(), b.physicalId());
  }

  /** Deletes a resource; says whether it is gone. */
  private boolean delete(StackRecord stack, Item item) {
    Item under = stacks.status(stack, item, "DELETE_IN_PROGRESS", null);
    try {
      ResourceContext context = context(stack, item);
      Resource resource =
          item.physicalId() == null
              ? new Resource(context.physicalName(), Map.of())
              : item.resource();
      types
          .get(item.type())
          .delete(
              context, resource, ResourceProperties.of(item.type(), item.properties().deepCopy()));
      stacks.status(stack, under, "DELETE_COMPLETE", null);
      return true;
    } catch (Exception e) {
      Item failed = stacks.status(stack, under, "DELETE_FAILED", reason(e));
      synchronized (stack) {
        if (stack.resources.values().stream().anyMatch(other -> isSame(other, item))) {
          put(stack, failed);
        }
      }
      return false;
    }
  }

  /** Deletes all resources, dependants first; gives the logical ids of those that did not go. */
  private List<String> deleteAll(StackRecord stack, Predicate<String> keptByPolicy) {
    List<String> failed = new ArrayList<>();
    List<Item> left = new ArrayList<>(stack.resources.values());
    left.addAll(stack.leftovers);
    Collections.reverse(left);
    Set<String> done = new HashSet<>();
    Set<String> stuck = new HashSet<>();
    while (done.size() < left.size()) {
      Item next = nextToDelete(left, done);
      done.add(next.suffix() + next.physicalId());
      if (stuck.contains(next.logicalId())) {
        stuck.addAll(next.dependsOn());
        continue; // something that needs it is still there
      }
      boolean gone = true;
      if (keptByPolicy.test(next.deletionPolicy()) && next.physicalId() != null) {
        stacks.status(stack, next, "DELETE_SKIPPED", null);
      } else {
        gone = delete(stack, next);
      }
      if (gone) {
        synchronized (stack) {
          stack.resources.values().removeIf(item -> isSame(item, next));
          stack.leftovers.removeIf(item -> isSame(item, next));
          stacks.save(stack);
        }
      } else {
        failed.add(next.logicalId());
        stuck.addAll(next.dependsOn());
      }
    }
    return failed;
  }

  /** Marks the stack as going; {@link #delete(StackRecord, Set)} does the work. */
  void beginDelete(StackRecord stack) {
    stacks.status(stack, "DELETE_IN_PROGRESS", "User Initiated");
  }

  /** Deletes the stack that {@link #beginDelete} marked, except for some resources. */
  void delete(StackRecord stack, Set<String> retained) {
    for (Export export : stacks.exports()) {
      List<String> users = stacks.importers(export.name());
      if (export.stack().id.equals(stack.id) && !users.isEmpty()) {
        stacks.status(
            stack,
            "DELETE_FAILED",
            "Cannot delete export "
                + export.name()
                + " as it is in use by "
                + String.join(", ", users));
        return;
      }
    }
    synchronized (stack) {
      for (String id : retained) {
        Item item = stack.resources.remove(id);
        if (item != null) {
          stacks.status(stack, item, "DELETE_SKIPPED", null);
        }
      }
    }
    List<String> failed = deleteAll(stack, Deployer::keeps);
    if (failed.isEmpty()) {
      synchronized (stack) {
        stack.deleted = Instant.now();
        stack.changeSets.clear();
        stack.content = stack.content.with(Map.of(), new TreeSet<>());
        stacks.status(stack, "DELETE_COMPLETE", null);
      }
      stacks.remove(stack);
    } else {
      stacks.status(
          stack, "DELETE_FAILED", "The following resource(s) failed to delete: " + failed + ".");
    }
  }

  /** Ends what a killed endpoint left under way. */
  void recover(StackRecord stack) {
    String reason = "The endpoint was stopped while the stack was in " + stack.status + ".";
    switch (stack.status) {
      case "CREATE_IN_PROGRESS",
          "ROLLBACK_IN_PROGRESS",
          "UPDATE_IN_PROGRESS",
          "UPDATE_ROLLBACK_IN_PROGRESS" ->
          rollBack(stack, reason);
      case "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS" ->
          cleanUp(stack);
      case "DELETE_IN_PROGRESS" ->
          stacks.status(stack, "DELETE_FAILED", reason + " Delete it again.");
      default -> {
        // nothing was under way
      }
    }
  }
}
