package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** CloudFormation deletes a resource before those it depends on. */
class DestroyOrderTest {
  private final Map<String, Template> stacks = Synthesis.everything();
  private final Template kubernetes = stacks.get("EscalaKubernetes");
  private final Dependencies dependencies = new Dependencies(kubernetes);

  @Test
  void shouldDependInNoCircle() {
    assertThat(stacks.values())
        .allSatisfy(stack -> assertThat(new Dependencies(stack).circular()).isEmpty());
  }

  @Test
  void shouldDeleteTheClusterBeforeWhatItAndItsNodesNeed() {
    assertThat(dependencies.of(only("AWS::EKS::Cluster")))
        .containsAll(ids("AWS::EC2::VPCEndpoint"))
        .containsAll(
            ids(
                "AWS::IAM::Role",
                resource ->
                    resource.toString().contains("eks.amazonaws.com")
                        || resource.toString().contains("ec2.amazonaws.com")))
        // Otherwise the last lines of its log would make a new group, to be kept for ever.
        .containsAll(
            ids("AWS::Logs::LogGroup", resource -> resource.toString().contains("/aws/eks/")));
  }

  @Test
  void shouldDeleteAddOnsAndAccessBeforeTheCluster() {
    for (String type : List.of("AWS::EKS::Addon", "AWS::EKS::AccessEntry")) {
      assertThat(ids(type))
          .isNotEmpty()
          .allSatisfy(id -> assertThat(dependencies.of(id)).contains(only("AWS::EKS::Cluster")));
    }
  }

  /** Charts and manifests depend on the mark, whichever stack they are in. */
  @Test
  void shouldKeepAllThatKubectlNeedsUntilChartsAndManifestsAreGone() {
    // given
    String mark = only("AWS::SSM::Parameter");

    // then
    assertThat(dependencies.of(mark))
        .contains(only("AWS::EKS::Cluster"))
        .containsAll(ids("AWS::EKS::AccessEntry"))
        .containsAll(ids("AWS::EC2::VPCEndpoint"))
        .containsAll(ids("AWS::EC2::SecurityGroupIngress"))
        .containsAll(
            ids("AWS::IAM::Policy", resource -> resource.toString().contains("eks:Describe")));
    assertThat(kubernetes.all())
        .allSatisfy(
            (id, resource) -> {
              if (resource.path("Type").asText().startsWith("Custom::AWSCDK-EKS-")) {
                assertThat(dependencies.of(id)).contains(mark);
              }
            });
  }

  @Test
  void shouldLetLambdaTakeItsNetworkInterfacesBack() {
    // given
    Set<String> functions =
        ids("AWS::Lambda::Function", resource -> resource.at("/Properties").has("VpcConfig"));

    // then
    assertThat(functions)
        .singleElement()
        .satisfies(
            function ->
                assertThat(dependencies.of(function))
                    .containsAll(
                        ids(
                            "AWS::IAM::Policy",
                            policy -> policy.toString().contains("ec2:DeleteNetworkInterface")))
                    .containsAll(
                        ids(
                            "AWS::EC2::SecurityGroup",
                            group -> group.toString().contains("kubectl and Helm"))));
  }

  @Test
  void shouldDeleteEveryFunctionBeforeTheGroupItLogsTo() {
    assertThat(ids("AWS::Lambda::Function"))
        .hasSize(2)
        .allSatisfy(
            function -> {
              String group =
                  kubernetes
                      .all()
                      .get(function)
                      .at("/Properties/LoggingConfig/LogGroup/Ref")
                      .asText();
              assertThat(ids("AWS::Logs::LogGroup")).contains(group);
            });
  }

  @Test
  void shouldDeleteTheClusterBeforeTheNetworkAndTheKey() {
    assertThat(kubernetes.root().findValuesAsText("Fn::ImportValue"))
        .anyMatch(name -> name.startsWith("EscalaNetwork:"))
        .anyMatch(name -> name.startsWith("EscalaStorage:"));
    assertThat(List.of(stacks.get("EscalaNetwork"), stacks.get("EscalaStorage")))
        .allSatisfy(
            stack ->
                assertThat(stack.root().findValuesAsText("Fn::ImportValue"))
                    .noneMatch(name -> name.startsWith("EscalaKubernetes:")));
  }

  private String only(String type) {
    assertThat(ids(type)).hasSize(1);
    return ids(type).iterator().next();
  }

  private Set<String> ids(String type) {
    return kubernetes.resources(type).keySet();
  }

  private Set<String> ids(String type, Predicate<JsonNode> which) {
    Set<String> ids = new TreeSet<>();
    kubernetes
        .resources(type)
        .forEach(
            (id, resource) -> {
              if (which.test(resource)) {
                ids.add(id);
              }
            });
    assertThat(ids).isNotEmpty();
    return ids;
  }
}
