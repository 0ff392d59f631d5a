package io.escala.localaws.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.escala.localaws.cloudformation.Change.Detail;
import io.escala.localaws.cloudformation.StackRecord.Content;
import io.escala.localaws.cloudformation.StackRecord.Output;
import io.escala.localaws.http.AwsException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Tells, without touching a resource, what a deployment will change. */
final class ChangePlanner {
  private static final JsonNode UNKNOWN = TextNode.valueOf(Evaluator.UNKNOWN);

  private final Stacks stacks;
  private final ResourceTypes types;

  ChangePlanner(Stacks stacks, ResourceTypes types) {
    this.stacks = stacks;
    this.types = types;
  }

  /** What becomes of a resource that other expressions refer to. */
  private enum Fate {
    KEPT,
    UPDATED,
    NEW
  }

  /**
   * Checks the content and compares it with the stack.
   *
   * @return the changes; empty optional when nothing at all would change
   */
  Optional<List<Change>> plan(StackRecord stack, Content content) {
    Template template = Template.parse(content.template());
    types.require(template.types());
    Template old =
        stack.content.template() == null ? null : Template.parse(stack.content.template());
    Map<String, Fate> fates = new HashMap<>();
    Evaluator evaluator = evaluator(stack, content, template, fates);
    evaluator.checkRules();
    requireCapabilities(template, content.capabilities());
    Set<String> exists = evaluator.resources();
    List<Change> changes = new ArrayList<>();
    for (String id : template.order(exists)) {
      Item item = stack.resources.get(id);
      if (item == null) {
        evaluator.properties(id);
        fates.put(id, Fate.NEW);
        changes.add(
            new Change("Add", null, id, null, template.type(id), null, List.of(), List.of()));
      } else {
        Optional<Change> change = modify(item, template, old, evaluator);
        change.ifPresent(changes::add);
        fates.put(id, fate(change));
      }
    }
    for (Item item : stack.resources.values()) {
      if (!exists.contains(item.logicalId())) {
        changes.add(
            new Change(
                "Remove",
                item.deletionPolicy().startsWith("Retain") ? "Retain" : "Delete",
                item.logicalId(),
                item.physicalId(),
                item.type(),
                null,
                List.of(),
                List.of()));
      }
    }
    boolean same =
        changes.isEmpty()
            && outputs(template, evaluator).equals(stack.content.outputs())
            && content.tags().equals(stack.content.tags())
            && content.notificationArns().equals(stack.content.notificationArns());
    return same ? Optional.empty() : Optional.of(changes);
  }

  private static Fate fate(Optional<Change> change) {
    if (change.isEmpty() || !change.get().scope().contains("Properties")) {
      return Fate.KEPT;
    }
    return change.get().replacement().equals("False") ? Fate.UPDATED : Fate.NEW;
  }

  private Optional<Change> modify(Item item, Template template, Template old, Evaluator evaluator) {
    String id = item.logicalId();
    if (!item.type().equals(template.type(id))) {
      throw Template.error(
          "Update of resource type is not permitted. The new template modifies resource type of"
              + " the following resources: ["
              + id
              + "]");
    }
    ObjectNode properties = evaluator.properties(id);
    Set<String> replacing =
        Replacement.causes(types.get(item.type()).createOnly(), item.properties(), properties);
    List<Detail> details = new ArrayList<>();
    Set<String> scope = new TreeSet<>();
    String replacement = "False";
    for (String name : Deployer.changed(item.properties(), properties)) {
      scope.add("Properties");
      boolean unknown = properties.has(name) && Evaluator.hasUnknown(properties.get(name));
      String recreation = "Never";
      if (replacing.contains(name)) {
        recreation = unknown ? "Conditionally" : "Always";
        replacement = unknown && !replacement.equals("True") ? "Conditional" : "True";
      }
      details.add(
          new Detail(
              "Properties",
              name,
              recreation,
              unknown ? "Dynamic" : "Static",
              unknown ? "ResourceAttribute" : "DirectModification"));
    }
    for (String field : List.of("Metadata", "DeletionPolicy", "UpdateReplacePolicy")) {
      JsonNode before = old == null ? null : old.resource(id).get(field);
      if (!Objects.equals(before, template.resource(id).get(field))) {
        scope.add(field);
        details.add(new Detail(field, null, "Never", "Static", "DirectModification"));
      }
    }
    if (scope.isEmpty()) {
      return Optional.empty();
    }
    String policy = null;
    if (!replacement.equals("False")) {
      policy =
          template.updateReplacePolicy(id).equals("Retain")
              ? "ReplaceAndRetain"
              : "ReplaceAndDelete";
    }
    return Optional.of(
        new Change(
            "Modify",
            policy,
            id,
            item.physicalId(),
            item.type(),
            replacement,
            List.copyOf(scope),
            details));
  }

  private static void requireCapabilities(Template template, List<String> given) {
    String needed = null;
    List<String> because = new ArrayList<>();
    for (String id : template.names("Resources")) {
      if (template.type(id).startsWith("AWS::IAM::")) {
        because.add(template.type(id));
        ObjectNode properties = template.properties(id);
        boolean named =
            properties.has("RoleName")
                || properties.has("ManagedPolicyName")
                || properties.has("InstanceProfileName");
        if (named) {
          needed = "CAPABILITY_NAMED_IAM";
        } else if (needed == null) {
          needed = "CAPABILITY_IAM";
        }
      }
    }
    boolean enough =
        given.contains("CAPABILITY_NAMED_IAM")
            || ("CAPABILITY_IAM".equals(needed) && given.contains("CAPABILITY_IAM"));
    if (needed != null && !enough) {
      throw new AwsException(
          400,
          "InsufficientCapabilitiesException",
          "Requires capabilities : [" + needed + "] for " + new TreeSet<>(because));
    }
  }

  private static Map<String, Output> outputs(Template template, Evaluator evaluator) {
    Map<String, Output> outputs = new LinkedHashMap<>();
    for (String name : template.names("Outputs")) {
      ObjectNode declared = (ObjectNode) template.section("Outputs").get(name);
      if (evaluator.holds(declared)) {
        String export =
            declared.has("Export")
                ? evaluator.resolve(declared.get("Export").path("Name")).asText()
                : null;
        outputs.put(
            name,
            new Output(
                evaluator.resolve(declared.get("Value")).asText(),
                declared.path("Description").textValue(),
                export));
      }
    }
    return outputs;
  }

  private Evaluator evaluator(
      StackRecord stack, Content content, Template template, Map<String, Fate> fates) {
    ParameterValues parameters = ParameterValues.of(template, content.parameters(), stacks.ssm());
    return new Evaluator(
        template,
        parameters.values(),
        stacks.pseudo(stack, content.notificationArns()),
        new Evaluator.World() {
          @Override
          public JsonNode ref(String logicalId) {
            return fates.getOrDefault(logicalId, Fate.NEW) == Fate.NEW
                ? UNKNOWN
                : TextNode.valueOf(stack.resources.get(logicalId).physicalId());
          }

          @Override
          public JsonNode attribute(String logicalId, String name) {
            return fates.getOrDefault(logicalId, Fate.NEW) != Fate.KEPT
                ? UNKNOWN
                : Stacks.attribute(stack.resources.get(logicalId), name);
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
}
