package io.escala.infra.config;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The Kubernetes cluster.
 *
 * @param version of Kubernetes
 * @param admins ARNs of the roles and users that may do everything in the cluster; nobody else may
 * @param publicCidrs networks that may reach the cluster's API from the internet; empty: none, the
 *     API is private to the VPC
 * @param mirror the ECR registry that charts and images of others come from
 * @param kserve whether KServe is installed
 * @param sparkImage what a SparkApplication runs in, for the Kubeflow Spark Operator; empty: it is
 *     not installed
 * @param serving the replicas that answer
 */
public record KubernetesConfig(
    String version,
    List<String> admins,
    List<String> publicCidrs,
    Optional<String> mirror,
    boolean kserve,
    Optional<String> sparkImage,
    ServingConfig serving) {

  /**
   * Off, for a cluster costs by the hour even when it does nothing; {@code docs/kubernetes.md} has
   * the sum.
   */
  static final Key<Boolean> ENABLED =
      Key.flag(
          "kubernetes.enabled",
          false,
          "also deploy a Kubernetes cluster; it costs by the hour ([Kubernetes](kubernetes.md))");

  /**
   * What kubectl 1.36, the one that deploys, may talk to (one minor version to either side) and EKS
   * still supports at its standard price.
   */
  static final Key<String> VERSION =
      Key.choice(
          "kubernetes.version",
          "1.36",
          List.of("1.35", "1.36"),
          version -> version,
          "the version of Kubernetes, in EKS's standard support");

  static final Key<List<String>> ADMINS =
      Key.list(
          "kubernetes.admins",
          Pattern.compile("arn:aws(-[a-z]+)*:iam::\\d{12}:(role|user)/[\\w+=.@/-]+"),
          "ARNs of IAM roles or users, such as arn:aws:iam::111122223333:role/Admin, with commas"
              + " between them",
          "who may do everything in the cluster; nobody else may, not even who deploys it");

  private static final String PRIVATE = "private";
  private static final String PUBLIC = "public";

  static final Key<String> ENDPOINT =
      Key.choice(
          "kubernetes.endpoint",
          PRIVATE,
          List.of(PRIVATE, PUBLIC),
          endpoint -> endpoint,
          "whether the cluster's API is reached from the VPC alone, or from `kubernetes.publicCidrs`"
              + " too");

  static final Key<String> PUBLIC_CIDRS =
      Key.optionalText(
          "kubernetes.publicCidrs",
          "IPv4 networks, such as 203.0.113.0/24, with commas between them",
          "who may reach a public endpoint; required with it");

  private static final String ECR =
      "\\d{12}\\.dkr\\.ecr\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?(/[a-z0-9]+([._-][a-z0-9]+)*)";

  static final Key<String> MIRROR =
      Key.optionalPattern(
          "kubernetes.mirror",
          Pattern.compile(ECR + "*"),
          "an ECR registry, such as 111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror",
          "where copies of Kubeflow's charts and images are, for the nodes have no way to the"
              + " internet; required with `kubernetes.kserve` and `kubernetes.sparkOperator`");

  static final Key<Boolean> KSERVE =
      Key.flag(
          "kubernetes.kserve",
          false,
          "install KServe and serve the model through an `InferenceService` too");

  static final Key<Boolean> SPARK_OPERATOR =
      Key.flag(
          "kubernetes.sparkOperator",
          false,
          "install the Kubeflow Spark Operator and train through a `SparkApplication` too");

  static final Key<String> SPARK_IMAGE =
      Key.optionalPattern(
          "kubernetes.sparkImage",
          Pattern.compile(ECR + "+(:[\\w][\\w.-]{0,127})?(@sha256:[0-9a-f]{64})?"),
          "an image in ECR, such as" + " 111122223333.dkr.ecr.eu-west-1.amazonaws.com/spark:4.1.1",
          "Spark 4.1 with Scala 2.13, Java 17 and the Hadoop module for S3; required with"
              + " `kubernetes.sparkOperator`");

  /** In the order of the documentation. */
  static final List<Key<?>> KEYS =
      Stream.of(
              List.<Key<?>>of(ENABLED, VERSION, ADMINS, ENDPOINT, PUBLIC_CIDRS),
              ServingConfig.KEYS,
              List.<Key<?>>of(MIRROR, KSERVE, SPARK_OPERATOR, SPARK_IMAGE))
          .<Key<?>>flatMap(List::stream)
          .toList();

  public KubernetesConfig {
    VERSION.require(version);
    ADMINS.require(admins);
    admins = List.copyOf(admins);
    if (!publicCidrs.isEmpty()) {
      Cidr.publicNetworks(String.join(",", publicCidrs));
    }
    publicCidrs = List.copyOf(publicCidrs);
    mirror.ifPresent(MIRROR::require);
    requireNonNull(mirror, "mirror is null");
    requireNonNull(serving, "serving is null");
    sparkImage.ifPresent(SPARK_IMAGE::require);
    if ((kserve || sparkImage.isPresent()) && mirror.isEmpty()) {
      throw new IllegalArgumentException(MIRROR.name() + " is missing");
    }
  }

  /**
   * Reads the keys; empty if no cluster is wanted. Contradictions become mistakes of the reader.
   */
  static Optional<KubernetesConfig> read(ConfigReader reader) {
    boolean enabled = reader.get(ENABLED);
    String version = reader.get(VERSION);
    List<String> admins = reader.get(ADMINS);
    String endpoint = reader.get(ENDPOINT);
    List<String> publicCidrs = reader.find(PUBLIC_CIDRS, Cidr::publicNetworks).orElse(List.of());
    if (endpoint.equals(PUBLIC) && !reader.isGiven(PUBLIC_CIDRS)) {
      reader.mistake(
          reader.said(ENDPOINT)
              + ": needs an allow-list; name the networks you connect from in "
              + PUBLIC_CIDRS.name()
              + ", such as 203.0.113.0/24");
    }
    if (endpoint.equals(PRIVATE) && reader.isGiven(PUBLIC_CIDRS) && !reader.isWrong(ENDPOINT)) {
      reader.mistake(
          reader.said(PUBLIC_CIDRS)
              + ": nobody outside the VPC reaches a private endpoint; remove it, or set "
              + ENDPOINT.name()
              + " = "
              + PUBLIC);
    }
    Optional<String> mirror = reader.find(MIRROR, MIRROR::parseOrThrow);
    boolean kserve = wanted(reader, KSERVE, enabled);
    boolean sparkOperator = wanted(reader, SPARK_OPERATOR, enabled);
    Optional<String> sparkImage = reader.find(SPARK_IMAGE, SPARK_IMAGE::parseOrThrow);
    if (sparkOperator && enabled && !reader.isGiven(SPARK_IMAGE)) {
      reader.mistake(
          reader.said(SPARK_OPERATOR)
              + ": Spark's own images cannot read S3; say which of yours in ECR can in "
              + SPARK_IMAGE.name());
    }
    ServingConfig serving = ServingConfig.read(reader);
    if (!enabled) {
      return Optional.empty();
    }
    return Optional.of(
        new KubernetesConfig(
            version,
            admins,
            endpoint.equals(PUBLIC) ? publicCidrs : List.of(),
            mirror,
            kserve && mirror.isPresent(),
            sparkImage.filter(image -> sparkOperator && mirror.isPresent()),
            serving));
  }

  private static boolean wanted(ConfigReader reader, Key<Boolean> part, boolean enabled) {
    boolean wanted = reader.get(part);
    if (wanted && !enabled && !reader.isWrong(ENABLED)) {
      reader.mistake(
          reader.said(part)
              + ": there is no cluster to install it in; set "
              + ENABLED.name()
              + " = true, or remove it");
    } else if (wanted && !reader.isGiven(MIRROR)) {
      reader.mistake(
          reader.said(part)
              + ": its charts and images are in registries that the nodes cannot reach, for the VPC"
              + " has no way to the internet; copy them to ECR and say where in "
              + MIRROR.name());
    }
    return wanted;
  }
}
