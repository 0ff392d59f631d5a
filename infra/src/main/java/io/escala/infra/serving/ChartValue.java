package io.escala.infra.serving;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What a release may set. One list for all who must agree: the templates that use a value, {@code
 * values.yaml}, the schema that Helm checks values against, and the stack that gives them.
 */
public enum ChartValue {
  /** The server's image, by digest. */
  IMAGE("image", "[\\w][\\w.:/-]*@sha256:[0-9a-f]{64}", "the server's image, by digest"),

  /**
   * The models to serve: {@code name} in the version that the image holds, or {@code name@version}.
   */
  MODELS(
      "models",
      "[A-Za-z0-9][\\w.-]*(@\\d{8}T\\d{6}Z-[0-9a-f]{8})?(,[A-Za-z0-9][\\w.-]*(@\\d{8}T\\d{6}Z-[0-9a-f]{8})?)*",
      "the models to serve, with commas between them: name, in the image, or name@version"),

  /** Where the models are that the image does not hold. */
  MODELS_URI(
      "modelsUri", "s3://[a-z0-9][a-z0-9./_-]+", "where models are that are not in the image"),

  /** The bucket's region. */
  REGION("region", "[a-z0-9-]+", "the bucket's region"),

  /** The network that the load balancer's addresses are from. */
  VPC_CIDR("vpcCidr", "[0-9.]+/\\d+", "the network that the load balancer's addresses are from"),

  /** What the load balancer listens for: {@code HTTP} or {@code HTTPS}. */
  PROTOCOL("protocol", "HTTPS?", "what the load balancer listens for"),

  /** Who may send requests to the load balancer: networks with commas between them. */
  CALLERS("callers", "[0-9./]+(,[0-9./]+)*", "the networks that may use the load balancer"),

  /** The load balancer's port. */
  PORT("port", 1_987_650_001, 1, 65_535, "the load balancer's port"),

  /** How many replicas there are at least. */
  MIN_REPLICAS("minReplicas", 1_987_650_002, 1, 1000, "how many replicas there are at least"),

  /** How many replicas there are at most. */
  MAX_REPLICAS("maxReplicas", 1_987_650_003, 1, 1000, "how many replicas there are at most"),

  /** Processor time that a replica is sure of, as Kubernetes writes it. */
  CPU("cpu", "[1-9]\\d*m?", "processor time that a replica is sure of: 1, or 500m"),

  /** A replica's memory, heap and native together, as Kubernetes writes it. */
  MEMORY("memory", "[1-9]\\d*[MG]i", "a replica's memory, of which the heap gets half");

  private final String key;
  private final Optional<String> pattern;
  private final int mark;
  private final int least;
  private final int most;
  private final String meaning;

  ChartValue(String key, String pattern, String meaning) {
    this(key, Optional.of(pattern), 0, 0, 0, meaning);
  }

  ChartValue(String key, int mark, int least, int most, String meaning) {
    this(key, Optional.empty(), mark, least, most, meaning);
  }

  ChartValue(String key, Optional<String> pattern, int mark, int least, int most, String meaning) {
    this.key = requireNonNull(key, "key is null");
    this.pattern = pattern;
    this.mark = mark;
    this.least = least;
    this.most = most;
    this.meaning = meaning;
  }

  /** Its name in {@code values.yaml}. */
  public String key() {
    return key;
  }

  String meaning() {
    return meaning;
  }

  /** What a text must match as a whole; empty for a whole number. */
  Optional<String> pattern() {
    return pattern;
  }

  int least() {
    return least;
  }

  int most() {
    return most;
  }

  /** What a template says in its place, within a text. */
  String text() {
    return "{{ .Values." + key + (pattern.isPresent() ? " }}" : " | int }}");
  }

  /**
   * A number that no field of ours has otherwise. It stands for the expression, which a typed field
   * for a number cannot hold; {@link #fill} puts the expression in its place.
   */
  int number() {
    if (pattern.isPresent()) {
      throw new IllegalStateException(key + " is no number");
    }
    return mark;
  }

  /** The same YAML, with expressions where numbers stood for them. */
  static String fill(String yaml) {
    String filled = yaml;
    for (ChartValue value : values()) {
      if (value.pattern.isEmpty()) {
        filled = filled.replace(String.valueOf(value.mark), value.text());
      }
    }
    return filled;
  }
}
