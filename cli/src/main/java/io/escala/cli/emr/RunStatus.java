package io.escala.cli.emr;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.escala.cli.Aws;
import io.escala.cli.AwsFailure;
import java.util.Locale;
import java.util.Optional;
import software.amazon.awssdk.services.emr.model.Step;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * What a running job says of itself, in the file that it was given for that.
 *
 * @param state RUNNING, COMPLETED or FAILED
 * @param error the line that the job printed, when it failed
 * @param step what is being done; empty between two things
 * @param stagesDone of that
 * @param done tasks of the stages that run
 * @param tasks as many as there are
 * @param stepMillis since that began
 */
record RunStatus(
    String state,
    Optional<String> error,
    Optional<String> step,
    int stagesDone,
    int done,
    int tasks,
    long stepMillis) {
  private static final int CELLS = 20;

  /** What the job in a step told; empty when nobody asked it to, or it may not be read. */
  static Optional<RunStatus> of(Aws aws, Step step) {
    try {
      return JobCall.of(step.config().args())
          .status()
          .flatMap(at -> aws.text(at.bucket(), at.key()))
          .flatMap(RunStatus::of);
    } catch (S3Exception e) {
      if (AwsFailure.isPassing(e)) {
        throw e;
      }
      return Optional.empty(); // for watching only; the step's state decides
    }
  }

  /** Empty when the text is not whole. */
  static Optional<RunStatus> of(String text) {
    try {
      JsonNode json = EmrCommand.JSON.readTree(text);
      return json.path("state").isTextual()
          ? Optional.of(
              new RunStatus(
                  json.path("state").asText(),
                  Optional.ofNullable(json.path("error").textValue()),
                  Optional.ofNullable(json.path("step").textValue()),
                  json.path("stagesDone").asInt(),
                  json.path("done").asInt(),
                  json.path("tasks").asInt(),
                  json.path("stepMillis").asLong()))
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  boolean isFailed() {
    return state.equals("FAILED");
  }

  /** For example {@code fit the trees [#####-----] 2/4 tasks, 31 stages done, 0:07}. */
  Optional<String> bar() {
    return step.map(
        name -> {
          int full = tasks == 0 ? 0 : (int) ((long) CELLS * done / tasks);
          return String.format(
              Locale.ROOT,
              "%s [%s%s] %d/%d tasks, %d %s done, %d:%02d",
              name.length() > 45 ? name.substring(0, 44) + "…" : name,
              "#".repeat(full),
              "-".repeat(CELLS - full),
              done,
              tasks,
              stagesDone,
              stagesDone == 1 ? "stage" : "stages",
              stepMillis / 60_000,
              stepMillis / 1000 % 60);
        });
  }
}
