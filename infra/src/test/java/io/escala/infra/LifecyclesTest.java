package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class LifecyclesTest {
  private static final String LIFETIME =
      "yarn.scheduler.capacity.root.default.maximum-application-lifetime";

  private final Template standard = Synthesis.standard().get("EscalaSpark");
  private final Template longRunning = spark("long-running");
  private final Template scheduled = spark("scheduled");
  private final Template serverless = spark("serverless");

  @Test
  void shouldRunTheSameJobWhicheverLifecycleIsChosen() throws IOException {
    // given
    List<List<String>> expected = new ArrayList<>();
    standard
        .only("AWS::EMR::Cluster")
        .path("Steps")
        .forEach(step -> expected.add(job(standard.texts(step.at("/HadoopJarStep/Args")))));

    // when
    JsonNode printed = new ObjectMapper().readTree(longRunning.text(longRunning.output("Steps")));
    List<List<String>> added = new ArrayList<>();
    printed.forEach(step -> added.add(job(longRunning.texts(step.path("Args")))));
    List<List<String>> states = new ArrayList<>();
    List<List<String>> runs = new ArrayList<>();
    for (String state : List.of("generate", "train")) {
      states.add(
          job(scheduled.texts(state(scheduled, state).at("/Parameters/Step/HadoopJarStep/Args"))));
      JsonNode submit = state(serverless, state).at("/Parameters/JobDriver/SparkSubmit");
      List<String> run = new ArrayList<>();
      run.add(submit.path("SparkSubmitParameters").asText().replace("--class ", ""));
      run.add(serverless.text(submit.path("EntryPoint")));
      run.addAll(serverless.texts(submit.path("EntryPointArguments")));
      runs.add(run);
    }

    // then
    assertThat(expected).hasSize(2);
    assertThat(added).isEqualTo(expected);
    assertThat(states).isEqualTo(expected);
    assertThat(runs).isEqualTo(expected);
  }

  @Test
  void shouldHaveEmrServerlessEncryptWhatItsWorkersSayIfAsked() {
    // given
    Template encrypted =
        Synthesis.with(
                Map.of("spark.lifecycle", "serverless", "spark.inTransitEncryption", "spark"))
            .get("EscalaSpark");

    // then
    assertThat(
            encrypted
                .only("AWS::EMRServerless::Application")
                .at("/RuntimeConfiguration/0/Properties/spark.ssl.internode.enabled")
                .asText())
        .isEqualTo("true");
  }

  @Test
  void shouldKeepALongRunningClusterUntilItIsIdle() {
    // given
    JsonNode cluster = longRunning.only("AWS::EMR::Cluster");

    // then
    assertThat(cluster.at("/Instances/KeepJobFlowAliveWhenNoSteps").asBoolean()).isTrue();
    assertThat(cluster.at("/AutoTerminationPolicy/IdleTimeout").asInt()).isEqualTo(3600);
    assertThat(cluster.has("Steps")).isFalse();
    assertThat(longRunning.resources("AWS::EMR::Step")).isEmpty();
  }

  @Test
  void shouldEndEveryRunThatTakesTooLong() {
    assertThat(standard.only("AWS::EMR::Cluster").at("/Configurations/0/Classification").asText())
        .isEqualTo("capacity-scheduler");
    for (Template cluster : List.of(standard, longRunning)) {
      assertThat(
              cluster
                  .only("AWS::EMR::Cluster")
                  .at("/Configurations/0/ConfigurationProperties")
                  .path(LIFETIME)
                  .asText())
          .isEqualTo("7200");
    }
    assertThat(
            state(scheduled, "Make the cluster")
                .at("/Parameters/Configurations/0/Properties")
                .path(LIFETIME)
                .asText())
        .isEqualTo("7200");
    assertThat(state(scheduled, "train").path("TimeoutSeconds").asInt()).isEqualTo(7800);
    assertThat(state(serverless, "train").at("/Parameters/ExecutionTimeoutMinutes").asInt())
        .isEqualTo(120);
  }

  @Test
  void shouldEndTheClusterOfARunWhateverHappens() {
    // given
    JsonNode states = scheduled.only("AWS::StepFunctions::StateMachine").at("/Definition/States");
    String end = "terminateCluster.sync";

    // then
    for (String step : List.of("generate", "train")) {
      String next = states.path(step).at("/Catch/0/Next").asText();
      assertThat(states.path(step).at("/Catch/0/ErrorEquals/0").asText()).isEqualTo("States.ALL");
      assertThat(scheduled.text(states.path(next).path("Resource"))).endsWith(end);
      assertThat(states.path(next).path("Next").asText()).isEqualTo("Failed");
      // Otherwise its result would replace the cluster's id, which the end needs.
      assertThat(states.path(step).path("ResultPath").asText()).isEqualTo("$.last");
    }
    assertThat(
            scheduled.text(
                states.path(states.path("train").path("Next").asText()).path("Resource")))
        .endsWith(end);
    // For an execution that is stopped, after which no state runs.
    assertThat(
            states
                .path("Make the cluster")
                .at("/Parameters/AutoTerminationPolicy/IdleTimeout")
                .asInt())
        .isEqualTo(900);
  }

  @Test
  void shouldLeadFromEveryStateToTheEnd() {
    for (Template template : List.of(scheduled, serverless)) {
      JsonNode definition = template.only("AWS::StepFunctions::StateMachine").path("Definition");
      JsonNode states = definition.path("States");
      List<String> named = new ArrayList<>(List.of(definition.path("StartAt").asText()));
      named.addAll(states.findValuesAsText("Next"));
      assertThat(named).allMatch(states::has);
      assertThat(states)
          .allSatisfy(
              state ->
                  assertThat(
                          state.has("Next")
                              || state.path("End").asBoolean()
                              || state.path("Type").asText().equals("Fail"))
                      .isTrue());
    }
  }

  @Test
  void shouldAddOnlySpotMachinesToTheConfiguredOnes() {
    // given
    JsonNode cluster = longRunning.only("AWS::EMR::Cluster");

    // then
    JsonNode limits = cluster.at("/ManagedScalingPolicy/ComputeLimits");
    assertThat(limits.path("MinimumCapacityUnits").asInt()).isEqualTo(2);
    assertThat(limits.path("MaximumCoreCapacityUnits").asInt()).isEqualTo(2);
    assertThat(limits.path("MaximumOnDemandCapacityUnits").asInt()).isEqualTo(2);
    assertThat(limits.path("MaximumCapacityUnits").asInt()).isEqualTo(10);
    JsonNode task = cluster.at("/Instances/TaskInstanceFleets/0");
    assertThat(task.has("TargetOnDemandCapacity")).isFalse();
    assertThat(task.at("/LaunchSpecifications/SpotSpecification/TimeoutAction").asText())
        .isEqualTo("SWITCH_TO_ON_DEMAND");
    assertThat(task.path("InstanceTypeConfigs").findValuesAsText("InstanceType"))
        .containsExactly("m7g.xlarge", "m6g.xlarge", "m8g.xlarge");
    assertThat(standard.only("AWS::EMR::Cluster").has("ManagedScalingPolicy")).isFalse();
  }

  @Test
  void shouldDescribeTheSameClusterToStepFunctionsAsToCloudFormation() {
    // given
    Map<String, JsonNode> fleets = new HashMap<>();
    state(scheduled, "Make the cluster")
        .at("/Parameters/Instances/InstanceFleets")
        .forEach(fleet -> fleets.put(fleet.path("InstanceFleetType").asText(), fleet));
    JsonNode template =
        Synthesis.with(Map.of("spark.taskCount", "8"))
            .get("EscalaSpark")
            .only("AWS::EMR::Cluster")
            .path("Instances");

    // then
    assertThat(fleets).containsOnlyKeys("MASTER", "CORE", "TASK");
    assertThat(without(fleets.get("MASTER"))).isEqualTo(template.path("MasterInstanceFleet"));
    assertThat(without(fleets.get("CORE"))).isEqualTo(template.path("CoreInstanceFleet"));
    assertThat(without(fleets.get("TASK"))).isEqualTo(template.at("/TaskInstanceFleets/0"));
    // Tags of the stack do not reach into the definition, and EMR may touch nothing without.
    assertThat(state(scheduled, "Make the cluster").at("/Parameters/Tags").findValuesAsText("Key"))
        .containsExactlyInAnyOrder("for-use-with-amazon-emr-managed-policies", "project");
  }

  @Test
  void shouldStartAtTheConfiguredTimeAndTellOfAFailure() {
    assertThat(scheduled.only("AWS::Scheduler::Schedule").path("ScheduleExpression").asText())
        .isEqualTo("cron(0 3 * * ? *)");
    assertThat(scheduled.texts(scheduled.only("AWS::CloudWatch::Alarm").path("AlarmActions")))
        .containsExactly("arn:aws:sns:eu-west-1:111122223333:on-call");
    assertThat(serverless.resources("AWS::Scheduler::Schedule")).isEmpty();
    assertThat(serverless.resources("AWS::CloudWatch::Alarm")).hasSize(1);
  }

  @Test
  void shouldPayForNoNetworkAndNoMachineWithoutServers() {
    assertThat(serverless.all().values())
        .extracting(resource -> resource.path("Type").asText())
        .noneMatch(type -> type.startsWith("AWS::EC2::") || type.startsWith("AWS::EMR::"));
    JsonNode application = serverless.only("AWS::EMRServerless::Application");
    assertThat(application.path("Architecture").asText()).isEqualTo("ARM64");
    assertThat(application.at("/AutoStopConfiguration/Enabled").asBoolean()).isTrue();
    assertThat(application.at("/MaximumCapacity/Cpu").asText()).isEqualTo("12 vCPU");
    assertThat(application.at("/MaximumCapacity/Memory").asText()).isEqualTo("48 GB");
  }

  @Test
  void shouldLeaveNothingBehind() {
    for (Template template : List.of(longRunning, scheduled, serverless)) {
      assertThat(template.all().values()).noneMatch(StorageStackTest::isRetained);
      assertThat(new Dependencies(template).circular()).isEmpty();
    }
  }

  private static Template spark(String name) {
    return Variation.all().stream()
        .filter(variation -> variation.name().equals(name))
        .findFirst()
        .orElseThrow()
        .templates()
        .get("EscalaSpark");
  }

  private static JsonNode state(Template template, String name) {
    JsonNode state =
        template.only("AWS::StepFunctions::StateMachine").at("/Definition/States").path(name);
    assertThat(state.isObject()).as(name).isTrue();
    return state;
  }

  /** A step's arguments without what only spark-submit on a cluster is told. */
  private static List<String> job(List<String> arguments) {
    assertThat(arguments).startsWith("spark-submit", "--deploy-mode", "cluster", "--class");
    return arguments.subList(4, arguments.size());
  }

  private static JsonNode without(JsonNode fleet) {
    assertThat(StreamSupport.stream(fleet.spliterator(), false)).isNotEmpty();
    return ((ObjectNode) fleet.deepCopy()).without("InstanceFleetType");
  }
}
