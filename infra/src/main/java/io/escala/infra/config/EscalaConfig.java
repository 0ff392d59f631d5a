package io.escala.infra.config;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Everything about the app that a user may choose: read once, validated whole, then passed on as a
 * value. The keys are described in {@code docs/configuration.md}.
 *
 * @param input where the training rows come from
 * @param recipe the modelling pipeline that {@code train} builds
 * @param algorithm what recipe {@code full} fits; recipe {@code book} has its own
 * @param spark how the job is run
 * @param network where its machines are
 * @param kubernetes the Kubernetes cluster; empty: none is deployed
 * @param logRetentionDays how long logs are kept, in CloudWatch and in the bucket
 * @param deleteData whether {@code destroy} also deletes the bucket with everything in it
 */
public record EscalaConfig(
    Input input,
    String recipe,
    Optional<String> algorithm,
    SparkConfig spark,
    NetworkConfig network,
    Inference inference,
    Optional<KubernetesConfig> kubernetes,
    long logRetentionDays,
    boolean deleteData) {

  private static final String BOOK = "book";

  static final Key<String> INPUT =
      Key.optionalText(
          "input",
          "the path of a file, or `s3://bucket/…`",
          "the training rows; without it the cluster generates `rows` of them");
  static final Key<Long> ROWS =
      Key.wholeNumber(
          "rows", 45_211, 100, 1_000_000_000, "how many rows to generate; not with `input`");
  static final Key<Long> SEED =
      Key.wholeNumber(
          "seed", 1, 0, Long.MAX_VALUE, "the same seed generates the same rows; not with `input`");
  static final Key<String> RECIPE =
      Key.choice(
          "recipe",
          "full",
          List.of("full", BOOK),
          label -> label,
          "the modelling pipeline: every column but `duration`, or the source document's");
  static final Key<String> ALGORITHM =
      Key.choice(
          "algorithm",
          "gbt",
          List.of("gbt", "logistic", "random-forest"),
          label -> label,
          "what recipe `full` fits; not with recipe `book`");

  static final Key<Architecture> ARCHITECTURE =
      Key.choice(
          "inference.architecture",
          Architecture.X86_64,
          List.of(Architecture.values()),
          Architecture::label,
          "the processor of the Lambda function");

  /**
   * At 1769 MB a function has one whole processor, as Lambda's documentation says; less makes a
   * cold start slower.
   */
  static final Key<Long> MEMORY_MB =
      Key.wholeNumber(
          "inference.memoryMb",
          1769,
          256,
          10_240,
          "memory of the Lambda function; processor time follows it");

  static final Key<Long> TIMEOUT_SECONDS =
      Key.wholeNumber(
          "inference.timeoutSeconds",
          20,
          1,
          29,
          "how long an answer may take; an HTTP API gives up after 30 seconds");

  /**
   * Off: a start is short here, and a restore has to fetch the snapshot first; {@code
   * docs/serving.md} has the numbers.
   */
  static final Key<Boolean> SNAP_START =
      Key.flag(
          "inference.snapStart",
          false,
          "start the function from a snapshot of its memory (Lambda SnapStart)");

  static final Key<Boolean> BATCH =
      Key.flag(
          "inference.batch",
          false,
          "answer requests from an SQS queue too, the answers going to the bucket's `results/batch/`");

  /** What CloudWatch accepts. */
  static final Key<Long> LOG_RETENTION_DAYS =
      Key.choice(
          "logRetentionDays",
          14L,
          LongStream.of(1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731)
              .boxed()
              .toList(),
          String::valueOf,
          "how long logs are kept");

  static final Key<Boolean> DELETE_DATA =
      Key.flag(
          "deleteData",
          false,
          "`true`: `cdk destroy` empties and deletes the bucket and its key; otherwise both stay"
              + " ([two keys](#deleting-data-takes-two-keys))");

  /** Every key, in the order of the documentation. */
  static final List<Key<?>> KEYS =
      Stream.of(
              List.<Key<?>>of(INPUT, ROWS, SEED, RECIPE, ALGORITHM),
              SparkConfig.KEYS,
              NetworkConfig.KEYS,
              List.<Key<?>>of(ARCHITECTURE, MEMORY_MB, TIMEOUT_SECONDS, SNAP_START, BATCH),
              KubernetesConfig.KEYS,
              List.<Key<?>>of(LOG_RETENTION_DAYS, DELETE_DATA))
          .<Key<?>>flatMap(List::stream)
          .toList();

  public EscalaConfig {
    requireNonNull(input, "input is null");
    RECIPE.require(recipe);
    algorithm.ifPresent(ALGORITHM::require);
    requireNonNull(spark, "spark is null");
    requireNonNull(network, "network is null");
    requireNonNull(inference, "inference is null");
    requireNonNull(kubernetes, "kubernetes is null");
    LOG_RETENTION_DAYS.require(logRetentionDays);
  }

  /** The function that answers. */
  public record Inference(
      Architecture architecture,
      long memoryMb,
      long timeoutSeconds,
      boolean snapStart,
      boolean batch) {
    public Inference {
      requireNonNull(architecture, "architecture is null");
      MEMORY_MB.require(memoryMb);
      TIMEOUT_SECONDS.require(timeoutSeconds);
    }
  }

  /**
   * Reads the configuration out of the CDK's context.
   *
   * @param context the object {@code escala} of {@code cdk.json}, and single keys as {@code
   *     escala:key}, which win
   * @param root what a relative path in the configuration is relative to
   * @throws ConfigurationException if anything is wrong, with all of it
   */
  public static EscalaConfig from(Map<String, ?> context, Path root) {
    ConfigReader reader = new ConfigReader(context);
    Input input = reader.find(INPUT, text -> Input.of(text, root)).orElse(null);
    Input generated = new Input.Generated(reader.get(ROWS), reader.get(SEED));
    if (reader.isGiven(INPUT)) {
      for (Key<?> key : List.of(ROWS, SEED)) {
        if (reader.isGiven(key)) {
          reader.mistake(
              reader.said(key)
                  + ": contradicts "
                  + reader.said(INPUT)
                  + ", whose rows are used as they are; remove one");
        }
      }
    }
    String recipe = reader.get(RECIPE);
    String algorithm = reader.get(ALGORITHM);
    if (recipe.equals(BOOK) && reader.isGiven(ALGORITHM)) {
      reader.mistake(
          reader.said(ALGORITHM)
              + ": contradicts "
              + reader.said(RECIPE)
              + ", which is logistic regression as the source document fits it; remove one");
    }
    EscalaConfig config =
        new EscalaConfig(
            input == null ? generated : input,
            recipe,
            recipe.equals(BOOK) ? Optional.empty() : Optional.of(algorithm),
            SparkConfig.read(reader),
            NetworkConfig.read(reader),
            new Inference(
                reader.get(ARCHITECTURE),
                reader.get(MEMORY_MB),
                reader.get(TIMEOUT_SECONDS),
                reader.get(SNAP_START),
                reader.get(BATCH)),
            KubernetesConfig.read(reader),
            reader.get(LOG_RETENTION_DAYS),
            reader.get(DELETE_DATA));
    reader.finish();
    return config;
  }
}
