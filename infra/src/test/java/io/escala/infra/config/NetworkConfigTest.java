package io.escala.infra.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkConfigTest {
  private static final String VPC = "vpc-0123456789abcdef0";
  private static final String SUBNETS =
      "eu-west-1a:subnet-0123456789abcdef0,eu-west-1b:subnet-0fedcba9876543210";

  private final Map<String, Object> keys =
      new LinkedHashMap<>(
          Map.of(
              "escala:network.vpcId",
              VPC,
              "escala:network.vpcCidr",
              "10.20.0.0/16",
              "escala:network.subnets",
              SUBNETS,
              "escala:network.routeTables",
              "rtb-01234567"));

  @Test
  void shouldTakeAVpcThatIsThereAlready() {
    assertThat(read().network().own())
        .contains(
            new OwnVpc(
                VPC,
                "10.20.0.0/16",
                List.of(
                    new OwnVpc.Subnet("eu-west-1a", "subnet-0123456789abcdef0"),
                    new OwnVpc.Subnet("eu-west-1b", "subnet-0fedcba9876543210")),
                List.of("rtb-01234567"),
                Set.of(),
                Optional.empty()));
  }

  @Test
  void shouldTakeItAsListsOfCdkJsonToo() {
    // given
    Map<String, Object> network =
        Map.of(
            "vpcId",
            VPC,
            "vpcCidr",
            "10.20.0.0/16",
            "subnets",
            List.of(SUBNETS.split(",")),
            "routeTables",
            List.of("rtb-01234567"));

    // then
    assertThat(
            EscalaConfig.from(Map.of("escala", Map.of("network", network)), Path.of("")).network())
        .isEqualTo(read().network());
  }

  @Test
  void shouldTakeEndpointsThatAreThereAlready() {
    // given
    keys.remove("escala:network.routeTables");
    keys.put("escala:network.endpoints", "s3, emr-service-cell01,ecr.api");
    keys.put("escala:network.serviceAccessGroup", "sg-0123456789abcdef0");

    // when
    OwnVpc vpc = read().network().own().orElseThrow();

    // then
    assertThat(vpc.endpoints())
        .containsExactlyInAnyOrder(
            OwnVpc.Endpoint.S3, OwnVpc.Endpoint.EMR, OwnVpc.Endpoint.ECR_API);
    assertThat(vpc.serviceAccessGroup()).contains("sg-0123456789abcdef0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"transient", "long-running", "scheduled", "serverless"})
  void shouldTakeItWithEveryLifecycle(String lifecycle) {
    keys.put("escala:spark.lifecycle", lifecycle);

    assertThat(read().network().own()).isPresent();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          network.vpcCidr     | 10.20.0.0/15      | 10.20.0.0/15 is no network of a VPC, which is from /16 to /28
          network.vpcCidr     | 10.20.0.0/29      | 10.20.0.0/29 is no network of a VPC, which is from /16 to /28
          network.vpcCidr     | 10.20.0.1/16      | 10.20.0.1/16 has bits set beyond its prefix; the network is 10.20.0.0/16
          network.vpcCidr     | ten               | ten is no IPv4 network; write it like 10.20.0.0/16
          network.subnets     | eu-west-1a:subnet-01234567 | must be 2 or 3 of zone:subnet, such as eu-west-1a:subnet-0123456789abcdef0, with commas between them
          network.subnets     | eu-west-1a:subnet-01234567,eu-west-1a:subnet-76543210 | two subnets are in eu-west-1a; each needs a zone of its own
          network.subnets     | eu-west-1a:subnet-01234567,eu-west-1b:subnet-01234567 | subnet-01234567 is named twice
          network.subnets     | eu-west-1a:subnet-01234567,us-east-1b:subnet-76543210 | eu-west-1a and us-east-1b are of different regions; a VPC is in one
          network.subnets     | subnet-01234567,subnet-76543210 | must be 2 or 3 of zone:subnet, such as eu-west-1a:subnet-0123456789abcdef0, with commas between them
          network.routeTables | rtb-01234567,rtb-01234567 | rtb-01234567 is named twice
          network.endpoints   | sts               | must be any of s3, emr-service-cell01, ecr.api, ecr.dkr, eks, eks-auth, ec2, ssm, ssmmessages, with commas between them
          """)
  void shouldRefuseWhatNoVpcHas(String key, String value, String mistake) {
    keys.put("escala:" + key, value);
    if (key.endsWith("endpoints")) {
      keys.remove("escala:network.routeTables");
    }

    assertThat(mistakes()).containsExactly("escala:" + key + " = " + value + ": " + mistake);
  }

  @Test
  void shouldSayAllThatAVpcLacks() {
    // given
    keys.keySet().removeIf(key -> !key.endsWith("vpcId"));

    // then
    assertThat(mistakes())
        .hasSize(3)
        .allSatisfy(
            line -> assertThat(line).startsWith("escala:network.vpcId = " + VPC + ": needs"))
        .anySatisfy(line -> assertThat(line).contains("network.vpcCidr", "10.20.0.0/16"))
        .anySatisfy(line -> assertThat(line).contains("network.subnets", "zone:subnet"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("network.routeTables", "a way to S3", "or s3 in network.endpoints"));
  }

  @Test
  void shouldRefuseTwoWaysToS3() {
    keys.put("escala:network.endpoints", "s3");

    assertThat(mistakes())
        .containsExactly(
            "escala:network.routeTables = rtb-01234567: the VPC has its way to S3, as s3 says in"
                + " network.endpoints; remove one of the two");
  }

  @Test
  void shouldWantTheGroupOfAnEndpointToEmrThatIsThereAndOfNoOther() {
    keys.put("escala:network.serviceAccessGroup", "sg-01234567");
    assertThat(mistakes())
        .singleElement()
        .asString()
        .startsWith(
            "escala:network.serviceAccessGroup = sg-01234567: the stack makes the endpoint");

    keys.remove("escala:network.serviceAccessGroup");
    keys.put("escala:network.endpoints", "emr-service-cell01");
    assertThat(mistakes())
        .singleElement()
        .asString()
        .startsWith("escala:network.vpcId = " + VPC + ": needs network.serviceAccessGroup");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          network.vpcCidr            | 10.20.0.0/16
          network.subnets            | eu-west-1a:subnet-01234567,eu-west-1b:subnet-76543210
          network.routeTables        | rtb-01234567
          network.endpoints          | s3
          network.serviceAccessGroup | sg-01234567
          """)
  void shouldRefuseADescriptionOfNoVpc(String key, String value) {
    keys.clear();
    keys.put("escala:" + key, value);

    assertThat(mistakes())
        .containsExactly(
            "escala:"
                + key
                + " = "
                + value
                + ": describes a VPC of yours, and none is named; give network.vpcId, or remove it");
  }

  @Test
  void shouldRefuseZonesBesideSubnetsThatHaveThem() {
    keys.put("escala:network.zones", "3");

    assertThat(mistakes())
        .containsExactly(
            "escala:network.zones = 3: contradicts escala:network.vpcId = "
                + VPC
                + ", whose zones are those of network.subnets; remove it");
  }

  @Test
  void shouldRefuseALoadBalancerForWhichNoPublicSubnetIsKnown() {
    keys.put("escala:kubernetes.enabled", "true");
    keys.put("escala:kubernetes.serving.internetFacing", "true");
    keys.put("escala:kubernetes.serving.callers", "203.0.113.0/24");
    keys.put(
        "escala:kubernetes.serving.certificateArn",
        "arn:aws:acm:eu-west-1:111122223333:certificate/12345678-1234-1234-1234-123456789012");

    assertThat(mistakes())
        .singleElement()
        .asString()
        .startsWith(
            "escala:kubernetes.serving.internetFacing = true: contradicts escala:network.vpcId");
  }

  @Test
  void shouldHoldInvariantsInTheRecordToo() {
    List<OwnVpc.Subnet> one = List.of(new OwnVpc.Subnet("eu-west-1a", "subnet-01234567"));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new OwnVpc(VPC, "10.0.0.0/16", one, List.of(), Set.of(), Optional.empty()));
    List<OwnVpc.Subnet> two =
        List.of(
            new OwnVpc.Subnet("eu-west-1a", "subnet-01234567"),
            new OwnVpc.Subnet("eu-west-1b", "subnet-76543210"));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new OwnVpc(VPC, "10.0.0.0/16", two, List.of(), Set.of(), Optional.empty()))
        .withMessage("either route tables, or an endpoint to S3");
  }

  private EscalaConfig read() {
    return EscalaConfig.from(keys, Path.of(""));
  }

  private List<String> mistakes() {
    try {
      read();
      return List.of();
    } catch (ConfigurationException e) {
      return e.mistakes();
    }
  }
}
