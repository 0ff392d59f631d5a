package io.escala.localaws.emr;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.emr.s3fs.S3Folders;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.JsonProtocol;
import io.escala.localaws.http.JsonService;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.FileTree;
import io.escala.localaws.state.StateFolder;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Amazon EMR: clusters with their steps. A cluster is this machine; a step is a real {@code
 * spark-submit} on it.
 */
public final class EmrService implements JsonService, AutoCloseable {
  private static final String PRIMARY = "MASTER";

  private final EmrSettings settings;
  private final Clusters clusters;

  /**
   * EMR over a state folder; clusters that are remembered there live on.
   *
   * @param sparkClasspathFile a file whose one line is Spark's class path; null when no step will
   *     run
   * @param sparkJvmOptions options for the JVM of a step
   * @param sparkJava the {@code java} for steps; null to find a fitting one
   * @param awsEnvironment variables that lead an AWS SDK in a step to this endpoint
   */
  public EmrService(
      StateFolder state,
      S3Store buckets,
      Path sparkClasspathFile,
      List<String> sparkJvmOptions,
      Path sparkJava,
      String region,
      String accountId,
      Map<String, String> awsEnvironment) {
    this(
        new EmrSettings(
            state,
            sparkClasspathFile,
            sparkJvmOptions,
            sparkJava,
            region,
            accountId,
            awsEnvironment),
        buckets);
  }

  private EmrService(EmrSettings settings, S3Store buckets) {
    this(settings, buckets, new SparkStepRunner(settings));
  }

  EmrService(EmrSettings settings, S3Store buckets, StepRunner runner) {
    this.settings = settings;
    // What a killed endpoint's steps left in folders that are theirs alone
    FileTree.delete(S3Folders.unfinishedBeside(settings.buckets()));
    FileTree.delete(settings.state().path("emr/running"));
    clusters = new Clusters(settings.state(), buckets, runner);
  }

  /** Runs that need no cluster. */
  public SparkRuns runs() {
    return SparkRuns.of(settings);
  }

  /** The resource types of EMR that are really made. */
  public List<ResourceType> types() {
    return List.of(
        new ClusterType(clusters),
        new StepType(clusters),
        new SecurityConfigurationType(clusters.security()));
  }

  @Override
  public String signingName() {
    return "elasticmapreduce";
  }

  @Override
  public void close() {
    clusters.close();
  }

  @Override
  public ObjectNode answer(String operation, ObjectNode input) {
    ObjectNode output = JsonProtocol.object();
    switch (operation) {
      case "RunJobFlow" -> {
        ClusterRecord cluster = clusters.run(input, null).record();
        output.put("JobFlowId", cluster.id());
        output.put("ClusterArn", settings.clusterArn(cluster.id()));
      }
      case "AddJobFlowSteps" -> {
        if (input.has("ExecutionRoleArn")) {
          throw Clusters.validation("local-aws does not handle ExecutionRoleArn");
        }
        requireSome(input, "Steps");
        ArrayNode ids = output.putArray("StepIds");
        clusters.addSteps(text(input, "JobFlowId"), input.path("Steps")).forEach(ids::add);
      }
      case "ListClusters" -> listClusters(input, output.putArray("Clusters"));
      case "DescribeCluster" ->
          output.set(
              "Cluster",
              EmrJson.cluster(clusters.require(text(input, "ClusterId")).record(), settings));
      case "DescribeSecurityConfiguration" -> {
        SecurityConfigurations.Configuration found =
            clusters.security().require(text(input, "Name"));
        output.put("Name", found.name());
        output.put("SecurityConfiguration", found.document().toString());
        output.put("CreationDateTime", BigDecimal.valueOf(found.created(), 3));
      }
      case "ListSteps" -> listSteps(input, output.putArray("Steps"));
      case "DescribeStep" -> {
        ClusterRecord cluster = clusters.require(text(input, "ClusterId")).record();
        output.set("Step", EmrJson.step(step(cluster, text(input, "StepId")), cluster, settings));
      }
      case "CancelSteps" -> {
        requireSome(input, "StepIds");
        cancelSteps(input, output.putArray("CancelStepsInfoList"));
      }
      case "TerminateJobFlows" -> {
        requireSome(input, "JobFlowIds");
        clusters.terminate(texts(input, "JobFlowIds"));
      }
      case "SetTerminationProtection" ->
          texts(input, "JobFlowIds")
              .forEach(
                  id ->
                      clusters.require(id).protect(input.path("TerminationProtected").asBoolean()));
      // DescribeCluster of the AWS CLI asks for these too; no machine was launched for the cluster.
      case "ListInstanceGroups" -> none(input, output, "InstanceGroups");
      case "ListInstanceFleets" -> {
        ClusterRecord cluster = clusters.require(text(input, "ClusterId")).record();
        output.set("InstanceFleets", InstanceFleets.of(cluster));
      }
      case "ListBootstrapActions" -> none(input, output, "BootstrapActions");
      case "ListInstances" -> listInstances(input, output.putArray("Instances"));
      default -> throw AwsException.notHandled("EMR", operation);
    }
    return output;
  }

  private void listClusters(ObjectNode input, ArrayNode list) {
    Set<String> states = texts(input, "ClusterStates");
    double after = input.path("CreatedAfter").asDouble(0);
    double before = input.path("CreatedBefore").asDouble(Double.MAX_VALUE);
    clusters.all().stream()
        .filter(cluster -> states.isEmpty() || states.contains(cluster.state()))
        .filter(cluster -> cluster.created() / 1000.0 >= after)
        .filter(cluster -> cluster.created() / 1000.0 <= before)
        .forEach(cluster -> list.add(EmrJson.summary(cluster, settings)));
  }

  /** The newest step first, as EMR lists them; in the order asked for when asked by id. */
  private void listSteps(ObjectNode input, ArrayNode list) {
    ClusterRecord cluster = clusters.require(text(input, "ClusterId")).record();
    Set<String> states = texts(input, "StepStates");
    Set<String> ids = texts(input, "StepIds");
    if (!ids.isEmpty()) {
      ids.forEach(id -> list.add(EmrJson.step(step(cluster, id), cluster, settings)));
      return;
    }
    for (int i = cluster.steps().size() - 1; i >= 0; i--) {
      Step step = cluster.steps().get(i);
      if (states.isEmpty() || states.contains(step.state())) {
        list.add(EmrJson.step(step, cluster, settings));
      }
    }
  }

  private void cancelSteps(ObjectNode input, ArrayNode list) {
    Cluster cluster = clusters.require(text(input, "ClusterId"));
    Set<String> ids = texts(input, "StepIds");
    ids.forEach(id -> step(cluster.record(), id));
    for (String id : ids) {
      ObjectNode info = list.addObject();
      info.put("StepId", id);
      if (cluster.cancel(id)) {
        info.put("Status", "SUBMITTED");
      } else {
        info.put("Status", "FAILED");
        info.put("Reason", "The step is " + step(cluster.record(), id).state());
      }
    }
  }

  private void none(ObjectNode input, ObjectNode output, String list) {
    clusters.require(text(input, "ClusterId"));
    output.putArray(list);
  }

  /** The one machine there is, which coordinates. */
  private void listInstances(ObjectNode input, ArrayNode list) {
    ClusterRecord cluster = clusters.require(text(input, "ClusterId")).record();
    for (String filter : List.of("InstanceFleetId", "InstanceGroupId", "InstanceStates")) {
      if (input.has(filter)) {
        throw Clusters.invalid("local-aws does not handle the parameter " + filter);
      }
    }
    Set<String> groups = texts(input, "InstanceGroupTypes");
    if (!input.path("InstanceFleetType").asText(PRIMARY).equals(PRIMARY)
        || (!groups.isEmpty() && !groups.contains(PRIMARY))) {
      return;
    }
    ObjectNode instance = list.addObject();
    instance.put("Id", "ci-" + cluster.id().substring(2));
    instance.put("PrivateDnsName", "localhost");
    instance.put("PrivateIpAddress", "127.0.0.1");
    EmrJson.ofMachines(instance, cluster);
  }

  private static Step step(ClusterRecord cluster, String id) {
    return cluster.steps().stream()
        .filter(step -> step.id().equals(id))
        .findFirst()
        .orElseThrow(() -> Clusters.invalid("Step id '" + id + "' is not valid."));
  }

  private static String text(ObjectNode input, String name) {
    String text = input.path(name).asText("");
    if (text.isEmpty()) {
      throw Clusters.validation("the parameter " + name + " is missing");
    }
    return text;
  }

  /** A list that the service model calls required. */
  private static void requireSome(ObjectNode input, String name) {
    if (input.path(name).isEmpty()) {
      throw Clusters.validation("the parameter " + name + " is missing");
    }
  }

  private static Set<String> texts(ObjectNode input, String name) {
    Set<String> texts = new LinkedHashSet<>();
    input.path(name).forEach(text -> texts.add(text.asText()));
    return texts;
  }
}
