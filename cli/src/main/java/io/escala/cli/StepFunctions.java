package io.escala.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** State machines and their executions. */
public final class StepFunctions {
  private static final String PREFIX = "AWSStepFunctions.";
  private static final String MACHINE = "stateMachineArn";
  private static final String EXECUTION = "executionArn";

  private final JsonApi api;

  StepFunctions(JsonApi api) {
    this.api = api;
  }

  /** A state machine in a list. */
  public record Machine(String arn, String name) {}

  /**
   * An execution.
   *
   * @param status RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED
   * @param error empty unless it failed
   * @param cause empty when there is none, and in a list
   */
  public record Run(
      String arn, String name, String status, Optional<String> error, Optional<String> cause) {
    /** Whether it is under way. */
    public boolean isRunning() {
      return status.equals("RUNNING");
    }

    boolean isGood() {
      return status.equals("SUCCEEDED");
    }
  }

  /**
   * An event of an execution.
   *
   * @param type such as TaskSubmitted
   * @param details the members of that type
   */
  record Event(long id, String type, Instant time, JsonNode details) {
    String text(String name) {
      return details.path(name).asText("");
    }
  }

  /** All machines. */
  public List<Machine> machines() {
    return all("ListStateMachines", JsonApi.request(), "stateMachines")
        .map(each -> new Machine(each.path(MACHINE).asText(), each.path("name").asText()))
        .toList();
  }

  /** A machine's executions, the newest first. */
  public List<Run> runs(String machine) {
    return all("ListExecutions", JsonApi.request().put(MACHINE, machine), "executions")
        .map(StepFunctions::run)
        .toList();
  }

  /** An execution as it is now. */
  Run describe(String execution) {
    return run(call("DescribeExecution", EXECUTION, execution));
  }

  private static Run run(JsonNode json) {
    return new Run(
        json.path(EXECUTION).asText(),
        json.path("name").asText(),
        json.path("status").asText(),
        Optional.ofNullable(json.path("error").textValue()),
        Optional.ofNullable(json.path("cause").textValue()));
  }

  /** What a machine does, in Amazon's States Language. */
  JsonNode definition(String machine) {
    return Execution.json(
        call("DescribeStateMachine", MACHINE, machine).path("definition").asText());
  }

  /** What an execution did or does. */
  JsonNode definitionOf(String execution) {
    return Execution.json(
        call("DescribeStateMachineForExecution", EXECUTION, execution).path("definition").asText());
  }

  /** Starts an execution and gives its ARN. */
  String start(String machine) {
    return call("StartExecution", MACHINE, machine).path(EXECUTION).asText();
  }

  void stop(String execution) {
    ObjectNode request = JsonApi.request().put(EXECUTION, execution);
    request.put("error", "Escala.Stopped").put("cause", "./escala stopped it");
    api.call(PREFIX + "StopExecution", request);
  }

  /** All events of an execution, the oldest first. */
  List<Event> history(String execution) {
    return all("GetExecutionHistory", JsonApi.request().put(EXECUTION, execution), "events")
        .map(StepFunctions::event)
        .toList();
  }

  private Stream<JsonNode> all(String operation, ObjectNode request, String member) {
    return api.listAll(PREFIX + operation, request, member, "nextToken").stream();
  }

  private static Event event(JsonNode json) {
    JsonNode details = JsonApi.request();
    for (var member : json.properties()) {
      if (member.getKey().endsWith("EventDetails")) {
        details = member.getValue();
      }
    }
    BigDecimal seconds = json.path("timestamp").decimalValue();
    return new Event(
        json.path("id").asLong(),
        json.path("type").asText(),
        Instant.ofEpochMilli(seconds.movePointRight(3).longValue()),
        details);
  }

  private JsonNode call(String operation, String name, String value) {
    return api.call(PREFIX + operation, JsonApi.request().put(name, value));
  }
}
