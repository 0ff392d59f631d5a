package io.escala.infra;

import io.escala.infra.config.SparkConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.services.iam.PolicyStatement;

/**
 * A run as states: make a cluster, run the steps, end the cluster whatever happened. An execution
 * that is stopped from outside runs no further state; what it leaves ends itself when idle.
 *
 * @see <a href="https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr.html">what Step
 *     Functions asks of a cluster</a>
 */
final class ScheduledCluster {
  private static final String CREATE = "Make the cluster";
  private static final String END = "End the cluster";
  private static final String END_FAILED = "End the cluster of a failed run";
  private static final String SERVICE = "arn:" + Aws.PARTITION + ":states:::elasticmapreduce:";

  /** Of what is left of an execution that somebody stopped. */
  private static final long IDLE_SECONDS = 900;

  private static final long CREATE_SECONDS = 3600;

  /** YARN ends the run first; this is for a cluster that does not answer any more. */
  private static final long GRACE_SECONDS = 600;

  private ScheduledCluster() {}

  /** The states' definition, in Amazon's States Language. */
  static Map<String, Object> definition(
      SparkConfig config, ClusterPlace place, ClusterSecurity security, List<SparkJobStep> steps) {
    Map<String, Object> states = new LinkedHashMap<>();
    Map<String, Object> create = task("createCluster.sync", request(config, place, security));
    create.put("ResultSelector", Map.of("ClusterId.$", "$.ClusterId"));
    create.put("ResultPath", "$.cluster");
    create.put("TimeoutSeconds", CREATE_SECONDS);
    // AWS may be short of machines for a while, and it throttles.
    create.put("Retry", JobStateMachine.retry("States.TaskFailed", 60, 2));
    create.put("Catch", JobStateMachine.onFailure(JobStateMachine.FAILED));
    create.put("Next", steps.get(0).name());
    states.put(CREATE, create);
    for (int i = 0; i < steps.size(); i++) {
      SparkJobStep step = steps.get(i);
      Map<String, Object> hadoop = new TreeMap<>();
      hadoop.put("Jar", SparkJobStep.COMMAND_RUNNER);
      hadoop.put("Args", step.arguments());
      Map<String, Object> wanted = new TreeMap<>();
      wanted.put("Name", step.name());
      wanted.put("ActionOnFailure", "CONTINUE");
      wanted.put("HadoopJarStep", hadoop);
      Map<String, Object> run = task("addStep.sync", onCluster(Map.of("Step", wanted)));
      run.put("ResultPath", JobStateMachine.ASIDE);
      run.put("TimeoutSeconds", config.maxRuntimeMinutes() * 60 + GRACE_SECONDS);
      run.put("Catch", JobStateMachine.onFailure(END_FAILED));
      run.put("Next", i + 1 < steps.size() ? steps.get(i + 1).name() : END);
      states.put(step.name(), run);
    }
    states.put(END, end(Map.of("End", true)));
    states.put(END_FAILED, end(Map.of("Next", JobStateMachine.FAILED)));
    states.put(JobStateMachine.FAILED, JobStateMachine.failed());
    return JobStateMachine.definition(CREATE, states);
  }

  /** What the states do, and nothing to other clusters. */
  static List<PolicyStatement> permissions(ClusterRoles roles) {
    String account = ":" + Aws.REGION + ":" + Aws.ACCOUNT_ID + ":";
    List<String> clusters =
        List.of("arn:" + Aws.PARTITION + ":elasticmapreduce" + account + "cluster/*");
    return List.of(
        PolicyStatement.Builder.create()
            // Not there yet, so it has no ARN.
            .actions(List.of("elasticmapreduce:RunJobFlow"))
            .resources(List.of("*"))
            .build(),
        PolicyStatement.Builder.create()
            .actions(List.of("elasticmapreduce:AddTags"))
            .resources(clusters)
            .build(),
        PolicyStatement.Builder.create()
            .actions(
                List.of(
                    "elasticmapreduce:AddJobFlowSteps",
                    "elasticmapreduce:CancelSteps",
                    "elasticmapreduce:DescribeCluster",
                    "elasticmapreduce:DescribeStep",
                    "elasticmapreduce:TerminateJobFlows"))
            .resources(clusters)
            .conditions(
                Map.of("StringEquals", Map.of("elasticmapreduce:ResourceTag/project", "escala")))
            .build(),
        pass(roles.service().getRoleArn(), "elasticmapreduce.amazonaws.com*"),
        pass(roles.instanceRoleArn(), "ec2.amazonaws.com*"),
        PolicyStatement.Builder.create()
            .actions(List.of("iam:CreateServiceLinkedRole"))
            .resources(
                List.of(
                    "arn:"
                        + Aws.PARTITION
                        + ":iam::"
                        + Aws.ACCOUNT_ID
                        + ":role/aws-service-role/elasticmapreduce.amazonaws.com/AWSServiceRoleForEMRCleanup"))
            .conditions(
                Map.of(
                    "StringEquals", Map.of("iam:AWSServiceName", "elasticmapreduce.amazonaws.com")))
            .build(),
        JobStateMachine.events(
            "StepFunctionsGetEventForEMRRunJobFlowRule",
            "StepFunctionsGetEventForEMRAddJobFlowStepsRule",
            "StepFunctionsGetEventForEMRTerminateJobFlowsRule"));
  }

  private static PolicyStatement pass(String role, String service) {
    return PolicyStatement.Builder.create()
        .actions(List.of("iam:PassRole"))
        .resources(List.of(role))
        .conditions(Map.of("StringLike", Map.of("iam:PassedToService", service)))
        .build();
  }

  private static Map<String, Object> request(
      SparkConfig config, ClusterPlace place, ClusterSecurity security) {
    Map<String, Object> instances = new TreeMap<>();
    List<Map<String, Object>> fleets = new ArrayList<>();
    for (Fleet fleet : Fleet.of(config)) {
      Map<String, Object> request = new TreeMap<>(fleet.request());
      request.put("InstanceFleetType", fleet.kind());
      fleets.add(request);
    }
    instances.put("InstanceFleets", fleets);
    instances.put("Ec2SubnetIds", place.network().subnetIds());
    instances.put("EmrManagedMasterSecurityGroup", place.network().primary().getSecurityGroupId());
    instances.put("EmrManagedSlaveSecurityGroup", place.network().core().getSecurityGroupId());
    instances.put(
        "ServiceAccessSecurityGroup", place.network().serviceAccess().getSecurityGroupId());
    // Step Functions takes nothing else, and adds the steps itself.
    instances.put("KeepJobFlowAliveWhenNoSteps", true);
    instances.put("TerminationProtected", false);
    instances.put("UnhealthyNodeReplacement", true);

    Map<String, Object> request = new TreeMap<>();
    request.put("Name", ClusterPlace.NAME);
    request.put("ReleaseLabel", config.release().label());
    request.put("Applications", List.of(Map.of("Name", "Spark")));
    request.put(
        "Configurations",
        ClusterConfiguration.of(config).stream()
            .map(
                each ->
                    new TreeMap<>(
                        Map.of(
                            "Classification",
                            each.classification(),
                            "Properties",
                            each.properties())))
            .toList());
    request.put("ServiceRole", place.roles().service().getRoleArn());
    request.put("JobFlowRole", place.roles().profileName());
    request.put("SecurityConfiguration", security.name());
    request.put("LogUri", place.logUri());
    request.put("VisibleToAllUsers", true);
    request.put("ScaleDownBehavior", ClusterPlace.SCALE_DOWN);
    request.put("AutoTerminationPolicy", Map.of("IdleTimeout", IDLE_SECONDS));
    request.put("Tags", List.of(tag(ClusterPlace.TAG, "true"), tag("project", "escala")));
    request.put("Instances", instances);
    if (config.taskCount() > 0) {
      request.put("ManagedScalingPolicy", Fleet.limits(config));
    }
    return request;
  }

  private static Map<String, Object> tag(String key, String value) {
    return new TreeMap<>(Map.of("Key", key, "Value", value));
  }

  private static Map<String, Object> end(Map<String, Object> then) {
    Map<String, Object> end = task("terminateCluster.sync", onCluster(Map.of()));
    end.put("ResultPath", JobStateMachine.ASIDE);
    end.put("Retry", JobStateMachine.retry("States.ALL", 30, 5));
    end.putAll(then);
    return end;
  }

  private static Map<String, Object> onCluster(Map<String, Object> more) {
    Map<String, Object> parameters = new TreeMap<>(more);
    parameters.put("ClusterId.$", "$.cluster.ClusterId");
    return parameters;
  }

  private static Map<String, Object> task(String action, Map<String, Object> parameters) {
    Map<String, Object> task = new TreeMap<>();
    task.put("Type", "Task");
    task.put("Resource", SERVICE + action);
    task.put("Parameters", parameters);
    return task;
  }
}
