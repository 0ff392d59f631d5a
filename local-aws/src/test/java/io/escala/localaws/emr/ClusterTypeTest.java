package io.escala.localaws.emr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.localaws.Clients;
import io.escala.localaws.LocalAws;
import io.escala.localaws.Options;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.emr.EmrClient;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.ClusterState;
import software.amazon.awssdk.services.emr.model.ClusterStateChangeReasonCode;
import software.amazon.awssdk.services.emr.model.InstanceFleet;
import software.amazon.awssdk.services.emr.model.Tag;
import software.amazon.awssdk.services.s3.S3Client;

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

  private static final String ENCRYPTED =
      """
      {"Resources": {
        "Security": {"Type": "AWS::EMR::SecurityConfiguration", "Properties": {
          "Name": "tls", "SecurityConfiguration": {"EncryptionConfiguration": {
            "EnableInTransitEncryption": true, "EnableAtRestEncryption": false,
            "InTransitEncryptionConfiguration": {"TLSCertificateConfiguration": {
              "CertificateProviderType": "PEM", "S3Object": "s3://tls/certificates.zip"}}}}}},
        "Cluster": {"Type": "AWS::EMR::Cluster", "Properties": {
          "Name": "c", "ReleaseLabel": "emr-spark-8.1.0", "JobFlowRole": "r", "ServiceRole": "s",
          "SecurityConfiguration": {"Ref": "Security"},
          "Instances": {"MasterInstanceFleet": {"TargetOnDemandCapacity": 1}}}}},
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

  @Test
  void aClusterWhoseCertificatesCannotBeInstalledDoesNotComeUp() throws Exception {
    // given
    Certificates ours = Certificates.make(folder, "-1H");
    Map<String, String> files =
        Map.of("privateKey.pem", ours.key(), "certificateChain.pem", ours.certificate());

    try (S3Client s3 = Clients.s3(aws)) {
      s3.createBucket(c -> c.bucket("tls"));

      // when
      stacks.createStack(c -> c.stackName("S").templateBody(ENCRYPTED));

      // then
      assertThat(stackReasons())
          .contains(
              "certificate installation failed: there is no object s3://tls/certificates.zip");
      assertThat(emr.listClusters().clusters())
          .singleElement()
          .satisfies(
              cluster -> {
                assertThat(cluster.status().state()).isEqualTo(ClusterState.TERMINATED_WITH_ERRORS);
                assertThat(cluster.status().stateChangeReason().code())
                    .isEqualTo(ClusterStateChangeReasonCode.BOOTSTRAP_FAILURE);
              });

      // when the object is there and lacks what makes it trusted
      stacks.deleteStack(d -> d.stackName("S"));
      put(s3, files);
      stacks.createStack(c -> c.stackName("S").templateBody(ENCRYPTED));

      // then
      assertThat(stackReasons())
          .contains("s3://tls/certificates.zip has no trustedCertificates.pem");

      // when it is whole
      stacks.deleteStack(d -> d.stackName("S"));
      Map<String, String> whole = new TreeMap<>(files);
      whole.put("trustedCertificates.pem", ours.certificate());
      put(s3, whole);
      stacks.createStack(c -> c.stackName("S").templateBody(ENCRYPTED));

      // then
      assertThat(emr.describeCluster(d -> d.clusterId(id())).cluster().status().state())
          .isEqualTo(ClusterState.WAITING);
      assertThat(emr.describeSecurityConfiguration(d -> d.name("tls")).securityConfiguration())
          .contains("s3://tls/certificates.zip");
    }
  }

  @Test
  void aClusterWithoutItsSecurityConfigurationIsRefused() {
    assertThatThrownBy(
            () ->
                emr.runJobFlow(
                    r ->
                        r.name("c")
                            .releaseLabel("emr-spark-8.1.0")
                            .securityConfiguration("gone")
                            .instances(i -> i.keepJobFlowAliveWhenNoSteps(true))))
        .hasMessageContaining("Security configuration with name 'gone' does not exist");
  }

  @Test
  void aSecurityConfigurationOfAnotherStackIsNeitherTakenNorRemoved() {
    // given
    String template =
        """
        {"Resources": {"Security": {"Type": "AWS::EMR::SecurityConfiguration", "Properties": {
          "Name": "shared", "SecurityConfiguration": {}}}}}
        """;
    stacks.createStack(c -> c.stackName("Owner").templateBody(template));

    // when
    stacks.createStack(c -> c.stackName("S").templateBody(template));
    assertThat(stackReasons()).contains("a security configuration is called shared already");
    stacks.deleteStack(d -> d.stackName("S"));

    // then
    assertThat(emr.describeSecurityConfiguration(d -> d.name("shared")).name()).isEqualTo("shared");
    stacks.deleteStack(d -> d.stackName("Owner"));
    assertThatThrownBy(() -> emr.describeSecurityConfiguration(d -> d.name("shared")))
        .hasMessageContaining("does not exist");
  }

  private static void put(S3Client s3, Map<String, String> files) throws Exception {
    s3.putObject(
        p -> p.bucket("tls").key("certificates.zip"),
        RequestBody.fromBytes(Certificates.zip(files)));
  }

  private String stackReasons() {
    return stacks.describeStackEvents(d -> d.stackName("S")).stackEvents().stream()
        .map(StackEvent::resourceStatusReason)
        .filter(Objects::nonNull)
        .collect(Collectors.joining("\n"));
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
