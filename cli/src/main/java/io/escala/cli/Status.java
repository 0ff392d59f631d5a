package io.escala.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.cli.kubernetes.LocalCluster;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.services.emr.model.ClusterSummary;
import software.amazon.awssdk.services.emr.model.StepSummary;

/** What runs and where. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description =
        "Tells what runs on this machine and where: the endpoint, stacks, clusters, steps, executions, applications and models.")
final class Status implements Callable<Integer> {
  @Option(
      names = "--json",
      description =
          "Print one JSON object: running, awsEndpoint, pid, state, stacks, bucket, apiUrl, clusters, steps, executions, applications, jobRuns, models, kubernetes.")
  private boolean json;

  @Option(
      names = "--env",
      description =
          "Print the environment in which AWS tools talk to the endpoint here, for a shell: eval \"$(./escala status --env)\"")
  private boolean env;

  @Override
  public Integer call() throws JsonProcessingException {
    Workspace workspace = Workspace.current();
    if (env) {
      LocalEndpoint.find(workspace)
          .orElseThrow(() -> new UserException("nothing runs; ./escala up starts"))
          .environment(workspace)
          .entrySet()
          .stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(
              variable ->
                  System.out.println(
                      "export %s='%s'"
                          .formatted(
                              variable.getKey(), variable.getValue().replace("'", "'\\''"))));
      return 0;
    }
    Map<String, Object> status = read(workspace);
    if (json) {
      System.out.println(
          new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(status));
    } else {
      print(status, workspace);
    }
    return 0;
  }

  private static Map<String, Object> read(Workspace workspace) {
    Map<String, Object> status = new LinkedHashMap<>();
    Optional<LocalEndpoint> endpoint = LocalEndpoint.find(workspace);
    status.put("running", endpoint.isPresent());
    status.put("awsEndpoint", endpoint.map(e -> e.uri().toString()).orElse(null));
    status.put("pid", endpoint.map(LocalEndpoint::pid).orElse(null));
    status.put("state", workspace.state().toString());
    List<Map<String, Object>> stacks = new ArrayList<>();
    List<Map<String, Object>> clusters = new ArrayList<>();
    List<Map<String, Object>> steps = new ArrayList<>();
    List<Map<String, Object>> executions = new ArrayList<>();
    List<Map<String, Object>> applications = new ArrayList<>();
    List<Map<String, Object>> runs = new ArrayList<>();
    List<Map<String, Object>> models = new ArrayList<>();
    String bucket = null;
    String apiUrl = null;
    if (endpoint.isPresent()) {
      try (Aws aws = new Aws(endpoint.get())) {
        aws.stacks()
            .forEach(
                s -> stacks.add(ordered("name", s.stackName(), "status", s.stackStatusAsString())));
        bucket = aws.outputs("EscalaStorage").get("BucketName");
        apiUrl = aws.outputs("EscalaInference").get("ApiUrl");
        for (ClusterSummary cluster : aws.emr().listClustersPaginator(r -> {}).clusters()) {
          clusters.add(
              ordered(
                  "id",
                  cluster.id(),
                  "name",
                  cluster.name(),
                  "state",
                  cluster.status().stateAsString()));
          for (StepSummary step : new TrainingRun(aws, cluster.id()).steps()) {
            steps.add(
                ordered(
                    "id",
                    step.id(),
                    "clusterId",
                    cluster.id(),
                    "name",
                    step.name(),
                    "state",
                    step.status().stateAsString()));
          }
        }
        executions.addAll(executions(aws));
        for (JsonNode each : aws.applications()) {
          String id = each.path("id").asText();
          applications.add(row(each, "id", "name", "state"));
          aws.jobRuns(id)
              .forEach(run -> runs.add(row(run, "id", "applicationId", "name", "state")));
        }
        if (bucket != null) {
          String models3 = bucket;
          ServedModel.currentVersion(aws, bucket)
              .ifPresent(
                  version ->
                      models.add(
                          ordered(
                              "name",
                              "bank",
                              "version",
                              version,
                              "uri",
                              "s3://" + models3 + "/models/bank/" + version)));
        }
      }
    }
    status.put("apiUrl", apiUrl);
    status.put("bucket", bucket);
    status.put("stacks", stacks);
    status.put("clusters", clusters);
    status.put("steps", steps);
    status.put("executions", executions);
    status.put("applications", applications);
    status.put("jobRuns", runs);
    status.put("models", models);
    status.put(
        "kubernetes", endpoint.flatMap(e -> new LocalCluster(e.uri()).describe()).orElse(null));
    return status;
  }

  private static List<Map<String, Object>> executions(Aws aws) {
    List<Map<String, Object>> executions = new ArrayList<>();
    for (StepFunctions.Machine machine : aws.states().machines()) {
      for (StepFunctions.Run run : aws.states().runs(machine.arn())) {
        executions.add(
            ordered("name", run.name(), "stateMachine", machine.name(), "status", run.status()));
      }
    }
    return executions;
  }

  private static Map<String, Object> row(JsonNode json, String... members) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (String member : members) {
      row.put(member, json.path(member).asText());
    }
    return row;
  }

  private static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  private static void print(Map<String, Object> status, Workspace workspace) {
    if (!Boolean.TRUE.equals(status.get("running"))) {
      System.out.println(
          workspace.state().toFile().isDirectory()
              ? "The endpoint does not run; its state is in "
                  + Workspace.show(workspace.state())
                  + ". ./escala up starts it again, ./escala down removes all."
              : "Nothing runs. ./escala up starts.");
      return;
    }
    System.out.println(
        "AWS endpoint  " + status.get("awsEndpoint") + " (process " + status.get("pid") + ")");
    System.out.println(
        "API           " + Optional.ofNullable(status.get("apiUrl")).orElse("not deployed"));
    System.out.println(
        "Bucket        " + Optional.ofNullable(status.get("bucket")).orElse("not deployed"));
    printAll("Stacks", status.get("stacks"));
    printAll("Clusters", status.get("clusters"));
    printAll("Steps", status.get("steps"));
    printUnlessNone("Executions", status.get("executions"));
    printUnlessNone("Applications", status.get("applications"));
    printUnlessNone("Runs", status.get("jobRuns"));
    printAll("Models", status.get("models"));
    if (status.get("kubernetes") instanceof JsonNode cluster) {
      System.out.println(
          "Kubernetes    "
              + cluster.at("/services/escala~1escala").asText("nothing released")
              + ", "
              + cluster.path("pods").size()
              + " pods (./escala rollout status)");
    }
  }

  /** What only some lifecycles have. */
  private static void printUnlessNone(String title, Object rows) {
    if (!((List<?>) rows).isEmpty()) {
      printAll(title, rows);
    }
  }

  private static void printAll(String title, Object rows) {
    String label = title;
    for (Object row : (List<?>) rows) {
      System.out.printf(
          "%-14s%s%n",
          label,
          String.join("  ", ((Map<?, ?>) row).values().stream().map(String::valueOf).toList()));
      label = "";
    }
    if (label.equals(title)) {
      System.out.printf("%-14snone%n", title);
    }
  }
}
