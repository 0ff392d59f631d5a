package io.escala.localaws.emr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.localaws.OneService;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.StateFolder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.emr.EmrClient;
import software.amazon.awssdk.services.emr.model.ActionOnFailure;
import software.amazon.awssdk.services.emr.model.CancelStepsRequestStatus;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.ClusterState;
import software.amazon.awssdk.services.emr.model.ClusterStateChangeReasonCode;
import software.amazon.awssdk.services.emr.model.ClusterSummary;
import software.amazon.awssdk.services.emr.model.Configuration;
import software.amazon.awssdk.services.emr.model.EmrException;
import software.amazon.awssdk.services.emr.model.InstanceCollectionType;
import software.amazon.awssdk.services.emr.model.InstanceFleet;
import software.amazon.awssdk.services.emr.model.InstanceFleetConfig;
import software.amazon.awssdk.services.emr.model.InstanceFleetType;
import software.amazon.awssdk.services.emr.model.InstanceTypeConfig;
import software.amazon.awssdk.services.emr.model.StepConfig;
import software.amazon.awssdk.services.emr.model.StepState;
import software.amazon.awssdk.services.emr.model.StepSummary;

class ClusterLifeTest {
  @TempDir Path folder;
  private final FakeSteps steps = new FakeSteps();
  private EmrService service;
  private OneService server;
  private EmrClient emr;

  @BeforeEach
  void start() throws Exception {
    service = service(steps);
    server = new OneService(service);
    emr =
        EmrClient.builder()
            .endpointOverride(server.url())
            .region(Region.US_EAST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .build();
  }

  @AfterEach
  void stop() {
    emr.close();
    server.close();
    service.close();
  }

  @Test
  void aStepThatOutlivesTheQueuesLifetimeFailsWithThatReason() throws Exception {
    // given
    String id =
        emr.runJobFlow(
                r ->
                    r.name("test")
                        .releaseLabel("emr-spark-8.1.0")
                        .configurations(
                            Configuration.builder()
                                .classification("capacity-scheduler")
                                .properties(
                                    Map.of(
                                        "yarn.scheduler.capacity.root.default"
                                            + ".maximum-application-lifetime",
                                        "1"))
                                .build())
                        .instances(i -> i.keepJobFlowAliveWhenNoSteps(false))
                        .steps(step("endless", ActionOnFailure.TERMINATE_CLUSTER)))
            .jobFlowId();

    // when
    Cluster cluster = await(id, c -> c.status().timeline().endDateTime() != null);

    // then
    assertThat(cluster.status().state()).isEqualTo(ClusterState.TERMINATED_WITH_ERRORS);
    assertThat(emr.listSteps(r -> r.clusterId(id)).steps())
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.status().state()).isEqualTo(StepState.FAILED);
              assertThat(step.status().failureDetails().message())
                  .startsWith("The application ran longer than 1 seconds");
            });
  }

  @Test
  void theOneMachineIsThePrimary() {
    String id = run(true);
    assertThat(emr.listInstances(r -> r.clusterId(id)).instances()).hasSize(1);
    assertThat(
            emr.listInstances(r -> r.clusterId(id).instanceFleetType(InstanceFleetType.MASTER))
                .instances())
        .hasSize(1);
    assertThat(
            emr.listInstances(r -> r.clusterId(id).instanceFleetType(InstanceFleetType.CORE))
                .instances())
        .isEmpty();
    assertThatThrownBy(() -> emr.listInstances(r -> r.clusterId(id).instanceFleetId("if-1")))
        .hasMessageContaining("does not handle the parameter InstanceFleetId");
  }

  @Test
  void aFailedStepTellsItsCauseAndEndsTheClusterWhenItsActionSaysSo() throws Exception {
    // given
    String id = run(false, step("first", ActionOnFailure.TERMINATE_CLUSTER), step("second", null));

    // when
    steps.next().fail("row 3 is bad");

    // then
    Cluster cluster = await(id, c -> c.status().timeline().endDateTime() != null);
    assertThat(cluster.status().state()).isEqualTo(ClusterState.TERMINATED_WITH_ERRORS);
    assertThat(cluster.status().stateChangeReason().code())
        .isEqualTo(ClusterStateChangeReasonCode.STEP_FAILURE);
    List<StepSummary> all = emr.listSteps(r -> r.clusterId(id)).steps();
    assertThat(all)
        .extracting(s -> s.name() + " " + s.status().stateAsString())
        .containsExactly("second CANCELLED", "first FAILED");
    assertThat(all.get(1).status().failureDetails().message()).isEqualTo("row 3 is bad");
  }

  @Test
  void afterAFailureThatCancelsTheClusterWaitsForOtherSteps() throws Exception {
    // given
    String id = run(true, step("first", ActionOnFailure.CANCEL_AND_WAIT), step("second", null));

    // when
    steps.next().fail("no");
    await(id, c -> c.status().state() == ClusterState.WAITING);
    String third =
        emr.addJobFlowSteps(r -> r.jobFlowId(id).steps(step("third", null))).stepIds().get(0);
    steps.next().succeed();

    // then
    await(id, c -> c.status().state() == ClusterState.WAITING);
    assertThat(states(id)).containsExactly("COMPLETED", "CANCELLED", "FAILED");
    assertThat(emr.describeStep(r -> r.clusterId(id).stepId(third)).step().status().state())
        .isEqualTo(StepState.COMPLETED);
  }

  @Test
  void aFailureThatContinuesLeavesTheNextStepItsTurn() throws Exception {
    // given
    String id = run(false, step("first", ActionOnFailure.CONTINUE), step("second", null));

    // when
    steps.next().fail("no");
    steps.next().succeed();

    // then
    Cluster cluster = await(id, c -> c.status().timeline().endDateTime() != null);
    assertThat(cluster.status().state()).isEqualTo(ClusterState.TERMINATED);
    assertThat(cluster.status().stateChangeReason().code())
        .isEqualTo(ClusterStateChangeReasonCode.ALL_STEPS_COMPLETED);
    assertThat(states(id)).containsExactly("COMPLETED", "FAILED");
  }

  @Test
  void aStepThatRanWhenTheEndpointWasKilledIsFailedAtTheNextStart() throws Exception {
    // given
    String id = run(true, step("first", null), step("second", null));
    steps.next();

    // when another endpoint opens the state that the killed one left
    List<ClusterRecord> found;
    try (Clusters next = new Clusters(new StateFolder(folder), buckets(), new FakeSteps())) {
      found = next.all();
    }

    // then
    assertThat(found).hasSize(1);
    assertThat(found.get(0).id()).isEqualTo(id);
    assertThat(found.get(0).state()).isEqualTo("TERMINATED_WITH_ERRORS");
    assertThat(found.get(0).steps()).extracting(Step::state).containsExactly("FAILED", "CANCELLED");
    assertThat(found.get(0).steps().get(0).failure().message())
        .isEqualTo("the endpoint stopped while the step ran");
  }

  @Test
  void aRunningStepCanBeCancelled() throws Exception {
    // given
    String id = run(true, step("first", ActionOnFailure.TERMINATE_CLUSTER));
    String stepId = steps.next().step.id();

    // when
    var cancelled = emr.cancelSteps(r -> r.clusterId(id).stepIds(stepId)).cancelStepsInfoList();

    // then
    await(id, c -> c.status().state() == ClusterState.WAITING);
    assertThat(cancelled.get(0).status()).isEqualTo(CancelStepsRequestStatus.SUBMITTED);
    assertThat(states(id)).containsExactly("CANCELLED");
  }

  @Test
  void terminatingAClusterEndsWhatRuns() throws Exception {
    // given
    String id = run(true, step("first", null));
    steps.next();

    // when
    emr.terminateJobFlows(r -> r.jobFlowIds(id));

    // then
    Cluster cluster = await(id, c -> c.status().timeline().endDateTime() != null);
    assertThat(cluster.status().state()).isEqualTo(ClusterState.TERMINATED);
    assertThat(states(id)).containsExactly("CANCELLED");
    assertThatThrownBy(() -> emr.addJobFlowSteps(r -> r.jobFlowId(id).steps(step("late", null))))
        .isInstanceOf(EmrException.class)
        .hasMessageContaining("may not be modified");
  }

  @Test
  void aProtectedClusterIsNotTerminated() {
    // given
    String id = run(true);
    emr.setTerminationProtection(r -> r.jobFlowIds(id).terminationProtected(true));

    // then
    assertThatThrownBy(() -> emr.terminateJobFlows(r -> r.jobFlowIds(id)))
        .hasMessageContaining("termination protected");
  }

  @Test
  void whatIsNotHandledIsRefusedByName() {
    assertThatThrownBy(
            () ->
                emr.runJobFlow(
                    r ->
                        r.name("x")
                            .releaseLabel("emr-spark-8.1.0")
                            .instances(i -> i.keepJobFlowAliveWhenNoSteps(true))
                            .stepConcurrencyLevel(5)))
        .hasMessageContaining("StepConcurrencyLevel 5 is not handled");
    assertThatThrownBy(
            () ->
                emr.runJobFlow(
                    r ->
                        r.name("x")
                            .releaseLabel("emr-spark-8.1.0")
                            .instances(i -> i.keepJobFlowAliveWhenNoSteps(true))
                            .customAmiId("ami-1")))
        .hasMessageContaining("local-aws does not handle RunJobFlow's CustomAmiId");
    assertThatThrownBy(() -> emr.describeCluster(r -> r.clusterId("j-NONE")))
        .hasMessageContaining("Cluster id 'j-NONE' is not valid.");
    assertThatThrownBy(() -> emr.listStudios(r -> {}))
        .hasMessageContaining("local-aws does not handle EMR ListStudios");
  }

  @Test
  void instanceFleetsAreGivenBackAsTheyWereAskedFor() {
    // given
    InstanceFleetConfig asked =
        InstanceFleetConfig.builder()
            .instanceFleetType(InstanceFleetType.TASK)
            .targetSpotCapacity(3)
            .instanceTypeConfigs(
                InstanceTypeConfig.builder().instanceType("r7g.xlarge").weightedCapacity(2).build())
            .launchSpecifications(
                l ->
                    l.spotSpecification(
                        spot ->
                            spot.timeoutDurationMinutes(10).timeoutAction("SWITCH_TO_ON_DEMAND")))
            .build();
    String id =
        emr.runJobFlow(
                r ->
                    r.name("fleets")
                        .releaseLabel("emr-spark-8.1.0")
                        .instances(i -> i.instanceFleets(asked).keepJobFlowAliveWhenNoSteps(true)))
            .jobFlowId();

    // when
    InstanceFleet fleet = emr.listInstanceFleets(r -> r.clusterId(id)).instanceFleets().get(0);

    // then
    assertThat(fleet.instanceFleetType()).isEqualTo(InstanceFleetType.TASK);
    assertThat(fleet.targetSpotCapacity()).isEqualTo(3);
    assertThat(fleet.provisionedSpotCapacity()).isZero();
    assertThat(fleet.instanceTypeSpecifications().get(0).weightedCapacity()).isEqualTo(2);
    assertThat(fleet.launchSpecifications().spotSpecification().timeoutDurationMinutes())
        .isEqualTo(10);
    assertThat(emr.describeCluster(r -> r.clusterId(id)).cluster().instanceCollectionType())
        .isEqualTo(InstanceCollectionType.INSTANCE_FLEET);
  }

  @Test
  void whatTheServiceModelRequiresIsRequired() {
    String id = run(true);
    assertThatThrownBy(() -> emr.runJobFlow(r -> r.name("x").releaseLabel("emr-spark-8.1.0")))
        .hasMessageContaining("the parameter Instances is missing");
    assertThatThrownBy(() -> emr.addJobFlowSteps(r -> r.jobFlowId(id)))
        .hasMessageContaining("the parameter Steps is missing");
    assertThatThrownBy(() -> emr.cancelSteps(r -> r.clusterId(id)))
        .hasMessageContaining("the parameter StepIds is missing");
    assertThatThrownBy(() -> emr.terminateJobFlows(r -> {}))
        .hasMessageContaining("the parameter JobFlowIds is missing");
    assertThatThrownBy(() -> emr.describeStep(r -> r.clusterId(id)))
        .hasMessageContaining("the parameter StepId is missing");
    assertThatThrownBy(() -> emr.listSteps(r -> {}))
        .hasMessageContaining("the parameter ClusterId is missing");
  }

  @Test
  void clustersAreListedByStateAndTime() throws Exception {
    // given
    String over = run(false);
    await(over, c -> c.status().timeline().endDateTime() != null);
    String waiting = run(true);
    await(waiting, c -> c.status().state() == ClusterState.WAITING);

    // then
    assertThat(emr.listClusters(r -> r.clusterStates(ClusterState.WAITING)).clusters())
        .extracting(ClusterSummary::id)
        .containsExactly(waiting);
    assertThat(emr.listClusters().clusters())
        .extracting(ClusterSummary::id)
        .containsExactlyInAnyOrder(over, waiting);
    assertThat(emr.listClusters(r -> r.createdAfter(Instant.now().plusSeconds(60))).clusters())
        .isEmpty();
  }

  @Test
  void aStepsArgumentsAreGivenBackAsTheyWereSubmitted() throws Exception {
    // given
    String id = run(false, step("first", null));
    steps.next().succeed();

    // then
    StepSummary summary = emr.listSteps(r -> r.clusterId(id)).steps().get(0);
    assertThat(summary.config().jar()).isEqualTo("command-runner.jar");
    assertThat(summary.config().args())
        .containsExactly("spark-submit", "--deploy-mode", "cluster", "s3://code/job.jar", "train");
  }

  private EmrService service(StepRunner runner) {
    return new EmrService(
        new EmrSettings(
            new StateFolder(folder), null, List.of(), null, "us-east-1", "000000000000", Map.of()),
        buckets(),
        runner);
  }

  private S3Store buckets() {
    return new S3Store(new StateFolder(folder));
  }

  private String run(boolean keepAlive, StepConfig... configs) {
    return emr.runJobFlow(
            r ->
                r.name("test")
                    .releaseLabel("emr-spark-8.1.0")
                    .instances(i -> i.keepJobFlowAliveWhenNoSteps(keepAlive))
                    .steps(configs))
        .jobFlowId();
  }

  private static StepConfig step(String name, ActionOnFailure action) {
    return StepConfig.builder()
        .name(name)
        .actionOnFailure(action)
        .hadoopJarStep(
            h ->
                h.jar("command-runner.jar")
                    .args("spark-submit", "--deploy-mode", "cluster", "s3://code/job.jar", "train"))
        .build();
  }

  private Stream<String> states(String id) {
    return emr.listSteps(r -> r.clusterId(id)).steps().stream()
        .map(step -> step.status().stateAsString());
  }

  private Cluster await(String id, Predicate<Cluster> reached) throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      Cluster cluster = emr.describeCluster(r -> r.clusterId(id)).cluster();
      if (reached.test(cluster)) {
        return cluster;
      }
      Thread.sleep(50);
    }
    throw new AssertionError(
        "still " + emr.describeCluster(r -> r.clusterId(id)).cluster().status());
  }
}
