package io.escala.localaws.emr;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.localaws.Clients;
import io.escala.localaws.LocalAws;
import io.escala.localaws.Options;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.emr.EmrClient;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.InstanceFleet;
import software.amazon.awssdk.services.emr.model.Tag;

class ClusterTypeTest {
  private static final String TEMPLATE =
      """
      {"Resources": {"Cluster": {"Type": "AWS::EMR::Cluster", "Properties": {
         "Name": "c", "ReleaseLabel": "emr-spark-8.1.0", "JobFlowRole": "r", "ServiceRole": "s",
         "Tags": [{"Key": "project", "Value": "%s"}], "VisibleToAllUsers": %s,
         "Instances": {"TerminationProtected": %s,
           "MasterInstanceFleet": {"TargetOnDemandCapacity": 1},
           "CoreInstanceFleet": {"TargetOnDemandCapacity": 2},
           "TaskInstanceFleets": [{"Name": "task", "TargetSpotCapacity": %s}]}}}},
       "Outputs": {"Id": {"Value": {"Ref": "Cluster"}}}}
      """;

  @TempDir Path folder;
  private LocalAws aws;
  private CloudFormationClient stacks;
  private EmrClient emr;

  @BeforeEach
  void start() {
    aws = LocalAws.start(Options.of(folder, 0));
    stacks = Clients.client(CloudFormationClient.builder(), aws);
    emr = Clients.client(EmrClient.builder(), aws);
  }

  @AfterEach
  void stop() {
    emr.close();
    stacks.close();
    aws.close();
  }

  @Test
  void changesWhatEmrChangesWhileAClusterRuns() {
    // given
    stacks.createStack(
        c -> c.stackName("S").templateBody(TEMPLATE.formatted("one", "true", "true", "4")));
    String id = id();

    // when
    stacks.updateStack(
        u -> u.stackName("S").templateBody(TEMPLATE.formatted("two", "false", "false", "8")));

    // then
    assertThat(id()).isEqualTo(id);
    Cluster cluster = emr.describeCluster(d -> d.clusterId(id)).cluster();
    assertThat(cluster.tags()).extracting(Tag::value).containsExactly("two");
    assertThat(cluster.visibleToAllUsers()).isFalse();
    assertThat(cluster.terminationProtected()).isFalse();
    assertThat(emr.listInstanceFleets(l -> l.clusterId(id)).instanceFleets())
        .extracting(InstanceFleet::targetSpotCapacity)
        .containsExactly(0, 0, 8);
  }

  private String id() {
    return stacks
        .describeStacks(d -> d.stackName("S"))
        .stacks()
        .get(0)
        .outputs()
        .get(0)
        .outputValue();
  }
}
