package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class AllStacksTest {
  /** What the local endpoint has to know. A type that is new here is new work there. */
  private static final Set<String> TYPES =
      Set.of(
          "AWS::ApiGatewayV2::Api",
          "AWS::ApiGatewayV2::Integration",
          "AWS::ApiGatewayV2::Route",
          "AWS::ApiGatewayV2::Stage",
          "AWS::EC2::FlowLog",
          "AWS::EC2::RouteTable",
          "AWS::EC2::SecurityGroup",
          "AWS::EC2::SecurityGroupIngress",
          "AWS::EC2::Subnet",
          "AWS::EC2::SubnetRouteTableAssociation",
          "AWS::EC2::VPC",
          "AWS::EC2::VPCEndpoint",
          "AWS::EMR::Cluster",
          "AWS::EMR::SecurityConfiguration",
          "AWS::IAM::InstanceProfile",
          "AWS::IAM::Policy",
          "AWS::IAM::Role",
          "AWS::KMS::Key",
          "AWS::Lambda::Alias",
          "AWS::Lambda::Function",
          "AWS::Lambda::Permission",
          "AWS::Lambda::Version",
          "AWS::Logs::LogGroup",
          "AWS::S3::Bucket",
          "AWS::S3::BucketPolicy",
          "Custom::S3AutoDeleteObjects");

  private static final Set<String> TYPES_WITH_KUBERNETES =
      Set.of(
          "AWS::EKS::AccessEntry",
          "AWS::EKS::Addon",
          "AWS::ECR::Repository",
          "AWS::EKS::Cluster",
          "AWS::EKS::PodIdentityAssociation",
          "AWS::Lambda::LayerVersion",
          "AWS::SSM::Parameter",
          "Custom::AWSCDK-EKS-HelmChart",
          "Custom::AWSCDK-EKS-KubernetesResource",
          "Custom::JavaImage");

  private final Map<String, Template> stacks = Synthesis.everything();

  @Test
  void shouldConsistOfTheKnownTypes() {
    // given
    Set<String> all = new HashSet<>(TYPES);
    all.addAll(TYPES_WITH_KUBERNETES);

    // then
    assertThat(types(Synthesis.deleting())).containsExactlyInAnyOrderElementsOf(TYPES);
    assertThat(types(stacks)).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void shouldHoldEveryStack() {
    assertThat(stacks)
        .containsOnlyKeys(
            "EscalaStorage",
            "EscalaNetwork",
            "EscalaSpark",
            "EscalaInference",
            "EscalaKubernetes",
            "EscalaServing");
  }

  @Test
  void shouldLeaveNothingBehindButWhatGoesWithTheCluster() {
    assertThat(stacks.values().stream().flatMap(stack -> stack.all().values().stream()))
        .filteredOn(StorageStackTest::isRetained)
        .extracting(resource -> resource.path("Type").asText())
        .containsOnly("Custom::AWSCDK-EKS-KubernetesResource");
  }

  @Test
  void shouldCarryTheProjectsTag() {
    for (String type :
        Set.of("AWS::S3::Bucket", "AWS::EMR::Cluster", "AWS::EC2::VPC", "AWS::Lambda::Function")) {
      assertThat(stacks.values().stream().flatMap(stack -> stack.resources(type).values().stream()))
          .filteredOn(resource -> !isTheCdksOwn(resource))
          .isNotEmpty()
          .allSatisfy(
              resource ->
                  assertThat(resource.at("/Properties/Tags").toString()).contains("\"project\""));
    }
  }

  @Test
  void shouldImportFromStorageNetworkAndClusterAlone() {
    assertThat(stacks.values())
        .flatExtracting(stack -> stack.root().findValuesAsText("Fn::ImportValue"))
        .isNotEmpty()
        .allMatch(name -> name.matches("Escala(Storage|Network|Kubernetes):.*"));
  }

  @Test
  void shouldKnowNoAccountAndNoRegion() {
    assertThat(stacks.values())
        .allSatisfy(
            stack ->
                assertThat(stack.root().toString())
                    .doesNotContainPattern("\\b(us|eu|ap|sa|ca|me|af)-[a-z]+-\\d\\b")
                    .doesNotContainPattern("\"\\d{12}\""));
  }

  private static Set<String> types(Map<String, Template> stacks) {
    return stacks.values().stream()
        .flatMap(stack -> stack.all().values().stream())
        .map(resource -> resource.path("Type").asText())
        .collect(Collectors.toSet());
  }

  /** The function that empties the bucket is no taggable construct. */
  private static boolean isTheCdksOwn(JsonNode resource) {
    return resource.at("/Properties/Runtime").asText().startsWith("nodejs");
  }
}
