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
  void shouldLogAllTrafficForAsLongAsConfiguredAndTakeTheLogAlong() {
    // given
    Template kept30Days = Synthesis.with(Map.of("logRetentionDays", "30")).get("EscalaNetwork");
    JsonNode log = template.only("AWS::EC2::FlowLog");
    JsonNode group = template.resources("AWS::Logs::LogGroup").values().iterator().next();

    // then
    assertThat(template.text(log.path("ResourceId"))).isEqualTo("${Vpc}");
    assertThat(log.path("TrafficType").asText()).isEqualTo("ALL");
    assertThat(template.text(log.path("LogGroupName"))).isEqualTo("${Traffic}");
    assertThat(template.text(log.path("DeliverLogsPermissionArn")))
        .isEqualTo("${TrafficWriter.Arn}");
    assertThat(group.at("/Properties/RetentionInDays").asInt()).isEqualTo(14);
    assertThat(group.path("DeletionPolicy").asText()).isEqualTo("Delete");
    assertThat(kept30Days.only("AWS::Logs::LogGroup").path("RetentionInDays").asInt())
        .isEqualTo(30);
  }

  @Test
  void shouldLetTheLogsWriterWriteThereAndNotMakeTheGroupAgain() {
    assertThat(Statement.of(template))
        .singleElement()
        .satisfies(
            statement -> {
              assertThat(statement.resources()).containsExactly("${Traffic.Arn}");
              assertThat(statement.actions())
                  .contains("logs:PutLogEvents")
                  .doesNotContain("logs:CreateLogGroup");
            });
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

  @Test
  void shouldMakeNothingInAVpcOfYoursButAWayToS3() {
    // when
    Template yours = Synthesis.with(Variation.ofYours()).get("EscalaNetwork");

    // then
    assertThat(yours.all()).hasSize(1);
    JsonNode s3 = yours.only("AWS::EC2::VPCEndpoint");
    assertThat(s3.path("VpcEndpointType").asText()).isEqualTo("Gateway");
    assertThat(yours.text(s3.path("ServiceName"))).isEqualTo("com.amazonaws.${AWS::Region}.s3");
    assertThat(yours.texts(s3.path("RouteTableIds"))).containsExactly("rtb-0123456789abcdef0");
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
