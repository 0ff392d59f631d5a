package io.escala.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.cli.emr.FakeSpark;
import io.escala.cli.emr.Laptop;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudformation.model.OnFailure;
import software.amazon.awssdk.services.emr.model.ClusterState;
import software.amazon.awssdk.services.emr.model.ClusterSummary;
import software.amazon.awssdk.services.emr.model.StepState;

/** What up does with a stack that does not train by itself. */
final class TrainingTest {
  private static final String SUBMIT = "'--class', 'io.escala.spark.SparkJob', 's3://jobs/job.jar'";
  private static final String CLUSTER =
      "'Name': 'escala', 'ReleaseLabel': 'emr-spark-8.1.0', 'LogUri': 's3://jobs/logs/',"
          + " 'AutoTerminationPolicy': {'IdleTimeout': 900},"
          + " 'Instances': {'KeepJobFlowAliveWhenNoSteps': true}";
  private static final String ON_CLUSTER =
      """
      {'StartAt': 'make', 'States': {
        'make': {'Type': 'Task', 'Resource': 'arn:aws:states:::elasticmapreduce:createCluster.sync',
          'Parameters': {%s}, 'ResultPath': '$.cluster', 'Next': 'train'},
        'train': {'Type': 'Task', 'Resource': 'arn:aws:states:::elasticmapreduce:addStep.sync',
          'Parameters': {'ClusterId.$': '$.cluster.ClusterId', 'Step': {'Name': 'train',
            'ActionOnFailure': 'CONTINUE', 'HadoopJarStep': {'Jar': 'command-runner.jar',
            'Args': ['spark-submit', %s, '%s', '--input-path', 's3://jobs/in']}}},
          'ResultPath': '$.last', 'Catch': [{'ErrorEquals': ['States.ALL'],
            'ResultPath': '$.failure', 'Next': 'end of a failed run'}], 'Next': 'end'},
        'end': {'Type': 'Task', 'Resource': 'arn:aws:states:::elasticmapreduce:terminateCluster.sync',
          'Parameters': {'ClusterId.$': '$.cluster.ClusterId'}, 'End': true},
        'end of a failed run': {'Type': 'Task',
          'Resource': 'arn:aws:states:::elasticmapreduce:terminateCluster.sync',
          'Parameters': {'ClusterId.$': '$.cluster.ClusterId'}, 'ResultPath': '$.last',
          'Next': 'failed'},
        'failed': {'Type': 'Fail', 'ErrorPath': '$.failure.Error', 'CausePath': '$.failure.Cause'}}}
      """;
  private static final String MACHINE =
      """
      {'Resources': {%s 'Runs': {'Type': 'AWS::StepFunctions::StateMachine',
         'Properties': {'RoleArn': 'arn:aws:iam::000000000000:role/r', 'Definition': %s}}},
       'Outputs': {'StateMachineArn': {'Value': {'Ref': 'Runs'}}}}
      """;

  @TempDir static Path root;
  private static Laptop laptop;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final List<Runnable> begun = new ArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    laptop = new Laptop(root, FakeSpark.classes(root));
  }

  @AfterAll
  static void stop() {
    laptop.close();
  }

  @AfterEach
  void destroy() {
    laptop.aws().cloudFormation().deleteStack(r -> r.stackName(Training.STACK));
    laptop
        .aws()
        .cloudFormation()
        .waiter()
        .waitUntilStackDeleteComplete(r -> r.stackName(Training.STACK));
  }

  @Test
  void shouldRunTheStateMachineOnAClusterUntilNothingHasChanged() {
    // given
    deploy(MACHINE.formatted("", ON_CLUSTER.formatted(CLUSTER, SUBMIT, "good")));

    // when
    train(true);
    train(false);
    train(true);

    // then
    assertThat(said())
        .contains("Training by execution ", "  cluster j-", "train: completed in ")
        .containsOnlyOnce("nothing has changed since");
    assertThat(training().input()).contains("s3://jobs/in");
    assertThat(
            Laptop.escala("status", "--json").json().path("executions").findValuesAsText("status"))
        .containsExactly("SUCCEEDED", "SUCCEEDED");
    assertThat(living()).isEmpty();
  }

  @Test
  void shouldSayWhyAnExecutionFailedAndTryAgainTheNextTime() {
    // given
    deploy(MACHINE.formatted("", ON_CLUSTER.formatted(CLUSTER, SUBMIT, "thrown")));

    // then
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> train(false))
          .isInstanceOf(UserException.class)
          .hasMessageMatching("execution \\S+ ended as FAILED: .*deepest");
    }
    assertThat(living()).isEmpty();
  }

  @Test
  void shouldEndTheExecutionAndItsClusterWhenItIsStopped() throws Exception {
    // given
    deploy(MACHINE.formatted("", ON_CLUSTER.formatted(CLUSTER, SUBMIT, "endless")));
    Thread up =
        new Thread(
            () -> {
              try {
                train(false);
              } catch (UserException e) {
                // it was stopped
              }
            });
    up.start();
    while (living().isEmpty() || !steps().contains(StepState.RUNNING)) {
      Thread.sleep(20);
    }

    // when
    StateMachineTraining.stopAll(laptop.aws(), new Terminal(new PrintStream(said), false));
    up.join();

    // then
    assertThat(
            Laptop.escala("status", "--json").json().path("executions").findValuesAsText("status"))
        .containsExactly("ABORTED");
    for (int i = 0; i < 100 && !living().isEmpty(); i++) {
      Thread.sleep(20);
    }
    assertThat(living()).isEmpty();
    assertThat(begun).hasSize(1);
  }

  @Test
  void shouldRunTheStateMachineOnEmrServerlessAndFindItGone() {
    // given
    deploy(
        MACHINE.formatted(
            "'App': {'Type': 'AWS::EMRServerless::Application', 'Properties': {'Type': 'SPARK',"
                + " 'ReleaseLabel': 'emr-spark-8.1.0'}},",
            """
            {'StartAt': 'train', 'States': {'train': {'Type': 'Task', 'End': true,
              'Resource': 'arn:aws:states:::emr-serverless:startJobRun.sync',
              'Parameters': {'ApplicationId': {'Ref': 'App'}, 'ExecutionRoleArn': 'role',
                'JobDriver': {'SparkSubmit': {'EntryPoint': 's3://jobs/job.jar',
                  'EntryPointArguments': ['good', '--input-path', 's3://jobs/in'],
                  'SparkSubmitParameters': '--class io.escala.spark.SparkJob'}}}}}}
            """));

    // when
    train(false);
    Laptop.Run status = Laptop.escala("status");
    Laptop.Run left = Laptop.escala("verify-gone");

    // then
    assertThat(said()).contains("of application ", "train: completed in ");
    assertThat(training().input()).contains("s3://jobs/in");
    assertThat(status.out()).containsPattern("Executions +\\S+ +\\S+ +SUCCEEDED");
    assertThat(status.out()).containsPattern("Applications +\\S+ +\\S+ +STARTED");
    assertThat(left.out())
        .contains("state machine EscalaSpark-Runs-", "EMR Serverless application ");
  }

  @Test
  void shouldGiveAWaitingClusterItsStepsAgainOnlyWhenTheyAreNotDone() {
    // given
    waitingCluster("good");

    // when
    train(true);
    train(false);
    List<StepState> once = steps();
    train(true);

    // then
    assertThat(once).containsExactly(StepState.COMPLETED);
    assertThat(steps()).hasSize(2);
    assertThat(training().mustBeReplaced(false)).isFalse();
    assertThat(training().input()).contains("s3://jobs/in");
  }

  @Test
  void shouldReplaceAWaitingClusterThatHasEnded() {
    // given
    waitingCluster("thrown");
    assertThatThrownBy(() -> train(false)).hasMessageContaining("deepest");
    assertThat(training().mustBeReplaced(false)).isFalse();

    // when
    laptop.aws().emr().terminateJobFlows(r -> r.jobFlowIds(cluster()));

    // then
    assertThat(training().mustBeReplaced(false)).isTrue();
  }

  private static void waitingCluster(String command) {
    String steps =
        "[{'Type': 'CUSTOM_JAR', 'Name': 'train', 'ActionOnFailure': 'CANCEL_AND_WAIT',"
            + " 'Jar': 'command-runner.jar', 'Args': ['spark-submit', %s, '%s', '--input-path',"
                .formatted(SUBMIT, command)
            + " 's3://jobs/in']}]";
    deploy(
        "{'Resources': {'Cluster': {'Type': 'AWS::EMR::Cluster', 'Properties': {%s,"
                .formatted(CLUSTER)
            + " 'JobFlowRole': 'r', 'ServiceRole': 's'}}},"
            + " 'Outputs': {'ClusterId': {'Value': {'Ref': 'Cluster'}},"
            + " 'Steps': {'Value': '%s'}}}".formatted(steps.replace("'", "\\'")));
  }

  private static void deploy(String template) {
    String json = template.replace("\\'", "\\\"").replace('\'', '"');
    laptop
        .aws()
        .cloudFormation()
        .createStack(
            r -> r.stackName(Training.STACK).templateBody(json).onFailure(OnFailure.ROLLBACK));
    laptop
        .aws()
        .cloudFormation()
        .waiter()
        .waitUntilStackCreateComplete(r -> r.stackName(Training.STACK));
  }

  private void train(boolean modelMissing) {
    training().complete(modelMissing, new Terminal(new PrintStream(said, true), false), begun::add);
  }

  private static Training training() {
    return Training.deployed(laptop.aws()).orElseThrow();
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  private static List<String> living() {
    return laptop
        .aws()
        .emr()
        .listClusters(
            r ->
                r.clusterStates(
                    ClusterState.STARTING,
                    ClusterState.RUNNING,
                    ClusterState.WAITING,
                    ClusterState.TERMINATING))
        .clusters()
        .stream()
        .map(ClusterSummary::id)
        .toList();
  }

  private static String cluster() {
    return laptop.aws().emr().listClusters(r -> {}).clusters().get(0).id();
  }

  private static List<StepState> steps() {
    return laptop.aws().emr().listClusters(r -> {}).clusters().isEmpty()
        ? List.of()
        : laptop.aws().emr().listSteps(r -> r.clusterId(cluster())).steps().stream()
            .map(step -> step.status().state())
            .toList();
  }
}
