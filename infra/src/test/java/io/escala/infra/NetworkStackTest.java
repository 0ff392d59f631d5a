package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkStackTest {
  private final Template template = Synthesis.standard().get("EscalaNetwork");

  @Test
  void shouldHaveNoWayToTheInternet() {
    assertThat(template.all().values())
        .extracting(resource -> resource.path("Type").asText())
        .contains("AWS::EC2::VPC")
        .doesNotContain(
            "AWS::EC2::NatGateway",
            "AWS::EC2::InternetGateway",
            "AWS::EC2::EIP",
            "AWS::EC2::Route");
  }

  @Test
  void shouldReachS3WithoutPayingForIt() {
    // given
    JsonNode s3 = template.only("AWS::EC2::VPCEndpoint");

    // then
    assertThat(template.text(s3.path("ServiceName"))).isEqualTo("com.amazonaws.${AWS::Region}.s3");
    assertThat(s3.path("VpcEndpointType").asText()).isEqualTo("Gateway");
    assertThat(s3.path("RouteTableIds")).hasSize(2);
  }

  @Test
  void shouldSpreadOverTheConfiguredZonesWithoutAskingAws() {
    // when
    Template three = Synthesis.with(Map.of("network.zones", "3")).get("EscalaNetwork");

    // then
    assertThat(three.resources("AWS::EC2::Subnet").values())
        .extracting(subnet -> subnet.at("/Properties/AvailabilityZone/Fn::Select/0").asInt(-1))
        .containsExactly(0, 1, 2);
  }

  @Test
  void shouldCarryTheTagThatEmrsManagedPolicyAsksFor() {
    for (String type : List.of("AWS::EC2::VPC", "AWS::EC2::Subnet")) {
      assertThat(template.resources(type).values())
          .isNotEmpty()
          .allMatch(
              resource -> isTagged(resource, "for-use-with-amazon-emr-managed-policies", "true"));
    }
  }

  @Test
  void shouldTellKubernetesWhereInternalLoadBalancersGo() {
    assertThat(template.resources("AWS::EC2::Subnet").values())
        .isNotEmpty()
        .allMatch(subnet -> isTagged(subnet, "kubernetes.io/role/internal-elb", "1"));
  }

  @Test
  void shouldBeTheSameWithAndWithoutKubernetes() {
    assertThat(Synthesis.everything().get("EscalaNetwork").resources("AWS::EC2::VPCEndpoint"))
        .isEqualTo(template.resources("AWS::EC2::VPCEndpoint"));
  }

  private static boolean isTagged(JsonNode resource, String key, String value) {
    for (JsonNode tag : resource.at("/Properties/Tags")) {
      if (tag.path("Key").asText().equals(key)) {
        return tag.path("Value").asText().equals(value);
      }
    }
    return false;
  }
}
