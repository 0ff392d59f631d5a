package io.escala.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** An execution of the job's state machine. */
final class Execution {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Aws aws;
  private final String arn;
  private String state = "";
  private Instant entered = Instant.EPOCH;
  private JsonNode parameters = MissingNode.getInstance();
  private Optional<JobLog> log = Optional.empty();

  Execution(Aws aws, String arn) {
    this.aws = aws;
    this.arn = arn;
  }

  String name() {
    return arn.substring(arn.lastIndexOf(':') + 1);
  }

  /** A document inside another one; missing when the text is none. */
  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** Stops it and ends the clusters that it made, which would wait for some time else. */
  void stop() {
    aws.states().stop(arn);
    List<String> clusters =
        aws.states().history(arn).stream()
            .filter(event -> event.type().equals("TaskSubmitted"))
            .filter(event -> event.text("resource").equals("createCluster.sync"))
            .map(event -> json(event.text("output")).path("ClusterId").asText())
            .toList();
    if (!clusters.isEmpty()) {
      aws.emr().terminateJobFlows(r -> r.jobFlowIds(clusters));
    }
  }

  /**
   * Shows its progress until it is over.
   *
   * @throws UserException when it did not succeed, with the reason
   */
  void follow(Terminal terminal) {
    long seen = 0;
    while (true) {
      // First the status, then the history: that of an execution that is over is whole
      StepFunctions.Run now = aws.states().describe(arn);
      for (StepFunctions.Event event : aws.states().history(arn)) {
        if (event.id() > seen) {
          seen = event.id();
          tell(event, terminal);
        }
      }
      if (now.isGood()) {
        return;
      }
      if (!now.isRunning()) {
        throw new UserException(
            "execution %s ended as %s: %s"
                .formatted(
                    name(),
                    now.status(),
                    now.cause().map(Execution::cause).or(now::error).orElse("no reason given")));
      }
      if (!state.isEmpty()) {
        log.flatMap(each -> each.latest(aws))
            .ifPresentOrElse(
                said -> terminal.progress(state + ": " + said),
                () -> terminal.detail(state + ": under way"));
      }
      Pause.millis(300);
    }
  }

  private void tell(StepFunctions.Event event, Terminal terminal) {
    switch (event.type()) {
      case "TaskStateEntered" -> {
        state = event.text("name");
        entered = event.time();
        log = Optional.empty();
      }
      case "TaskScheduled" -> parameters = json(event.text("parameters"));
      case "TaskSubmitted" -> submitted(json(event.text("output")), terminal);
      case "TaskSucceeded" ->
          terminal.line(
              "  %s: completed in %.1f s"
                  .formatted(state, Duration.between(entered, event.time()).toMillis() / 1000.0));
      case "TaskFailed" ->
          terminal.line("  %s: failed: %s".formatted(state, cause(event.text("cause"))));
      case "TaskTimedOut" -> terminal.line("  " + state + ": took too long and was ended");
      case "TaskStateExited" -> state = "";
      default -> {
        // tells nothing that a person waits for
      }
    }
  }

  private void submitted(JsonNode answer, Terminal terminal) {
    if (answer.has("StepId")) {
      String cluster = parameters.path("ClusterId").asText();
      log =
          Optional.ofNullable(
                  aws.emr().describeCluster(r -> r.clusterId(cluster)).cluster().logUri())
              .map(uri -> JobLog.ofStep(uri, cluster, answer.path("StepId").asText()));
    } else if (answer.has("JobRunId")) {
      String application = answer.path("ApplicationId").asText();
      String run = answer.path("JobRunId").asText();
      terminal.line("  run " + run + " of application " + application);
      String uri =
          parameters
              .at(
                  "/ConfigurationOverrides/MonitoringConfiguration/S3MonitoringConfiguration/LogUri")
              .asText("");
      log = uri.isEmpty() ? Optional.empty() : Optional.of(JobLog.ofRun(uri, application, run));
    } else if (parameters.path("ClusterId").isMissingNode()) {
      terminal.line("  cluster " + answer.path("ClusterId").asText());
    }
  }

  /** Of a step's or a run's description, which Step Functions gives as the cause, the sentence. */
  static String cause(String text) {
    JsonNode json = json(text);
    for (String at :
        List.of(
            "/Status/FailureDetails/Message",
            "/stateDetails",
            "/Status/StateChangeReason/Message")) {
      if (!json.at(at).asText("").isEmpty()) {
        return json.at(at).asText();
      }
    }
    return text;
  }
}
