package io.escala.cli.emr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.ClusterState;
import software.amazon.awssdk.services.emr.model.InstanceFleet;
import software.amazon.awssdk.services.emr.model.StepState;
import software.amazon.awssdk.services.emr.model.Tag;

final class EmrCommandsTest {
  @TempDir static Path compiled;
  private static Path spark;

  @TempDir Path root;
  private Laptop laptop;

  @BeforeAll
  static void compile() throws Exception {
    spark = FakeSpark.classes(compiled);
  }

  @BeforeEach
  void start() throws Exception {
    laptop = new Laptop(root, spark);
  }

  @AfterEach
  void stop() {
    laptop.close();
  }

  @Test
  void shouldRunTheJobOnTheClusterThatWaitsAndShowItsFigures() throws Exception {
    // given
    String cluster = laptop.waitingCluster("shared");

    // when
    Laptop.Run run = laptop.submit("good", "--output-path", "s3://jobs/out");

    // then
    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("escala-spark-job.jar uploaded", "submitted to cluster " + cluster)
        .contains("step good completed after ")
        .containsPattern("rocAuc +0\\.7500")
        .containsPattern("rows\\.input +10");
    assertThat(run.err()).startsWith("On this machine: http://127.0.0.1:");
    assertThat(laptop.aws().emr().listSteps(r -> r.clusterId(cluster)).steps().get(0).config())
        .satisfies(
            config ->
                assertThat(config.args())
                    .startsWith(
                        "spark-submit",
                        "--deploy-mode",
                        "cluster",
                        "--class",
                        "io.escala.spark.SparkJob")
                    .endsWith("good", "--output-path", "s3://jobs/out"));
  }

  @Test
  void shouldUploadTheJarOnlyWhenItChanged() throws Exception {
    // given
    laptop.waitingCluster("shared");
    laptop.submit("good");

    // when
    JsonNode again = laptop.submit("--json", "good").json();
    Files.writeString(root.resolve(JobArguments.JAR), "version 2");
    JsonNode changed = laptop.submit("--json", "good").json();

    // then
    assertThat(again.path("jarUploaded").asBoolean(true)).isFalse();
    assertThat(changed.path("jarUploaded").asBoolean()).isTrue();
    assertThat(changed.path("jar").asText()).isNotEqualTo(again.path("jar").asText());
    assertThat(changed.path("state").asText()).isEqualTo("COMPLETED");
  }

  @Test
  void shouldSayWhatTheJobSaidOfItsFailure() throws Exception {
    // given
    String cluster = laptop.waitingCluster("shared");

    // when
    Laptop.Run run = laptop.submit("bad");
    Laptop.Run logs = Laptop.escala("logs");
    Laptop.Run all = Laptop.escala("logs", "--all");
    Laptop.Run json = Laptop.escala("logs", "--json");

    // then
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.out())
        .contains("step bad failed: row 3 is bad", "./escala logs s-", "--cluster " + cluster);
    assertThat(logs.exit()).isZero();
    assertThat(logs.out().lines().findFirst()).contains("step bad failed: row 3 is bad");
    assertThat(all.out()).contains("-- controller, s3://jobs/logs/" + cluster);
    assertThat(json.json().path("cause").asText()).isEqualTo("row 3 is bad");
  }

  @Test
  void shouldTakeTheDeepestCauseWhenTheJobToldNothing() throws Exception {
    // given
    laptop.waitingCluster("shared");

    // when
    Laptop.Run run = laptop.submit("--json", "thrown");

    // then
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.json().path("state").asText()).isEqualTo("FAILED");
    assertThat(run.json().path("cause").asText()).isEqualTo("java.lang.RuntimeException: deepest");
  }

  @Test
  void shouldRefuseWrongArgumentsOfTheJobBeforeAnythingIsUploaded() throws Exception {
    // given
    laptop.waitingCluster("shared");

    // when
    Laptop.Run wrong = laptop.submit("good", "--wrong");
    Laptop.Run unreachable = laptop.submit("good", "--input-path", "data/bank.csv");
    Laptop.Run two = laptop.submit("--new-cluster", "--cluster", "j-1", "good");

    // then
    assertThat(wrong.exit()).isEqualTo(2);
    assertThat(wrong.err())
        .contains("Unknown option: '--wrong'", "./escala submit good --help")
        .doesNotContain("Usage: everything");
    assertThat(unreachable.exit()).isEqualTo(2);
    assertThat(unreachable.err())
        .contains("--input-path is data/bank.csv", "s3://bucket/folder")
        .doesNotContain("\tat ");
    assertThat(two.exit()).isEqualTo(2);
    assertThat(laptop.bucket("jobs")).isEmptyDirectory();
  }

  @Test
  void shouldNotChooseBetweenClustersNorMakeOneUnasked() throws Exception {
    // given
    Laptop.Run none = laptop.submit("good");
    String one = laptop.waitingCluster("one");
    String two = laptop.waitingCluster("two");

    // when
    Laptop.Run several = laptop.submit("good");
    Laptop.Run named = laptop.submit("--cluster", two, "good");

    // then
    assertThat(none.exit()).isEqualTo(1);
    assertThat(none.err()).contains("no cluster waits for steps", "--new-cluster");
    assertThat(several.exit()).isEqualTo(1);
    assertThat(several.err()).contains(one + " (one)", two + " (two)", "--cluster ID");
    assertThat(named.exit()).isZero();
    assertThat(named.out()).contains("submitted to cluster " + two);
  }

  @Test
  void shouldMakeAClusterLikeTheDeployedOneForOneStep() throws Exception {
    // given
    laptop
        .aws()
        .cloudFormation()
        .createStack(r -> r.stackName("EscalaSpark").templateBody(TEMPLATE));
    laptop
        .aws()
        .cloudFormation()
        .waiter()
        .waitUntilStackCreateComplete(r -> r.stackName("EscalaSpark"));
    String deployed = laptop.aws().outputs("EscalaSpark").get("ClusterId");

    // when
    Laptop.Run run = laptop.submit("--json", "--new-cluster", "good");

    // then
    assertThat(run.exit()).as(run.err()).isZero();
    String id = run.json().path("clusterId").asText();
    assertThat(id).isNotEqualTo(deployed);
    Cluster original = laptop.aws().emr().describeCluster(r -> r.clusterId(deployed)).cluster();
    Cluster twin =
        laptop.awaitCluster(id, cluster -> cluster.status().state() == ClusterState.TERMINATED);
    assertThat(twin.releaseLabel()).isEqualTo(original.releaseLabel());
    assertThat(twin.serviceRole()).isEqualTo(original.serviceRole());
    assertThat(twin.logUri()).isEqualTo(original.logUri());
    assertThat(twin.configurations()).isEqualTo(original.configurations());
    assertThat(twin.ec2InstanceAttributes()).isEqualTo(original.ec2InstanceAttributes());
    assertThat(twin.tags()).contains(Tag.builder().key("team").value("ml").build());
    assertThat(twin.autoTerminate()).isTrue();
    assertThat(fleets(id))
        .isEqualTo(fleets(deployed))
        .containsExactly(
            "CORE [m7g.xlarge] 2+0", "MASTER [m7g.xlarge] 1+0", "TASK [r7g.xlarge] 0+3");
  }

  private List<String> fleets(String cluster) {
    return laptop
        .aws()
        .emr()
        .listInstanceFleets(r -> r.clusterId(cluster))
        .instanceFleets()
        .stream()
        .map(EmrCommandsTest::shown)
        .sorted()
        .toList();
  }

  private static String shown(InstanceFleet fleet) {
    return "%s %s %d+%d"
        .formatted(
            fleet.instanceFleetType(),
            fleet.instanceTypeSpecifications().stream().map(t -> t.instanceType()).toList(),
            fleet.targetOnDemandCapacity(),
            fleet.targetSpotCapacity());
  }

  @Test
  void shouldFollowAStepThatWasLeftAloneAndCancelIt() throws Exception {
    // given
    String cluster = laptop.waitingCluster("shared");
    Laptop.Run detached = laptop.submit("--detach", "--json", "wait");
    String step = detached.json().path("stepId").asText();
    laptop.awaitStep(cluster, step, StepState.RUNNING);

    // when
    Laptop.Run cancelled = Laptop.escala("cancel", step);
    Laptop.Run watched = Laptop.escala("watch", step);
    Laptop.Run again = Laptop.escala("cancel", step);

    // then
    assertThat(detached.exit()).isZero();
    assertThat(cancelled.exit()).as(cancelled.err()).isZero();
    assertThat(watched.exit()).isEqualTo(1);
    assertThat(watched.out()).contains("step wait cancelled");
    assertThat(again.exit()).isEqualTo(1);
    assertThat(again.err()).contains("is cancelled and cannot be cancelled");
    assertThat(laptop.aws().emr().describeCluster(r -> r.clusterId(cluster)).cluster().status())
        .satisfies(status -> assertThat(status.state()).isEqualTo(ClusterState.WAITING));
  }

  @Test
  void shouldGoOnWatchingWhenTheConnectionIsBack() throws Exception {
    // given
    String cluster = laptop.waitingCluster("shared");
    String step = laptop.submit("--detach", "--json", "wait").json().path("stepId").asText();
    laptop.awaitStep(cluster, step, StepState.RUNNING);
    try (Cable cable = new Cable(laptop.endpoint())) {
      Following following = new Following(cable.target(), cluster, step);
      following.awaits("fit the trees [#####---------------] 1/4 tasks, 3 stages done, 0:07");

      // when
      cable.cut();
      following.awaits("No answer; trying again");
      cable.mend();
      following.awaits("The connection is back");
      laptop.go();

      // then
      Outcome outcome = following.outcome();
      assertThat(outcome.isGood()).isTrue();
    }
  }

  @Test
  void shouldLeaveTheStepRunningWhenTheWatcherIsStopped() throws Exception {
    // given
    String cluster = laptop.waitingCluster("shared");
    String step = laptop.submit("--detach", "--json", "wait").json().path("stepId").asText();
    laptop.awaitStep(cluster, step, StepState.RUNNING);
    Process watch = command(Map.of(), "watch", step);

    // when
    String said;
    try (BufferedReader lines = watch.inputReader()) {
      for (said = ""; !said.contains("step wait runs"); said += lines.readLine() + "\n") {
        assertThat(said).doesNotContain("null");
      }
      watch.toHandle().destroy(); // Process.destroy would close the stream
      said += String.join("\n", lines.lines().toList());
    }

    // then
    assertThat(watch.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(said)
        .contains("The step goes on.", "./escala watch " + step, "./escala cancel " + step);
    laptop.awaitStep(cluster, step, StepState.RUNNING);
  }

  @Test
  void shouldEndAClusterOnlyWhenToldTwice() throws Exception {
    // given
    String cluster = laptop.waitingCluster("shared");

    // when
    Laptop.Run asked = Laptop.escala("terminate", cluster);
    Laptop.Run told = Laptop.escala("terminate", "--yes", "--json", cluster);

    // then
    assertThat(asked.exit()).isEqualTo(2);
    assertThat(asked.err()).contains("add --yes to end " + cluster);
    assertThat(told.exit()).isZero();
    assertThat(told.json().path("state").asText()).startsWith("TERMINAT");
    laptop.awaitCluster(cluster, c -> c.status().state() == ClusterState.TERMINATED);
    assertThat(Laptop.escala("clusters").out()).contains("No cluster lives");
    assertThat(Laptop.escala("clusters", "--all", "--json").json().path("clusters"))
        .hasSize(1)
        .first()
        .satisfies(each -> assertThat(each.path("id").asText()).isEqualTo(cluster));
  }

  @Test
  void shouldListStepsWithWhatFailedOnesSaid() throws Exception {
    // given
    laptop.waitingCluster("shared");
    laptop.submit("bad");
    laptop.submit("good");

    // when
    Laptop.Run table = Laptop.escala("steps");
    Laptop.Run json = Laptop.escala("steps", "--json");

    // then
    assertThat(table.out()).containsPattern("FAILED .*bad +row 3 is bad");
    assertThat(json.json().path("steps").findValuesAsText("state"))
        .containsExactly("COMPLETED", "FAILED");
  }

  @Test
  void shouldSayThatThereIsNoSuchClusterOrStep() throws Exception {
    // given
    String cluster = laptop.waitingCluster("shared");

    // then
    assertThat(Laptop.escala("steps", "j-NONE").err())
        .contains("escala: there is no cluster j-NONE at http://127.0.0.1:", "escala clusters");
    assertThat(Laptop.escala("watch", "s-NONE").err()).contains("has a step s-NONE");
    assertThat(Laptop.escala("logs", "s-NONE", "--cluster", cluster).err())
        .contains("the cluster has no step s-NONE");
    assertThat(laptop.submit("--cluster", "j-NONE", "good").err())
        .contains("there is no cluster j-NONE");
  }

  @Test
  void shouldSayHowToStartTheEndpointOrToGoToAws() {
    // given
    laptop.close();

    // when
    Laptop.Run run;
    System.setProperty("escala.root", root.toString());
    System.setProperty("escala.sparkJava", "java");
    try {
      run = Laptop.escala("clusters");
    } finally {
      laptop.close();
    }

    // then
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("./escala up starts it", "--aws").hasLineCount(1);
  }

  @Test
  void shouldSayWhereCredentialsComeFromWhenThereAreNone() throws Exception {
    // when
    Process process =
        command(
            Map.of("AWS_ENDPOINT_URL", "http://127.0.0.1:9", "AWS_REGION", "eu-west-1"),
            "clusters");
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    // then
    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(said)
        .contains("At AWS_ENDPOINT_URL: http://127.0.0.1:9, region eu-west-1")
        .contains("escala: no AWS credentials were found. Next: aws configure")
        .doesNotContain("\tat ")
        .hasLineCount(2);
  }

  /** A command in a JVM of its own, with nothing of AWS in its environment but this. */
  private Process command(Map<String, String> environment, String... words) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    // Spark is on a test's class path, and its logger with it
    command.add("-Dslf4j.internal.verbosity=ERROR");
    command.addAll(List.of("-Descala.root=" + root, "-Descala.sparkJava=java"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.escala.cli.Escala"));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().remove("ESCALA_HOME");
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_EC2_METADATA_DISABLED",
                "true",
                "AWS_CONFIG_FILE",
                root.resolve("none").toString(),
                "AWS_SHARED_CREDENTIALS_FILE",
                root.resolve("none").toString()));
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static final String TEMPLATE =
      """
      {"Resources": {"Cluster": {"Type": "AWS::EMR::Cluster", "Properties": {
         "Name": "escala", "ReleaseLabel": "emr-spark-8.1.0", "ServiceRole": "service", "JobFlowRole": "nodes",
         "Applications": [{"Name": "Spark"}], "LogUri": "s3://jobs/logs/",
         "Tags": [{"Key": "team", "Value": "ml"}],
         "Configurations": [{"Classification": "spark-defaults", "ConfigurationProperties": {"spark.a": "b"}}],
         "Instances": {
           "KeepJobFlowAliveWhenNoSteps": false, "Ec2SubnetIds": ["subnet-1", "subnet-2"],
           "EmrManagedMasterSecurityGroup": "sg-1", "EmrManagedSlaveSecurityGroup": "sg-2", "ServiceAccessSecurityGroup": "sg-3",
           "MasterInstanceFleet": {"TargetOnDemandCapacity": 1, "InstanceTypeConfigs": [{"InstanceType": "m7g.xlarge"}]},
           "CoreInstanceFleet": {"TargetOnDemandCapacity": 2, "InstanceTypeConfigs": [{"InstanceType": "m7g.xlarge"}]},
           "TaskInstanceFleets": [{"TargetSpotCapacity": 3, "InstanceTypeConfigs": [{"InstanceType": "r7g.xlarge"}]}]}}}},
       "Outputs": {"ClusterId": {"Value": {"Ref": "Cluster"}}}}
      """;
}
