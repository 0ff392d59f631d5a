package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.util.Map;
import java.util.Set;

/** {@code AWS::StepFunctions::StateMachine}. */
final class StateMachineType implements ResourceType {
  private final StateMachines machines;

  StateMachineType(StateMachines machines) {
    this.machines = machines;
  }

  @Override
  public String name() {
    return "AWS::StepFunctions::StateMachine";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("StateMachineName", "StateMachineType");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    Wanted wanted = Wanted.of(properties);
    return resource(
        machines.create(
            wanted.name == null ? context.physicalName(80) : wanted.name,
            context.physicalName(),
            wanted.definition,
            wanted.role,
            wanted.logging));
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    Wanted wanted = Wanted.of(now);
    old.whole();
    return resource(
        machines.change(current.physicalId(), wanted.definition, wanted.role, wanted.logging));
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties)
      throws InterruptedException {
    var machine = machines.find(current.physicalId());
    if (machine.isPresent()) {
      machines.delete(machine.get());
    }
  }

  /** What a template asks for. */
  private record Wanted(String name, String definition, String role, ObjectNode logging) {
    static Wanted of(ResourceProperties properties) {
      String type = properties.text("StateMachineType").orElse("STANDARD");
      if (!type.equals("STANDARD")) {
        throw new IllegalArgumentException(
            "local-aws does not handle StateMachineType " + type + ", only STANDARD");
      }
      String definition =
          properties
              .json("Definition")
              .map(JsonNode::toString)
              .or(() -> properties.text("DefinitionString"))
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          properties.at() + " needs the property Definition or DefinitionString"));
      for (Map.Entry<String, String> each :
          properties.textMap("DefinitionSubstitutions").entrySet()) {
        definition = definition.replace("${" + each.getKey() + "}", each.getValue());
      }
      Wanted wanted =
          new Wanted(
              properties.text("StateMachineName").orElse(null),
              definition,
              properties.requireText("RoleArn"),
              properties
                  .json("LoggingConfiguration")
                  .map(json -> (ObjectNode) json.deepCopy())
                  .orElse(null));
      properties.recorded("Tags");
      properties.requireAllRead();
      return wanted;
    }
  }

  private static Resource resource(StateMachineRecord machine) {
    return new Resource(
        machine.arn(),
        Map.of(
            "Arn",
            machine.arn(),
            "Name",
            machine.name(),
            "StateMachineRevisionId",
            machine.revision()));
  }
}
