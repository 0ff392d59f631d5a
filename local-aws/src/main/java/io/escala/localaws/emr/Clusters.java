package io.escala.localaws.emr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.StateFolder;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/** All clusters, those that are over too. */
final class Clusters implements AutoCloseable {
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Set<String> ACTIONS =
      Set.of("CONTINUE", "CANCEL_AND_WAIT", "TERMINATE_CLUSTER", "TERMINATE_JOB_FLOW");

  /** What a request may hold. Some of it only shapes machines, which are this one here. */
  private static final Set<String> REQUEST =
      Set.of(
          "Name",
          "LogUri",
          "LogEncryptionKmsKeyId",
          "ReleaseLabel",
          "Instances",
          "Steps",
          "Applications",
          "Configurations",
          "VisibleToAllUsers",
          "JobFlowRole",
          "ServiceRole",
          "Tags",
          "SecurityConfiguration",
          "ScaleDownBehavior",
          "EbsRootVolumeSize",
          "EbsRootVolumeIops",
          "EbsRootVolumeThroughput",
          "StepConcurrencyLevel",
          "ManagedScalingPolicy",
          "AutoTerminationPolicy",
          "OSReleaseLabel",
          "MonitoringConfiguration");

  private final Map<String, Cluster> clusters = new ConcurrentHashMap<>();
  private final StateFolder state;
  private final S3Store buckets;
  private final StepRunner runner;
  private final SecurityConfigurations security;

  Clusters(StateFolder state, S3Store buckets, StepRunner runner) {
    this.state = state;
    this.buckets = buckets;
    this.runner = runner;
    this.security = new SecurityConfigurations(state, buckets);
    for (ClusterRecord record : state.loadAll("emr/clusters", ClusterRecord.class)) {
      put(afterRestart(record)).start();
    }
  }

  /** What clusters refer to by name. */
  SecurityConfigurations security() {
    return security;
  }

  /** All, the newest first. */
  List<ClusterRecord> all() {
    return clusters.values().stream()
        .map(Cluster::record)
        .sorted(Comparator.comparingLong(ClusterRecord::created).reversed())
        .toList();
  }

  /**
   * A cluster.
   *
   * @throws AwsException InvalidRequestException
   */
  Cluster require(String id) {
    Cluster cluster = clusters.get(id);
    if (cluster == null) {
      throw invalid("Cluster id '" + id + "' is not valid.");
    }
    return cluster;
  }

  /** A cluster by its id, or by the token it was made with. */
  Optional<Cluster> find(String idOrToken) {
    return clusters.values().stream()
        .filter(
            cluster ->
                cluster.record().id().equals(idOrToken)
                    || idOrToken.equals(cluster.record().token()))
        .findFirst();
  }

  /**
   * Starts a cluster.
   *
   * @param request as RunJobFlow takes it
   * @param token see {@link ClusterRecord#token}
   * @throws AwsException naming what is missing or not handled
   */
  Cluster run(ObjectNode request, String token) {
    check(request);
    List<Step> steps = steps(request.path("Steps"));
    ObjectNode kept = request.deepCopy();
    kept.remove("Steps");
    ClusterRecord record =
        new ClusterRecord(
            newId("j-"),
            token,
            kept,
            request.path("Instances").path("TerminationProtected").asBoolean(),
            "STARTING",
            null,
            null,
            System.currentTimeMillis(),
            null,
            null,
            steps);
    Cluster cluster = put(record);
    cluster.start();
    return cluster;
  }

  /**
   * Adds steps.
   *
   * @return their ids
   */
  List<String> addSteps(String clusterId, JsonNode steps) {
    List<Step> added = steps(steps);
    require(clusterId).add(added);
    return added.stream().map(Step::id).toList();
  }

  @Override
  public void close() {
    clusters.values().forEach(Cluster::close);
  }

  private Cluster put(ClusterRecord record) {
    Cluster cluster =
        new Cluster(
            record,
            runner,
            changed -> state.save("emr/clusters/" + changed.id() + ".json", changed),
            security::fault);
    clusters.put(record.id(), cluster);
    return cluster;
  }

  /** A step that ran when the endpoint stopped is lost, and its cluster with it. */
  private static ClusterRecord afterRestart(ClusterRecord record) {
    if (record.over() || record.steps().stream().noneMatch(Step::isRunning)) {
      return record;
    }
    long now = System.currentTimeMillis();
    String why = "the endpoint stopped while the step ran";
    List<Step> steps = new ArrayList<>();
    for (Step step : record.steps()) {
      if (step.isRunning()) {
        steps.add(step.failed(new Step.Failure(why, why, null), now));
      } else {
        steps.add(step.pending() ? step.cancelled("Job terminated", now) : step);
      }
    }
    return record.with(steps).in("TERMINATED_WITH_ERRORS", "INTERNAL_ERROR", why).endedAt(now);
  }

  private void check(ObjectNode request) {
    Set<String> notHandled = new TreeSet<>();
    request.fieldNames().forEachRemaining(notHandled::add);
    notHandled.removeAll(REQUEST);
    if (!notHandled.isEmpty()) {
      throw validation("local-aws does not handle RunJobFlow's " + String.join(", ", notHandled));
    }
    requireText(request, "Name");
    requireText(request, "ReleaseLabel");
    if (!request.path("ReleaseLabel").asText().startsWith("emr-")) {
      throw validation(
          "The supplied release label is invalid: " + request.path("ReleaseLabel").asText());
    }
    if (!request.path("Instances").isObject()) {
      throw validation("the parameter Instances is missing");
    }
    InstanceFleets.check(request);
    int concurrency = request.path("StepConcurrencyLevel").asInt(1);
    if (concurrency != 1) {
      throw validation(
          "local-aws runs one step at a time: StepConcurrencyLevel "
              + concurrency
              + " is not handled");
    }
    try {
      EmrConfigurations.check(request);
    } catch (IllegalArgumentException e) {
      throw validation(e.getMessage());
    }
    if (request.has("SecurityConfiguration")) {
      security.require(request.path("SecurityConfiguration").asText());
    }
    String logUri = request.path("LogUri").asText("");
    if (!logUri.isEmpty()) {
      S3Store.Location location;
      try {
        location = S3Store.Location.of(logUri);
      } catch (IllegalArgumentException e) {
        throw validation("LogUri is " + e.getMessage());
      }
      if (!buckets.bucketExists(location.bucket())) {
        throw validation("the bucket of LogUri does not exist: " + logUri);
      }
    }
  }

  private static List<Step> steps(JsonNode requested) {
    long now = System.currentTimeMillis();
    List<Step> steps = new ArrayList<>();
    for (JsonNode step : requested) {
      Set<String> notHandled = new TreeSet<>();
      step.fieldNames().forEachRemaining(notHandled::add);
      notHandled.removeAll(Set.of("Name", "ActionOnFailure", "HadoopJarStep"));
      if (!notHandled.isEmpty()) {
        throw validation("local-aws does not handle a step's " + String.join(", ", notHandled));
      }
      requireText(step, "Name");
      JsonNode run = step.path("HadoopJarStep");
      requireText(run, "Jar");
      String action = step.path("ActionOnFailure").asText("TERMINATE_CLUSTER");
      if (!ACTIONS.contains(action)) {
        throw validation("ActionOnFailure " + action + " is none of " + new TreeSet<>(ACTIONS));
      }
      List<String> args = new ArrayList<>();
      run.path("Args").forEach(arg -> args.add(arg.asText()));
      Map<String, String> properties = new LinkedHashMap<>();
      run.path("Properties")
          .forEach(
              property ->
                  properties.put(property.path("Key").asText(), property.path("Value").asText()));
      steps.add(
          new Step(
              newId("s-"),
              step.path("Name").asText(),
              action,
              run.path("Jar").asText(),
              run.hasNonNull("MainClass") ? run.path("MainClass").asText() : null,
              List.copyOf(args),
              properties,
              "PENDING",
              null,
              null,
              now,
              null,
              null));
    }
    return steps;
  }

  private static void requireText(JsonNode node, String name) {
    if (node.path(name).asText("").isEmpty()) {
      throw validation("the parameter " + name + " is missing");
    }
  }

  private static String newId(String prefix) {
    StringBuilder id = new StringBuilder(prefix);
    for (int i = 0; i < 13; i++) {
      id.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return id.toString();
  }

  static AwsException validation(String message) {
    return new AwsException(400, "ValidationException", message);
  }

  static AwsException invalid(String message) {
    return new AwsException(400, "InvalidRequestException", message);
  }

  /** Fails when one of the clusters cannot be terminated. */
  void terminate(Collection<String> ids) {
    List<Cluster> all = ids.stream().map(this::require).toList();
    for (Cluster cluster : all) {
      if (cluster.record().terminationProtected() && !cluster.record().over()) {
        throw validation(
            "Could not shut down one or more job flows since they are termination protected: "
                + cluster.record().id());
      }
    }
    all.forEach(cluster -> cluster.terminate("Terminated by user request"));
  }
}
