package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.AwsService;
import io.escala.localaws.http.JsonProtocol;
import io.escala.localaws.http.JsonService;
import io.escala.localaws.http.Page;
import io.escala.localaws.http.ServiceClient;
import io.escala.localaws.state.StateFolder;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/** AWS Step Functions: standard state machines, whose tasks are EMR's and EMR Serverless's. */
public final class StatesService implements JsonService, AutoCloseable {
  /** The longest list that one answer holds. */
  private static final int PAGE = 1000;

  private final StateMachines machines;

  /**
   * Step Functions over a state folder.
   *
   * @param emr what tasks of clusters ask
   * @param serverless what tasks of EMR Serverless ask
   */
  public StatesService(
      StateFolder state, AwsService emr, AwsService serverless, String region, String accountId) {
    this(state, new ServiceClient(emr), new ServiceClient(serverless), region, accountId);
  }

  private StatesService(
      StateFolder state,
      ServiceClient emr,
      ServiceClient serverless,
      String region,
      String accountId) {
    this(
        new StateMachines(
            state,
            integrations(emr, serverless),
            Timer.REAL,
            "arn:aws:states:" + region + ":" + accountId + ":",
            emr));
  }

  StatesService(StateMachines machines) {
    this.machines = machines;
  }

  private static Integrations integrations(ServiceClient emr, ServiceClient serverless) {
    List<Integration> all = new ArrayList<>(ClusterTasks.all(emr));
    all.add(new ServerlessTask(serverless));
    return new Integrations(all);
  }

  /** The resource types of Step Functions that are really made. */
  public List<ResourceType> types() {
    return List.of(new StateMachineType(machines));
  }

  @Override
  public String signingName() {
    return "states";
  }

  @Override
  public void close() {
    machines.close();
  }

  @Override
  public ObjectNode answer(String operation, ObjectNode input) {
    ObjectNode output = JsonProtocol.object();
    switch (operation) {
      case "StartExecution" -> {
        ExecutionRecord execution =
            machines.start(
                text(input, "stateMachineArn"), input.path("name").textValue(), payload(input));
        output.put("executionArn", execution.arn());
        time(output, "startDate", execution.started());
      }
      case "StopExecution" -> time(output, "stopDate", stop(input).stopped());
      case "DescribeExecution" -> describe(execution(input), output);
      case "DescribeStateMachineForExecution" -> {
        ExecutionRecord execution = execution(input);
        StateMachineRecord machine = machines.require(execution.machineArn());
        output.put("stateMachineArn", machine.arn());
        output.put("name", machine.name());
        output.put("definition", execution.definition());
        output.put("roleArn", machine.roleArn());
        output.put("revisionId", execution.revision());
        time(output, "updateDate", execution.started());
      }
      case "ListExecutions" -> {
        String status = input.path("statusFilter").asText("");
        List<ExecutionRecord> executions =
            machines.executions(machines.require(text(input, "stateMachineArn")).arn()).stream()
                .filter(each -> status.isEmpty() || each.status().equals(status))
                .toList();
        page(input, output, "executions", executions, StatesService::summary);
      }
      case "GetExecutionHistory" -> {
        List<Event> events = new ArrayList<>(execution(input).events());
        if (input.path("reverseOrder").asBoolean()) {
          Collections.reverse(events);
        }
        page(input, output, "events", events, Event::json);
      }
      case "DescribeStateMachine" -> {
        StateMachineRecord machine = machines.require(text(input, "stateMachineArn"));
        summary(machine).properties().forEach(each -> output.set(each.getKey(), each.getValue()));
        output.put("status", "ACTIVE");
        output.put("definition", machine.definition());
        output.put("roleArn", machine.roleArn());
        output.put("revisionId", machine.revision());
        if (machine.logging() != null) {
          output.set("loggingConfiguration", Initials.small(machine.logging()));
        }
      }
      case "ListStateMachines" ->
          page(input, output, "stateMachines", machines.all(), StatesService::summary);
      default -> throw AwsException.notHandled("Step Functions", operation);
    }
    return output;
  }

  private ExecutionRecord execution(ObjectNode input) {
    return machines.requireExecution(text(input, "executionArn"));
  }

  private ExecutionRecord stop(ObjectNode input) {
    try {
      return machines.stop(
          text(input, "executionArn"),
          input.path("error").textValue(),
          input.path("cause").textValue());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AwsException(500, "InternalFailure", "the endpoint stops");
    }
  }

  private static String payload(ObjectNode input) {
    String text = input.path("input").asText("{}");
    try {
      JsonProtocol.parse(text);
      return text;
    } catch (IllegalArgumentException e) {
      throw StateMachines.error(
          "InvalidExecutionInput",
          "Invalid State Machine Execution Input: '" + e.getMessage() + "'");
    }
  }

  private static void describe(ExecutionRecord execution, ObjectNode output) {
    summary(execution).properties().forEach(each -> output.set(each.getKey(), each.getValue()));
    output.put("input", execution.input());
    output.putObject("inputDetails").put("included", true);
    if (execution.output() != null) {
      output.put("output", execution.output());
      output.putObject("outputDetails").put("included", true);
    }
    History.put(output, "error", execution.error());
    History.put(output, "cause", execution.cause());
  }

  private static ObjectNode summary(ExecutionRecord execution) {
    ObjectNode json = JsonProtocol.object();
    json.put("executionArn", execution.arn());
    json.put("stateMachineArn", execution.machineArn());
    json.put("name", execution.name());
    json.put("status", execution.status());
    time(json, "startDate", execution.started());
    time(json, "stopDate", execution.stopped());
    return json;
  }

  private static ObjectNode summary(StateMachineRecord machine) {
    ObjectNode json = JsonProtocol.object();
    json.put("stateMachineArn", machine.arn());
    json.put("name", machine.name());
    json.put("type", "STANDARD");
    time(json, "creationDate", machine.created());
    return json;
  }

  /** A part of a list, and where the next one begins. */
  private static <T> void page(
      ObjectNode input, ObjectNode output, String name, List<T> all, Function<T, JsonNode> json) {
    int most = input.path("maxResults").asInt(0);
    try {
      output.setAll(
          Page.of(all, input.path("nextToken").asText(""), most < 1 ? PAGE : Math.min(most, PAGE))
              .json(name, "nextToken", json));
    } catch (IllegalArgumentException e) {
      throw StateMachines.error("InvalidToken", "Invalid Token: " + e.getMessage());
    }
  }

  private static String text(ObjectNode input, String name) {
    String text = input.path(name).asText("");
    if (text.isEmpty()) {
      throw StateMachines.error("ValidationException", "the parameter " + name + " is missing");
    }
    return text;
  }

  private static void time(ObjectNode json, String name, Long millis) {
    if (millis != null) {
      json.put(name, BigDecimal.valueOf(millis, 3));
    }
  }
}
