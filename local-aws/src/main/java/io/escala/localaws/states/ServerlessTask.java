package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.JsonProtocol;
import io.escala.localaws.http.ServiceClient;
import java.util.Optional;
import java.util.Set;

/**
 * A run of an EMR Serverless application, until it is done. Step Functions spells the members of
 * its parameters with a capital, the service without.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr-serverless.html">its
 *     integration of EMR Serverless</a>
 */
record ServerlessTask(ServiceClient serverless) implements Integration {
  private static final Set<String> ENDED = Set.of("FAILED", "CANCELLED");

  @Override
  public String resource() {
    return "emr-serverless:startJobRun.sync";
  }

  @Override
  public void check(JsonNode parameters) {
    for (String needed : new String[] {"ApplicationId", "ExecutionRoleArn"}) {
      if (!parameters.has(needed) && !parameters.has(needed + ".$")) {
        throw new IllegalArgumentException("startJobRun needs " + needed);
      }
    }
  }

  @Override
  public JsonNode run(JsonNode parameters, Wait wait) throws TaskFailure, Interrupted {
    String runs = "/applications/" + parameters.path("ApplicationId").asText() + "/jobruns";
    ObjectNode request = (ObjectNode) Initials.small(parameters);
    request.remove("applicationId");
    ObjectNode started = call("POST", runs, request);
    ObjectNode answer = JsonProtocol.object();
    started
        .properties()
        .forEach(field -> answer.set(Initials.capital(field.getKey()), field.getValue()));
    wait.submitted(answer);
    String run = runs + "/" + started.path("jobRunId").asText();
    wait.until(
        () -> {
          JsonNode now = call("GET", run, JsonProtocol.object()).path("jobRun");
          String state = now.path("state").asText();
          if (ENDED.contains(state)) {
            throw new TaskFailure(TaskFailure.TASK_FAILED, now.toString());
          }
          return Optional.of(now).filter(n -> state.equals("SUCCESS"));
        },
        () -> cancel(run));
    return answer.put("State", "SUCCESS");
  }

  private void cancel(String run) {
    try {
      serverless.call("DELETE", run, JsonProtocol.object());
    } catch (AwsException e) {
      System.err.println("local-aws: " + run + " goes on: " + e.getMessage());
    }
  }

  private ObjectNode call(String method, String path, ObjectNode request) throws TaskFailure {
    try {
      return serverless.call(method, path, request);
    } catch (AwsException e) {
      throw new TaskFailure("EMRServerless." + e.code(), e.getMessage());
    }
  }
}
