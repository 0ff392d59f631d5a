package io.escala.infra.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KubernetesConfigTest {
  private static final String MIRROR = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror";
  private static final String SPARK_IMAGE =
      "111122223333.dkr.ecr.eu-west-1.amazonaws.com/spark:4.1.1";

  static final ServingConfig SERVING =
      new ServingConfig(List.of(), 2, 10, "1", "1Gi", Optional.empty(), List.of());

  @Test
  void shouldDeployNoClusterUnlessAsked() {
    assertThat(config(Map.of()).kubernetes()).isEmpty();
    assertThat(config(Map.of("kubernetes.version", "1.35")).kubernetes()).isEmpty();
  }

  @Test
  void shouldBePrivateAndOpenToNobodyByDefault() {
    assertThat(config(Map.of("kubernetes.enabled", "true")).kubernetes())
        .contains(
            new KubernetesConfig(
                "1.36", List.of(), List.of(), Optional.empty(), false, Optional.empty(), SERVING));
  }

  @Test
  void shouldReadListsFromTheCommandLine() {
    // when
    KubernetesConfig kubernetes =
        config(
                Map.of(
                    "kubernetes.enabled",
                    "true",
                    "kubernetes.admins",
                    "arn:aws:iam::111122223333:role/A, arn:aws:iam::111122223333:role/B",
                    "kubernetes.endpoint",
                    "public",
                    "kubernetes.publicCidrs",
                    "203.0.113.0/24, 198.51.100.7/32"))
            .kubernetes()
            .orElseThrow();

    // then
    assertThat(kubernetes.admins())
        .containsExactly("arn:aws:iam::111122223333:role/A", "arn:aws:iam::111122223333:role/B");
    assertThat(kubernetes.publicCidrs()).containsExactly("203.0.113.0/24", "198.51.100.7/32");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "arn:aws:sts::111122223333:assumed-role/Admin/ada",
        "arn:aws:iam::111122223333:root",
        "arn:aws:iam::1111:role/Admin",
        "arn:aws:iam::111122223333:role/*",
        "arn:aws:iam::111122223333:role/A,",
        "Admin"
      })
  void shouldRefuseAnAdminThatIsNoRoleOrUser(String arn) {
    assertThat(mistakes("kubernetes.admins", arn))
        .containsExactly(
            "escala:kubernetes.admins = "
                + arn
                + ": must be ARNs of IAM roles or users, such as"
                + " arn:aws:iam::111122223333:role/Admin, with commas between them");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.34", "1.37", "1", "latest"})
  void shouldRefuseAVersionThatKubectlOrStandardSupportDoesNotReach(String version) {
    assertThat(mistakes("kubernetes.version", version))
        .containsExactly("escala:kubernetes.version = " + version + ": must be one of 1.35, 1.36");
  }

  @Test
  void shouldRefuseAPublicEndpointWithoutAnAllowList() {
    assertThat(mistakes("kubernetes.endpoint", "public"))
        .containsExactly(
            "escala:kubernetes.endpoint = public: needs an allow-list; name the networks you"
                + " connect from in kubernetes.publicCidrs, such as 203.0.113.0/24");
  }

  @Test
  void shouldRefuseAnAllowListForAPrivateEndpoint() {
    assertThat(mistakes("kubernetes.publicCidrs", "203.0.113.0/24"))
        .containsExactly(
            "escala:kubernetes.publicCidrs = 203.0.113.0/24: nobody outside the VPC reaches a"
                + " private endpoint; remove it, or set kubernetes.endpoint = public");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0.0.0.0/0       | is no limit; name the networks you connect from, none wider than /8
          128.0.0.0/1     | is no limit; name the networks you connect from, none wider than /8
          203.0.113.7/24  | has bits set beyond its prefix; the network is 203.0.113.0/24
          203.0.113.0     | is no IPv4 network; write it like 203.0.113.0/24
          203.0.113.0/33  | is no IPv4 network; write it like 203.0.113.0/24
          203.0.256.0/24  | is no IPv4 network; write it like 203.0.113.0/24
          2001:db8::/32   | is no IPv4 network; write it like 203.0.113.0/24
          10.1.0.0/16     | is not public; give the addresses that your network has on the internet
          172.16.0.0/12   | is not public; give the addresses that your network has on the internet
          192.168.1.0/24  | is not public; give the addresses that your network has on the internet
          192.0.0.0/8     | is not public; give the addresses that your network has on the internet
          """)
  void shouldRefuseANetworkThatIsNoAllowList(String network, String why) {
    assertThat(
            mistakes(
                "kubernetes.endpoint",
                "public",
                "kubernetes.publicCidrs",
                "198.51.100.0/24," + network))
        .containsExactly(
            "escala:kubernetes.publicCidrs = 198.51.100.0/24,"
                + network
                + ": "
                + network
                + " "
                + why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"kubernetes.kserve", "kubernetes.sparkOperator"})
  void shouldRefuseKubeflowWhoseImagesTheNodesCannotReach(String part) {
    assertThat(
            mistakes(
                "kubernetes.enabled", "true", part, "true", "kubernetes.sparkImage", SPARK_IMAGE))
        .containsExactly(
            "escala:"
                + part
                + " = true: its charts and images are in registries that the nodes cannot reach,"
                + " for the VPC has no way to the internet; copy them to ECR and say where in"
                + " kubernetes.mirror");
  }

  @Test
  void shouldRefuseTheSparkOperatorWithoutAnImageThatReadsS3() {
    assertThat(
            mistakes(
                "kubernetes.enabled",
                "true",
                "kubernetes.sparkOperator",
                "true",
                "kubernetes.mirror",
                MIRROR))
        .containsExactly(
            "escala:kubernetes.sparkOperator = true: Spark's own images cannot read S3; say which"
                + " of yours in ECR can in kubernetes.sparkImage");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "apache/spark:4.1.1",
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com:latest",
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com/spark@sha256:12"
      })
  void shouldRefuseASparkImageThatIsNotInEcr(String image) {
    assertThat(mistakes("kubernetes.sparkImage", image))
        .containsExactly(
            "escala:kubernetes.sparkImage = "
                + image
                + ": must be an image in ECR, such as"
                + " 111122223333.dkr.ecr.eu-west-1.amazonaws.com/spark:4.1.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"kubernetes.kserve", "kubernetes.sparkOperator"})
  void shouldRefuseKubeflowWithoutACluster(String part) {
    assertThat(mistakes(part, "true", "kubernetes.mirror", MIRROR))
        .containsExactly(
            "escala:"
                + part
                + " = true: there is no cluster to install it in; set kubernetes.enabled = true, or"
                + " remove it");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ghcr.io/kserve",
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com/",
        "https://111122223333.dkr.ecr.eu-west-1.amazonaws.com",
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com/Upper"
      })
  void shouldRefuseAMirrorThatIsNotInEcr(String mirror) {
    assertThat(mistakes("kubernetes.mirror", mirror))
        .containsExactly(
            "escala:kubernetes.mirror = "
                + mirror
                + ": must be an ECR registry, such as"
                + " 111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror");
  }

  @Test
  void shouldHoldInvariantsInTheRecordToo() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new KubernetesConfig(
                    "1.36",
                    List.of(),
                    List.of("0.0.0.0/0"),
                    Optional.empty(),
                    false,
                    Optional.empty(),
                    SERVING));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new KubernetesConfig(
                    "1.36",
                    List.of("*"),
                    List.of(),
                    Optional.empty(),
                    false,
                    Optional.empty(),
                    SERVING));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new KubernetesConfig(
                    "1.36",
                    List.of(),
                    List.of(),
                    Optional.empty(),
                    true,
                    Optional.empty(),
                    SERVING));
  }

  private static EscalaConfig config(Map<String, String> keys) {
    Map<String, Object> context = new LinkedHashMap<>();
    keys.forEach((key, value) -> context.put("escala:" + key, value));
    return EscalaConfig.from(context, Path.of("").toAbsolutePath());
  }

  private static List<String> mistakes(String... keysAndValues) {
    Map<String, String> keys = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      keys.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    try {
      config(keys);
      return List.of();
    } catch (ConfigurationException e) {
      return e.mistakes();
    }
  }
}
