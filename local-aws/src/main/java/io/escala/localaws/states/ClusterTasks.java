package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.JsonProtocol;
import io.escala.localaws.http.ServiceClient;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What Step Functions does with clusters, each until it is done.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr.html">its
 *     integration of EMR</a>
 */
final class ClusterTasks {
  static final String CREATE = "elasticmapreduce:createCluster.sync";
  static final String ADD_STEP = "elasticmapreduce:addStep.sync";
  static final String TERMINATE = "elasticmapreduce:terminateCluster.sync";

  private static final Set<String> ENDED = Set.of("TERMINATED", "TERMINATED_WITH_ERRORS");

  private ClusterTasks() {}

  static List<Integration> all(ServiceClient emr) {
    return List.of(new Create(emr), new AddStep(emr), new Terminate(emr));
  }

  /** Ends a cluster without waiting; done when it is over or there is none. */
  static void end(ServiceClient emr, String clusterId) {
    ObjectNode request = JsonProtocol.object();
    request.putArray("JobFlowIds").add(clusterId);
    try {
      emr.call("TerminateJobFlows", request);
    } catch (AwsException e) {
      System.err.println("local-aws: cluster " + clusterId + " stays: " + e.getMessage());
    }
  }

  private record Create(ServiceClient emr) implements Integration {
    @Override
    public String resource() {
      return CREATE;
    }

    @Override
    public void check(JsonNode parameters) {
      if (parameters.has("Steps")) {
        throw new IllegalArgumentException("createCluster takes no Steps; addStep adds them");
      }
      if (!parameters.at("/Instances/KeepJobFlowAliveWhenNoSteps").asBoolean()) {
        throw new IllegalArgumentException(
            "createCluster needs Instances.KeepJobFlowAliveWhenNoSteps, true");
      }
    }

    @Override
    public JsonNode run(JsonNode parameters, Wait wait) throws TaskFailure, Interrupted {
      ObjectNode answer = call(emr, "RunJobFlow", parameters);
      ObjectNode result = JsonProtocol.object();
      result.set("ClusterArn", answer.path("ClusterArn"));
      String id = answer.path("JobFlowId").asText();
      result.put("ClusterId", id);
      wait.submitted(result);
      wait.until(
          () -> {
            JsonNode cluster = cluster(emr, id);
            if (ENDED.contains(state(cluster))) {
              throw new TaskFailure(TaskFailure.TASK_FAILED, cluster.toString());
            }
            return Optional.of(cluster).filter(c -> state(c).equals("WAITING"));
          },
          () -> end(emr, id));
      return result;
    }
  }

  private record AddStep(ServiceClient emr) implements Integration {
    @Override
    public String resource() {
      return ADD_STEP;
    }

    @Override
    public void check(JsonNode parameters) {
      Fields.require(parameters, "addStep", "ClusterId", "ClusterId.$", "Step", "Step.$");
    }

    @Override
    public JsonNode run(JsonNode parameters, Wait wait) throws TaskFailure, Interrupted {
      String cluster = parameters.path("ClusterId").asText();
      ObjectNode request = JsonProtocol.object();
      request.put("JobFlowId", cluster);
      request.putArray("Steps").add(parameters.path("Step"));
      ObjectNode result = JsonProtocol.object();
      String id = call(emr, "AddJobFlowSteps", request).at("/StepIds/0").asText();
      result.put("StepId", id);
      wait.submitted(result);
      ObjectNode which = JsonProtocol.object();
      which.put("ClusterId", cluster).put("StepId", id);
      result.set(
          "Step",
          wait.until(
              () -> {
                JsonNode step = call(emr, "DescribeStep", which).path("Step");
                return switch (state(step)) {
                  case "COMPLETED" -> Optional.of(step);
                  case "PENDING", "RUNNING" -> Optional.empty();
                  default -> throw new TaskFailure(TaskFailure.TASK_FAILED, step.toString());
                };
              },
              () -> cancel(cluster, id)));
      return result;
    }

    private void cancel(String cluster, String step) {
      ObjectNode request = JsonProtocol.object().put("ClusterId", cluster);
      request.putArray("StepIds").add(step);
      try {
        emr.call("CancelSteps", request);
      } catch (AwsException e) {
        System.err.println("local-aws: step " + step + " goes on: " + e.getMessage());
      }
    }
  }

  private record Terminate(ServiceClient emr) implements Integration {
    @Override
    public String resource() {
      return TERMINATE;
    }

    @Override
    public void check(JsonNode parameters) {
      Fields.require(parameters, "terminateCluster", "ClusterId", "ClusterId.$");
    }

    @Override
    public JsonNode run(JsonNode parameters, Wait wait) throws TaskFailure, Interrupted {
      String id = parameters.path("ClusterId").asText();
      ObjectNode request = JsonProtocol.object();
      request.putArray("JobFlowIds").add(id);
      call(emr, "TerminateJobFlows", request);
      ObjectNode result = JsonProtocol.object().put("ClusterId", id);
      wait.submitted(result);
      wait.until(
          () -> Optional.of(cluster(emr, id)).filter(c -> ENDED.contains(state(c))), () -> {});
      return result;
    }
  }

  private static JsonNode cluster(ServiceClient emr, String id) throws TaskFailure {
    return call(emr, "DescribeCluster", JsonProtocol.object().put("ClusterId", id)).path("Cluster");
  }

  private static String state(JsonNode thing) {
    return thing.at("/Status/State").asText();
  }

  private static ObjectNode call(ServiceClient emr, String operation, JsonNode request)
      throws TaskFailure {
    try {
      return emr.call(operation, request.deepCopy());
    } catch (AwsException e) {
      throw new TaskFailure("ElasticMapReduce." + e.code(), e.getMessage());
    }
  }
}
