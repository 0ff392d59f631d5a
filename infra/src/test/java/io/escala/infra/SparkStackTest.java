package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class SparkStackTest {
  private static final String ASSETS =
      "s3://cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}/";

  private final Template template = Synthesis.standard().get("EscalaSpark");
  private final JsonNode cluster = template.only("AWS::EMR::Cluster");

  @Test
  void shouldGenerateRowsAndTrainOnThemWithoutAnInput() {
    assertThat(steps(template))
        .containsExactly(
            List.of(
                "spark-submit",
                "--deploy-mode",
                "cluster",
                "--class",
                "io.escala.spark.SparkJob",
                ASSETS + "<hash>.jar",
                "generate",
                "--output-path",
                "s3://${Bucket}/data/bank",
                "--rows",
                "45211",
                "--seed",
                "1"),
            train("s3://${Bucket}/data/bank"));
  }

  @Test
  void shouldTrainOnALocalFileThatTravelsAsAnAsset() {
    // when
    Template local = Synthesis.with(Map.of("input", "bank.csv")).get("EscalaSpark");

    // then
    assertThat(steps(local)).containsExactly(train(ASSETS + "<hash>.csv"));
    assertThat(allowedTo("s3:GetObject", local))
        .contains(
            "arn:${AWS::Partition}:s3:::cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}/<hash>.csv");
  }

  @Test
  void shouldTrainOnWhatIsInS3AndReadNothingElseThere() {
    // when
    Template inS3 = Synthesis.with(Map.of("input", "s3://mine/raw/bank.csv")).get("EscalaSpark");

    // then
    assertThat(steps(inS3)).containsExactly(train("s3://mine/raw/bank.csv"));
    assertThat(allowedTo("s3:GetObject", inS3))
        .filteredOn(resource -> resource.contains("mine"))
        .containsExactlyInAnyOrder(
            "arn:${AWS::Partition}:s3:::mine/raw/bank.csv",
            "arn:${AWS::Partition}:s3:::mine/raw/bank.csv/*");
    assertThat(allowedTo("s3:PutObject", inS3)).noneMatch(resource -> resource.contains("mine"));
  }

  @Test
  void shouldLetTheClusterListOnlyWhatItMayRead() {
    // when
    Template inS3 = Synthesis.with(Map.of("input", "s3://mine/raw/bank.csv")).get("EscalaSpark");

    // then
    assertThat(Statement.of(inS3))
        .filteredOn(statement -> statement.actions().contains("s3:ListBucket"))
        .extracting(
            statement -> statement.resources().get(0),
            statement -> inS3.texts(statement.condition().at("/StringLikeIfExists/s3:prefix")))
        .containsExactlyInAnyOrder(
            tuple(
                "${Bucket.Arn}",
                List.of(
                    "data",
                    "data/*",
                    "models",
                    "models/*",
                    "results",
                    "results/*",
                    "logs",
                    "logs/*")),
            tuple(
                "arn:${AWS::Partition}:s3:::cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}",
                List.of("<hash>.jar", "<hash>.jar/*")),
            tuple("arn:${AWS::Partition}:s3:::mine", List.of("raw/bank.csv", "raw/bank.csv/*")));
  }

  @Test
  void shouldEndWithItsStepsAndShowAFailure() {
    assertThat(cluster.at("/Instances/KeepJobFlowAliveWhenNoSteps").isBoolean()).isTrue();
    assertThat(cluster.at("/Instances/KeepJobFlowAliveWhenNoSteps").asBoolean()).isFalse();
    assertThat(cluster.at("/Instances/TerminationProtected").asBoolean(true)).isFalse();
    assertThat(cluster.path("VisibleToAllUsers").asBoolean()).isTrue();
    assertThat(cluster.path("Steps"))
        .hasSize(2)
        .allSatisfy(
            step -> {
              assertThat(step.path("ActionOnFailure").asText()).isEqualTo("TERMINATE_CLUSTER");
              assertThat(step.at("/HadoopJarStep/Jar").asText()).isEqualTo("command-runner.jar");
            });
    assertThat(template.resources("AWS::EMR::Step")).isEmpty();
  }

  @Test
  void shouldBuyTheConfiguredMachinesOnDemand() {
    // when
    JsonNode instances =
        Synthesis.with(Map.of("spark.coreCount", "7", "spark.coreInstanceType", "r7g.2xlarge"))
            .get("EscalaSpark")
            .only("AWS::EMR::Cluster")
            .path("Instances");

    // then
    assertThat(instances.at("/MasterInstanceFleet/TargetOnDemandCapacity").asInt()).isEqualTo(1);
    assertThat(instances.at("/MasterInstanceFleet/InstanceTypeConfigs/0/InstanceType").asText())
        .isEqualTo("m7g.xlarge");
    assertThat(instances.at("/CoreInstanceFleet/TargetOnDemandCapacity").asInt()).isEqualTo(7);
    assertThat(instances.at("/CoreInstanceFleet/InstanceTypeConfigs/0/InstanceType").asText())
        .isEqualTo("r7g.2xlarge");
  }

  @Test
  void shouldRunTheReleaseWithSparkAlone() {
    assertThat(cluster.path("ReleaseLabel").asText()).isEqualTo("emr-spark-8.1.0");
    assertThat(cluster.path("Applications").findValuesAsText("Name")).containsExactly("Spark");
  }

  @Test
  void shouldLogIntoTheBucket() {
    assertThat(template.text(cluster.path("LogUri"))).isEqualTo("s3://${Bucket}/logs/");
  }

  @Test
  void shouldEncryptDisksAndDemandTheSecondMetadataService() {
    // given
    JsonNode security =
        template.only("AWS::EMR::SecurityConfiguration").path("SecurityConfiguration");
    JsonNode disks =
        security.at(
            "/EncryptionConfiguration/AtRestEncryptionConfiguration/LocalDiskEncryptionConfiguration");

    // then
    assertThat(
            security
                .at("/InstanceMetadataServiceConfiguration/MinimumInstanceMetadataServiceVersion")
                .asInt())
        .isEqualTo(2);
    assertThat(security.at("/EncryptionConfiguration/EnableAtRestEncryption").asBoolean()).isTrue();
    assertThat(disks.path("EnableEbsEncryption").asBoolean()).isTrue();
    assertThat(template.text(disks.path("AwsKmsKey"))).isEqualTo("${Key.Arn}");
    assertThat(template.text(cluster.path("SecurityConfiguration")))
        .isEqualTo("${ClusterSecurity}");
  }

  @Test
  void shouldStartOnlyWhenEverythingThatEmrWouldOtherwiseCreateIsThere() {
    // given
    List<String> dependencies =
        template.texts(
            template.resources("AWS::EMR::Cluster").values().iterator().next().path("DependsOn"));

    // then
    for (String type :
        List.of(
            "AWS::EC2::VPCEndpoint",
            "AWS::EC2::SecurityGroupIngress",
            "AWS::IAM::Policy",
            "AWS::IAM::InstanceProfile")) {
      assertThat(template.resources(type)).isNotEmpty();
      assertThat(dependencies).containsAll(template.resources(type).keySet());
    }
  }

  @Test
  void shouldReachTheControlPlaneThroughAnEndpoint() {
    // given
    JsonNode emr = template.only("AWS::EC2::VPCEndpoint");

    // then
    assertThat(template.text(emr.path("ServiceName")))
        .isEqualTo("aws.api.${AWS::Region}.emr-service-cell01");
    assertThat(emr.path("VpcEndpointType").asText()).isEqualTo("Interface");
    assertThat(emr.path("PrivateDnsEnabled").asBoolean()).isTrue();
    assertThat(emr.path("SubnetIds")).isEqualTo(cluster.at("/Instances/Ec2SubnetIds"));
    assertThat(template.texts(emr.path("SecurityGroupIds")))
        .containsExactly("${NetworkServiceAccess.GroupId}");
    assertThat(template.text(cluster.at("/Instances/ServiceAccessSecurityGroup")))
        .isEqualTo("${NetworkServiceAccess.GroupId}");
  }

  @Test
  void shouldRunInTheSubnetsOfTheNetwork() {
    assertThat(template.texts(cluster.at("/Instances/Ec2SubnetIds")))
        .containsExactly("${VpcIsolatedSubnet1Subnet}", "${VpcIsolatedSubnet2Subnet}");
  }

  @Test
  void shouldHaveExactlyTheRulesThatEmrWouldAdd() {
    // given
    Set<String> rules =
        template.resources("AWS::EC2::SecurityGroupIngress").values().stream()
            .map(resource -> resource.path("Properties"))
            .map(
                rule ->
                    template.text(rule.path("SourceSecurityGroupId"))
                        + " -> "
                        + template.text(rule.path("GroupId"))
                        + " "
                        + rule.path("IpProtocol").asText()
                        + " "
                        + rule.path("FromPort").asInt()
                        + "-"
                        + rule.path("ToPort").asInt())
            .collect(Collectors.toSet());

    // then
    List<String> expected = new ArrayList<>();
    for (String from : List.of("${NetworkPrimary.GroupId}", "${NetworkCore.GroupId}")) {
      for (String to : List.of("${NetworkPrimary.GroupId}", "${NetworkCore.GroupId}")) {
        for (String ports : List.of("tcp 0-65535", "udp 0-65535", "icmp -1--1")) {
          expected.add(from + " -> " + to + " " + ports);
        }
      }
    }
    assertThat(rules).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void shouldLetNothingInFromOutsideTheNetwork() {
    // given
    List<JsonNode> inline =
        template.resources("AWS::EC2::SecurityGroup").values().stream()
            .flatMap(
                group ->
                    StreamSupport.stream(
                        group.at("/Properties/SecurityGroupIngress").spliterator(), false))
            .toList();

    // then
    assertThat(inline)
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(template.text(rule.path("CidrIp"))).isEqualTo("${Vpc.CidrBlock}");
              assertThat(rule.path("FromPort").asInt()).isEqualTo(443);
              assertThat(rule.path("ToPort").asInt()).isEqualTo(443);
            });
    assertThat(template.resources("AWS::EC2::SecurityGroupIngress").values())
        .noneMatch(
            rule ->
                rule.path("Properties").has("CidrIp") || rule.path("Properties").has("CidrIpv6"));
  }

  @Test
  void shouldCarryTheTagThatTheManagedPolicyAsksFor() {
    for (String type :
        List.of("AWS::EMR::Cluster", "AWS::EC2::SecurityGroup", "AWS::EC2::VPCEndpoint")) {
      assertThat(template.resources(type).values())
          .isNotEmpty()
          .allSatisfy(
              resource ->
                  assertThat(resource.at("/Properties/Tags"))
                      .anyMatch(
                          tag ->
                              tag.path("Key")
                                      .asText()
                                      .equals("for-use-with-amazon-emr-managed-policies")
                                  && tag.path("Value").asText().equals("true")));
    }
  }

  @Test
  void shouldEncryptWhatSparkSaysOnTheWayWithoutCertificates() {
    // when
    Template spark =
        Synthesis.with(Map.of("spark.inTransitEncryption", "spark")).get("EscalaSpark");

    // then
    JsonNode configurations = spark.only("AWS::EMR::Cluster").path("Configurations");
    for (String part : List.of("spark-defaults", "yarn-site")) {
      assertThat(configurations)
          .filteredOn(each -> each.path("Classification").asText().equals(part))
          .singleElement()
          .satisfies(
              each -> {
                JsonNode said = each.path("ConfigurationProperties");
                assertThat(said.path("spark.authenticate").asText()).isEqualTo("true");
                assertThat(said.path("spark.network.crypto.enabled").asText()).isEqualTo("true");
              });
    }
    assertThat(security(spark).path("EnableInTransitEncryption").asBoolean(true)).isFalse();
  }

  @Test
  void shouldEncryptEverythingOnTheWayWithCertificatesThatOnlyTheMachinesMayRead() {
    // when
    Template spark =
        Synthesis.with(Map.of("spark.inTransitEncryption", "s3://mine/tls/cluster.zip"))
            .get("EscalaSpark");

    // then
    JsonNode encryption = security(spark);
    JsonNode certificates =
        encryption.at("/InTransitEncryptionConfiguration/TLSCertificateConfiguration");
    assertThat(encryption.path("EnableInTransitEncryption").asBoolean()).isTrue();
    assertThat(certificates.path("CertificateProviderType").asText()).isEqualTo("PEM");
    assertThat(certificates.path("S3Object").asText()).isEqualTo("s3://mine/tls/cluster.zip");
    assertThat(Statement.of(spark))
        .filteredOn(statement -> statement.resources().toString().contains("mine"))
        .singleElement()
        .satisfies(
            statement -> {
              assertThat(statement.policy()).isEqualTo("RolesInstance");
              assertThat(statement.actions()).containsExactly("s3:GetObject");
              assertThat(statement.resources())
                  .filteredOn(resource -> resource.contains("mine"))
                  .containsExactly("arn:${AWS::Partition}:s3:::mine/tls/cluster.zip");
            });
    assertThat(spark.only("AWS::EMR::Cluster").path("Configurations"))
        .as("EMR turns Spark's own encryption on itself")
        .hasSize(1);
  }

  @Test
  void shouldOpenNoShellUnlessAskedAndThenThroughSystemsManagerAlone() {
    // when
    Template open = Synthesis.with(Map.of("spark.shell", "true")).get("EscalaSpark");

    // then
    assertThat(template.root().toString()).doesNotContain("ssmmessages");
    assertThat(
            open.resources("AWS::EC2::VPCEndpoint").values().stream()
                .map(endpoint -> open.text(endpoint.at("/Properties/ServiceName"))))
        .containsExactlyInAnyOrder(
            "aws.api.${AWS::Region}.emr-service-cell01",
            "com.amazonaws.${AWS::Region}.ssm",
            "com.amazonaws.${AWS::Region}.ssmmessages");
    assertThat(allowedTo("ssmmessages:OpenDataChannel", open)).containsExactly("*");
    assertThat(Statement.of(open))
        .flatExtracting(Statement::actions)
        .noneMatch(action -> action.startsWith("ssm:Get"));
    assertThat(open.root().toString()).doesNotContain("Ec2KeyName", "\"FromPort\":22");
  }

  @Test
  void shouldHaveTheSameRulesAndRightsInAVpcOfYours() {
    // given
    Template yours = Synthesis.with(Variation.ofYours()).get("EscalaSpark");

    // then
    assertThat(yours.resources("AWS::EC2::SecurityGroupIngress"))
        .isEqualTo(template.resources("AWS::EC2::SecurityGroupIngress"));
    assertThat(yours.resources("AWS::EC2::SecurityGroup").values())
        .hasSize(3)
        .allMatch(group -> group.at("/Properties/VpcId").asText().equals("vpc-0123456789abcdef0"));
    assertThat(yours.texts(yours.only("AWS::EMR::Cluster").at("/Instances/Ec2SubnetIds")))
        .containsExactly("subnet-0123456789abcdef0", "subnet-0fedcba9876543210");
    assertThat(allowedTo("ec2:RunInstances", yours))
        .as("its subnets carry no tag of ours")
        .containsExactly(
            "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:subnet/subnet-0123456789abcdef0",
            "arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:subnet/subnet-0fedcba9876543210");
    assertThat(yours.root().toString()).doesNotContain("Fn::ImportValue\":\"EscalaNetwork");
  }

  @Test
  void shouldUseTheEndpointToEmrThatAVpcOfYoursHas() {
    // given
    Map<String, String> keys = new HashMap<>(Variation.ofYoursWithEndpoints());
    keys.put("spark.lifecycle", "transient");

    // when
    Map<String, Template> stacks = Synthesis.with(Map.copyOf(keys));

    // then
    Template yours = stacks.get("EscalaSpark");
    assertThat(yours.resources("AWS::EC2::VPCEndpoint")).isEmpty();
    assertThat(yours.only("AWS::EMR::Cluster").at("/Instances/ServiceAccessSecurityGroup").asText())
        .isEqualTo("sg-0123456789abcdef0");
    assertThat(stacks.get("EscalaKubernetes").resources("AWS::EC2::VPCEndpoint")).isEmpty();
    assertThat(stacks).as("there is nothing to make").doesNotContainKey("EscalaNetwork");
  }

  @Test
  void shouldTellWhereThingsAre() {
    assertThat(template.text(template.output("ClusterId"))).isEqualTo("${Cluster}");
    assertThat(template.text(template.output("ResultsUri")))
        .isEqualTo("s3://${Bucket}/results/bank");
    assertThat(template.text(template.output("ModelsUri"))).isEqualTo("s3://${Bucket}/models");
  }

  private static JsonNode security(Template template) {
    return template
        .only("AWS::EMR::SecurityConfiguration")
        .at("/SecurityConfiguration/EncryptionConfiguration");
  }

  private static List<String> train(String input) {
    return List.of(
        "spark-submit",
        "--deploy-mode",
        "cluster",
        "--class",
        "io.escala.spark.SparkJob",
        ASSETS + "<hash>.jar",
        "train",
        "--input-path",
        input,
        "--output-path",
        "s3://${Bucket}/results/bank",
        "--model-path",
        "s3://${Bucket}/models",
        "--recipe",
        "full",
        "--algorithm",
        "gbt");
  }

  private static List<List<String>> steps(Template template) {
    List<List<String>> steps = new ArrayList<>();
    template
        .only("AWS::EMR::Cluster")
        .path("Steps")
        .forEach(step -> steps.add(template.texts(step.at("/HadoopJarStep/Args"))));
    return steps;
  }

  private static List<String> allowedTo(String action, Template template) {
    return Statement.of(template).stream()
        .filter(statement -> statement.actions().contains(action))
        .flatMap(statement -> statement.resources().stream())
        .toList();
  }
}
