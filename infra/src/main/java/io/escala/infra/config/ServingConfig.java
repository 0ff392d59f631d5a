package io.escala.infra.config;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The replicas that answer in the cluster.
 *
 * @param models of the bucket, each {@code name@version}; those that the image brings are served
 *     besides
 * @param cpu processor time that a replica is sure of, as Kubernetes writes it
 * @param memory of a replica, as Kubernetes writes it
 * @param certificateArn for the load balancer; without one it speaks HTTP, inside the VPC
 * @param callers networks that may reach the load balancer from the internet; empty: it is internal
 */
public record ServingConfig(
    List<String> models,
    long minReplicas,
    long maxReplicas,
    String cpu,
    String memory,
    Optional<String> certificateArn,
    List<String> callers) {

  /** The models that are part of this repository, and so of the image. */
  public static final List<String> BROUGHT = List.of("digits", "wine");

  static final Key<List<String>> MODELS =
      Key.list(
          "kubernetes.serving.models",
          Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}@\\d{8}T\\d{6}Z-[0-9a-f]{8}"),
          "name@version, such as bank@20261123T194500Z-1a2b3c4d, with commas between them",
          "the models of the bucket to serve, each in one version, beside `digits` and `wine`, which"
              + " the image brings");

  static final Key<Long> MIN_REPLICAS =
      Key.wholeNumber(
          "kubernetes.serving.minReplicas", 2, 1, 1000, "how many replicas there are at least");

  static final Key<Long> MAX_REPLICAS =
      Key.wholeNumber(
          "kubernetes.serving.maxReplicas", 10, 1, 1000, "how many replicas there are at most");

  static final Key<String> CPU =
      Key.text(
          "kubernetes.serving.cpu",
          "1",
          Pattern.compile("[1-9]\\d{0,2}|[1-9]\\d{1,4}m"),
          "processors, such as 1, or thousandths of one, such as 500m, and more than none",
          "processor time that a replica is sure of; it takes more when the machine has some");

  static final Key<String> MEMORY =
      Key.text(
          "kubernetes.serving.memory",
          "1Gi",
          Pattern.compile("[1-9]\\d{0,2}Gi|[2-9]\\d{2}Mi|[1-9]\\d{3,5}Mi"),
          "200Mi or more, such as 512Mi or 2Gi",
          "memory of a replica, half of it for the heap");

  static final Key<String> CERTIFICATE =
      Key.optionalPattern(
          "kubernetes.serving.certificateArn",
          Pattern.compile("arn:aws(-[a-z]+)*:acm:[a-z0-9-]+:\\d{12}:certificate/[0-9a-f-]{36}"),
          "the ARN of a certificate in ACM",
          "the load balancer's certificate; without one it speaks HTTP, to the VPC alone");

  static final Key<Boolean> INTERNET_FACING =
      Key.flag(
          "kubernetes.serving.internetFacing",
          false,
          "whether the load balancer is reached from the internet, by `kubernetes.serving.callers`");

  static final Key<String> CALLERS =
      Key.optionalText(
          "kubernetes.serving.callers",
          "IPv4 networks, such as 203.0.113.0/24, with commas between them",
          "who may reach a load balancer that faces the internet; required with it, for the server"
              + " asks nobody who they are");

  /** In the order of the documentation. */
  static final List<Key<?>> KEYS =
      List.of(
          MODELS, MIN_REPLICAS, MAX_REPLICAS, CPU, MEMORY, CERTIFICATE, INTERNET_FACING, CALLERS);

  public ServingConfig {
    MODELS.require(models);
    models = List.copyOf(models);
    MIN_REPLICAS.require(minReplicas);
    MAX_REPLICAS.require(maxReplicas);
    if (minReplicas > maxReplicas) {
      throw new IllegalArgumentException("minReplicas is above maxReplicas");
    }
    CPU.require(cpu);
    MEMORY.require(memory);
    requireNonNull(certificateArn, "certificateArn is null");
    certificateArn.ifPresent(CERTIFICATE::require);
    if (!callers.isEmpty()) {
      Cidr.publicNetworks(String.join(",", callers));
      if (certificateArn.isEmpty()) {
        throw new IllegalArgumentException("callers are given, but no certificate");
      }
    }
    callers = List.copyOf(callers);
  }

  /** Whether the internet reaches the load balancer. */
  public boolean isInternetFacing() {
    return !callers.isEmpty();
  }

  /** Reads the keys. Contradictions become mistakes of the reader. */
  static ServingConfig read(ConfigReader reader) {
    List<String> models = reader.get(MODELS);
    List<String> names = models.stream().map(model -> model.split("@", 2)[0]).toList();
    String twice =
        names.stream()
            .filter(name -> names.indexOf(name) != names.lastIndexOf(name))
            .distinct()
            .collect(joining(", "));
    if (!twice.isEmpty()) {
      reader.mistake(
          reader.said(MODELS) + ": names " + twice + " twice; a model is served in one version");
    }
    TreeSet<String> brought = new TreeSet<>(BROUGHT);
    brought.retainAll(names);
    if (!brought.isEmpty()) {
      reader.mistake(
          reader.said(MODELS)
              + ": "
              + String.join(", ", brought)
              + " comes with the image, in the version of this repository; remove it");
    }
    long min = reader.get(MIN_REPLICAS);
    long max = reader.get(MAX_REPLICAS);
    if (min > max && !reader.isWrong(MIN_REPLICAS) && !reader.isWrong(MAX_REPLICAS)) {
      reader.mistake(
          (reader.isGiven(MIN_REPLICAS)
                  ? reader.said(MIN_REPLICAS)
                  : MIN_REPLICAS.name() + " = " + min)
              + ": is above "
              + MAX_REPLICAS.name()
              + " = "
              + max
              + "; lower the one or raise the other");
    }
    String cpu = reader.get(CPU);
    String memory = reader.get(MEMORY);
    Optional<String> certificate = reader.find(CERTIFICATE, CERTIFICATE::parseOrThrow);
    boolean internetFacing = reader.get(INTERNET_FACING);
    List<String> callers = reader.find(CALLERS, Cidr::publicNetworks).orElse(List.of());
    if (internetFacing && !reader.isGiven(CERTIFICATE)) {
      reader.mistake(
          reader.said(INTERNET_FACING)
              + ": what crosses the internet is encrypted; give a certificate in "
              + CERTIFICATE.name());
    }
    if (internetFacing && reader.isGiven(NetworkConfig.VPC_ID)) {
      reader.mistake(
          reader.said(INTERNET_FACING)
              + ": contradicts "
              + reader.said(NetworkConfig.VPC_ID)
              + ", of which only private subnets are known, and such a load balancer needs public"
              + " ones; remove one of the two");
    }
    if (internetFacing && !reader.isGiven(CALLERS)) {
      reader.mistake(
          reader.said(INTERNET_FACING)
              + ": needs an allow-list; name the networks that callers come from in "
              + CALLERS.name()
              + ", such as 203.0.113.0/24");
    }
    if (!internetFacing && reader.isGiven(CALLERS) && !reader.isWrong(INTERNET_FACING)) {
      reader.mistake(
          reader.said(CALLERS)
              + ": the load balancer is reached from the VPC alone; remove it, or set "
              + INTERNET_FACING.name()
              + " = true");
    }
    return new ServingConfig(
        models,
        Math.min(min, max),
        max,
        cpu,
        memory,
        certificate,
        internetFacing && certificate.isPresent() ? callers : List.of());
  }
}
