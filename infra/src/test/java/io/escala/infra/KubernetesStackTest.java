package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

class KubernetesStackTest {
  private static final String ASSETS = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}";

  private final Template template = Synthesis.everything().get("EscalaKubernetes");
  private final JsonNode cluster = template.only("AWS::EKS::Cluster");

  @Test
  void shouldNotBeThereUnlessAsked() {
    assertThat(Synthesis.standard()).doesNotContainKey("EscalaKubernetes");
  }

  @Test
  void shouldRunAutoModeInStandardSupport() {
    assertThat(cluster.path("Version").asText()).isEqualTo("1.36");
    assertThat(cluster.at("/UpgradePolicy/SupportType").asText()).isEqualTo("STANDARD");
    assertThat(cluster.at("/ComputeConfig/Enabled").asBoolean()).isTrue();
    assertThat(template.texts(cluster.at("/ComputeConfig/NodePools")))
        .containsExactly("system", "general-purpose");
    assertThat(cluster.at("/StorageConfig/BlockStorage/Enabled").asBoolean()).isTrue();
    assertThat(cluster.at("/KubernetesNetworkConfig/ElasticLoadBalancing/Enabled").asBoolean())
        .isTrue();
    assertThat(cluster.path("BootstrapSelfManagedAddons").asBoolean(true)).isFalse();
  }

  @Test
  void shouldRunTheConfiguredVersion() {
    assertThat(with("kubernetes.version", "1.35").path("Version").asText()).isEqualTo("1.35");
  }

  @Test
  void shouldEncryptSecretsWithOurKey() {
    assertThat(cluster.path("EncryptionConfig"))
        .singleElement()
        .satisfies(
            encryption -> {
              assertThat(template.texts(encryption.path("Resources"))).containsExactly("secrets");
              assertThat(template.text(encryption.at("/Provider/KeyArn"))).isEqualTo("${Key.Arn}");
            });
  }

  @Test
  void shouldLogTheWholeControlPlaneForAsLongAsConfigured() {
    assertThat(cluster.at("/Logging/ClusterLogging/EnabledTypes").findValuesAsText("Type"))
        .containsExactlyInAnyOrder(
            "api", "audit", "authenticator", "controllerManager", "scheduler");
    assertThat(template.resources("AWS::Logs::LogGroup").values())
        .hasSize(2)
        .allMatch(group -> group.at("/Properties/RetentionInDays").asInt() == 14)
        .anyMatch(
            group ->
                group
                    .at("/Properties/LogGroupName")
                    .asText()
                    .equals("/aws/eks/" + cluster.path("Name").asText() + "/cluster"));
  }

  @Test
  void shouldBeReachedFromTheNetworkAlone() {
    assertThat(cluster.at("/ResourcesVpcConfig/EndpointPrivateAccess").asBoolean()).isTrue();
    assertThat(cluster.at("/ResourcesVpcConfig/EndpointPublicAccess").asBoolean(true)).isFalse();
    assertThat(cluster.path("ResourcesVpcConfig").has("PublicAccessCidrs")).isFalse();
  }

  @Test
  void shouldBeReachedFromTheAllowListIfAsked() {
    // when
    JsonNode network =
        with(
                "kubernetes.endpoint",
                "public",
                "kubernetes.publicCidrs",
                "203.0.113.0/24,198.51.100.7/32")
            .path("ResourcesVpcConfig");

    // then
    assertThat(network.path("EndpointPublicAccess").asBoolean()).isTrue();
    assertThat(network.path("EndpointPrivateAccess").asBoolean()).isTrue();
    assertThat(template.texts(network.path("PublicAccessCidrs")))
        .containsExactly("203.0.113.0/24", "198.51.100.7/32");
  }

  @Test
  void shouldLetNobodyInButKubectlAndTheConfiguredAdmins() {
    // given
    Template administered =
        Synthesis.with(
                Map.of(
                    "kubernetes.enabled",
                    "true",
                    "kubernetes.admins",
                    "arn:aws:iam::111122223333:role/A,arn:aws:iam::111122223333:user/b"))
            .get("EscalaKubernetes");

    // then
    assertThat(cluster.at("/AccessConfig/AuthenticationMode").asText()).isEqualTo("API");
    assertThat(cluster.at("/AccessConfig/BootstrapClusterCreatorAdminPermissions").isBoolean())
        .isTrue();
    assertThat(cluster.at("/AccessConfig/BootstrapClusterCreatorAdminPermissions").asBoolean())
        .isFalse();
    assertThat(principals(template)).containsExactly("${KubectlRole.Arn}");
    assertThat(principals(administered))
        .containsExactlyInAnyOrder(
            "${KubectlRole.Arn}",
            "arn:aws:iam::111122223333:role/A",
            "arn:aws:iam::111122223333:user/b");
  }

  @Test
  void shouldReachTheServicesItNeedsThroughEndpoints() {
    assertThat(template.resources("AWS::EC2::VPCEndpoint").values())
        .extracting(endpoint -> template.text(endpoint.at("/Properties/ServiceName")))
        .containsExactlyInAnyOrder(
            "com.amazonaws.${AWS::Region}.ec2",
            "com.amazonaws.${AWS::Region}.ecr.api",
            "com.amazonaws.${AWS::Region}.ecr.dkr",
            "com.amazonaws.${AWS::Region}.eks",
            "com.amazonaws.${AWS::Region}.eks-auth");
    assertThat(template.resources("AWS::EC2::VPCEndpoint").values())
        .allMatch(endpoint -> endpoint.at("/Properties/PrivateDnsEnabled").asBoolean())
        .allMatch(
            endpoint ->
                endpoint
                    .at("/Properties/SubnetIds")
                    .equals(cluster.at("/ResourcesVpcConfig/SubnetIds")));
  }

  @Test
  void shouldMeasurePodsForTheirAutoscaler() {
    assertThat(template.only("AWS::EKS::Addon").path("AddonName").asText())
        .isEqualTo("metrics-server");
  }

  @Test
  void shouldAcceptConnectionsFromTheNetworkAlone() {
    assertThat(template.resources("AWS::EC2::SecurityGroup").values())
        .flatExtracting(
            group ->
                StreamSupport.stream(
                        group.at("/Properties/SecurityGroupIngress").spliterator(), false)
                    .toList())
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(template.text(rule.path("CidrIp"))).isEqualTo("${Vpc.CidrBlock}");
              assertThat(rule.path("FromPort").asInt()).isEqualTo(443);
              assertThat(rule.path("ToPort").asInt()).isEqualTo(443);
            });
    JsonNode toTheApi = template.only("AWS::EC2::SecurityGroupIngress");
    assertThat(template.text(toTheApi.path("GroupId"))).isEqualTo("${Api.GroupId}");
    assertThat(template.text(toTheApi.path("SourceSecurityGroupId")))
        .isEqualTo("${KubectlGroup.GroupId}");
    assertThat(toTheApi.path("FromPort").asInt()).isEqualTo(443);
  }

  /** S3 has no addresses to name; beyond it nothing leads out of the network. */
  @Test
  void shouldNameAllAddressesOnlyWhereKubectlReachesS3() {
    assertThat(template.resources("AWS::EC2::SecurityGroup"))
        .allSatisfy(
            (id, group) ->
                assertThat(group.toString().contains("0.0.0.0/0"))
                    .isEqualTo(id.startsWith("KubectlGroup")));
    assertThat(
            template.all().values().stream()
                .filter(
                    resource -> !resource.path("Type").asText().equals("AWS::EC2::SecurityGroup")))
        .noneMatch(resource -> resource.toString().contains("0.0.0.0/0"));
  }

  @Test
  void shouldKnowNoPlaintextEndpoint() {
    assertThat(template.root().toString()).doesNotContain("http://");
  }

  @Test
  void shouldAllowKubectlExactlyWhatItNeeds() {
    assertThat(Statement.of(template))
        .extracting(Statement::policy, Statement::actions, Statement::resources)
        .containsExactlyInAnyOrder(
            tuple("KubectlPolicy", List.of("eks:DescribeCluster"), List.of("${Cluster.Arn}")),
            tuple(
                "KubectlPolicy",
                List.of("logs:CreateLogStream", "logs:PutLogEvents"),
                List.of("${KubectlLogs.Arn}")),
            tuple(
                "KubectlPolicy",
                List.of(
                    "ec2:AssignPrivateIpAddresses",
                    "ec2:CreateNetworkInterface",
                    "ec2:DeleteNetworkInterface",
                    "ec2:DescribeNetworkInterfaces",
                    "ec2:DescribeSubnets",
                    "ec2:UnassignPrivateIpAddresses"),
                List.of("*")),
            tuple(
                "KubectlPolicy",
                List.of("s3:GetObject"),
                List.of("arn:${AWS::Partition}:s3:::" + ASSETS + "/*.zip")),
            tuple(
                "ClusterKubectlProviderframeworkonEventServiceRole",
                List.of("lambda:InvokeFunction"),
                List.of(
                    "${ClusterKubectlProviderHandler.Arn}",
                    "${ClusterKubectlProviderHandler.Arn}:*")),
            tuple(
                "ClusterKubectlProviderframeworkonEventServiceRole",
                List.of("lambda:GetFunction"),
                List.of("${ClusterKubectlProviderHandler.Arn}")),
            tuple(
                "ClusterKubectlProviderframeworkonEventServiceRole",
                List.of("logs:CreateLogStream", "logs:PutLogEvents"),
                List.of("${KubectlLogs.Arn}")));
  }

  @Test
  void shouldGiveManagedPoliciesToTheClusterAndItsNodesAlone() {
    assertThat(template.resources("AWS::IAM::Role"))
        .allSatisfy(
            (id, role) ->
                assertThat(template.texts(role.at("/Properties/ManagedPolicyArns")))
                    .isEqualTo(
                        managed(
                            id.startsWith("ClusterRole")
                                ? List.of(
                                    "AmazonEKSClusterPolicy",
                                    "AmazonEKSComputePolicy",
                                    "AmazonEKSBlockStoragePolicy",
                                    "AmazonEKSLoadBalancingPolicy",
                                    "AmazonEKSNetworkingPolicy")
                                : id.startsWith("NodeRole")
                                    ? List.of(
                                        "AmazonEKSWorkerNodeMinimalPolicy",
                                        "AmazonEC2ContainerRegistryPullOnly")
                                    : List.of())));
  }

  @Test
  void shouldPullChartsFromTheMirrorAlone() {
    // given
    Template mirrored =
        Synthesis.with(
                Map.of(
                    "kubernetes.enabled",
                    "true",
                    "kubernetes.mirror",
                    "111122223333.dkr.ecr.eu-west-1.amazonaws.com/team/mirror"))
            .get("EscalaKubernetes");

    // then
    assertThat(Statement.of(mirrored))
        .extracting(
            statement ->
                statement.actions().stream().filter(action -> action.startsWith("ecr:")).toList(),
            Statement::resources)
        .filteredOn(statement -> !statement.toList().get(0).equals(List.of()))
        .containsExactlyInAnyOrder(
            tuple(List.of("ecr:GetAuthorizationToken"), List.of("*")),
            tuple(
                List.of("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"),
                List.of(
                    "arn:${AWS::Partition}:ecr:eu-west-1:111122223333:repository/team/mirror/*")));
  }

  @Test
  void shouldTellTheClustersName() {
    assertThat(template.text(template.output("ClusterName"))).isEqualTo("${Cluster}");
  }

  private static List<String> managed(List<String> names) {
    return names.stream().map(name -> "arn:${AWS::Partition}:iam::aws:policy/" + name).toList();
  }

  private static List<String> principals(Template template) {
    return template.resources("AWS::EKS::AccessEntry").values().stream()
        .map(entry -> template.text(entry.at("/Properties/PrincipalArn")))
        .toList();
  }

  private static JsonNode with(String... keysAndValues) {
    Map<String, String> keys = new HashMap<>(Map.of("kubernetes.enabled", "true"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      keys.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return Synthesis.with(keys).get("EscalaKubernetes").only("AWS::EKS::Cluster");
  }
}
