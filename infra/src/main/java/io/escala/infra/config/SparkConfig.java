package io.escala.infra.config;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How the job is run: when, on which release, on which machines.
 *
 * @param lifecycle when there are machines
 * @param coreInstanceTypes the machines that compute, the first preferred; all of one size
 * @param coreCount how many of them there are, on demand
 * @param taskCount how many Spot machines may join them
 * @param maxRuntimeMinutes after how long a run is ended
 * @param idleMinutes after how long without a step a long-running cluster ends
 * @param schedule when a state machine starts the job; empty: when somebody starts it
 * @param alarmTopic who is told of a failed run
 * @param inTransit how what its processes tell each other is encrypted
 * @param shell whether people of the account may open a shell on the machines
 */
public record SparkConfig(
    Lifecycle lifecycle,
    EmrRelease release,
    String primaryInstanceType,
    List<String> coreInstanceTypes,
    long coreCount,
    long taskCount,
    long maxRuntimeMinutes,
    long idleMinutes,
    Optional<String> schedule,
    Optional<String> alarmTopic,
    Optional<TransitEncryption> inTransit,
    boolean shell) {

  /** Nightly, when the scheduled lifecycle is chosen and nothing else is said. */
  private static final String NIGHTLY = "cron(0 3 * * ? *)";

  static final Key<Lifecycle> LIFECYCLE =
      Key.choice(
          "spark.lifecycle",
          Lifecycle.TRANSIENT,
          List.of(Lifecycle.values()),
          Lifecycle::label,
          "when there are machines, and who starts the job ([lifecycles](lifecycles.md))");
  static final Key<EmrRelease> RELEASE =
      Key.choice(
          "spark.release",
          EmrRelease.EMR_SPARK_8_1_0,
          List.of(EmrRelease.values()),
          EmrRelease::label,
          "the EMR release: only those with the Spark and Scala that the job is compiled against");

  private static final String INSTANCE_TYPE = "[a-z][a-z0-9-]*\\.(\\d*xlarge|metal|metal-\\d+xl)";
  private static final String INSTANCE_TYPES =
      "an instance type of size xlarge or more, such as m7g.xlarge";
  static final Key<String> PRIMARY_INSTANCE_TYPE =
      Key.text(
          "spark.primaryInstanceType",
          "m7g.xlarge",
          Pattern.compile(INSTANCE_TYPE),
          INSTANCE_TYPES,
          "the machine that coordinates; not with `serverless`");
  static final Key<String> CORE_INSTANCE_TYPE =
      Key.text(
          "spark.coreInstanceType",
          "m7g.xlarge",
          Pattern.compile(INSTANCE_TYPE),
          INSTANCE_TYPES,
          "the machines that compute; not with `serverless`");

  /** EMR takes five types a fleet. */
  static final Key<List<String>> OTHER_INSTANCE_TYPES =
      Key.list(
          "spark.otherInstanceTypes",
          Pattern.compile(INSTANCE_TYPE),
          "up to 4 instance types of the size of `spark.coreInstanceType`, such as m6g.xlarge, with"
              + " commas between them",
          "what else may compute when AWS is short of that, in this order; the more of them, the"
              + " rarer Spot machines are taken away; not with `serverless`");

  /**
   * What a run costs by default, at list prices of us-east-1 and roughly: three m7g.xlarge, on
   * demand, EMR's surcharge included, are 0.62 USD an hour, billed by the second; some ten minutes
   * from start to end make it 0.10 USD.
   */
  static final Key<Long> CORE_COUNT =
      Key.wholeNumber(
          "spark.coreCount",
          2,
          1,
          100,
          "how many machines compute; with `serverless` how many times 4 processors and 16 GB there"
              + " may be beside the driver's");

  static final Key<Long> TASK_COUNT =
      Key.wholeNumber(
          "spark.taskCount",
          0,
          0,
          500,
          "how many Spot machines EMR may add while there is work for them; not with `serverless`");
  static final Key<Long> MAX_RUNTIME_MINUTES =
      Key.wholeNumber(
          "spark.maxRuntimeMinutes",
          120,
          5,
          10_080,
          "after how long a run of the job is ended, whatever it does");
  static final Key<Long> IDLE_MINUTES =
      Key.wholeNumber(
          "spark.idleMinutes",
          60,
          1,
          10_080,
          "after how long without work a cluster ends itself; only with `long-running`");
  static final Key<String> SCHEDULE =
      Key.optionalText(
          "spark.schedule",
          Cron.ALLOWED,
          "when the job runs, in UTC; `scheduled` without it: `"
              + NIGHTLY
              + "`, `serverless` without it: when somebody starts it");
  static final Key<String> ALARM_TOPIC =
      Key.optionalPattern(
          "spark.alarmTopic",
          Pattern.compile("arn:aws(-[a-z]+)*:sns:[a-z0-9-]+:\\d{12}:[\\w-]{1,256}"),
          "the ARN of an SNS topic, such as arn:aws:sns:eu-west-1:111122223333:on-call",
          "who is told when a run failed; only with `scheduled` and `serverless`");

  /**
   * Off: its subnets have no way in or out, and AES costs processor time. No default could bring
   * the certificates, and Spark's own way is untried on EMR here.
   */
  static final Key<String> IN_TRANSIT_ENCRYPTION =
      Key.optionalText(
          "spark.inTransitEncryption",
          TransitEncryption.ALLOWED,
          "encrypt what the machines tell each other: `spark` what Spark does, with secrets of its"
              + " own; a zip in S3 everything that EMR has TLS for, with these certificates"
              + " ([encryption](network.md#encryption-between-the-machines)); with `serverless` only"
              + " `spark`");

  /**
   * Two endpoints of Systems Manager more: roughly 0.02 USD an hour and zone while the stack
   * exists.
   */
  static final Key<Boolean> SHELL =
      Key.flag(
          "spark.shell",
          false,
          "whether who may use Systems Manager in this account may open a shell on the cluster's"
              + " machines ([a shell](network.md#a-shell-on-a-machine)); not with `serverless`");

  static final List<Key<?>> KEYS =
      List.of(
          LIFECYCLE,
          RELEASE,
          PRIMARY_INSTANCE_TYPE,
          CORE_INSTANCE_TYPE,
          OTHER_INSTANCE_TYPES,
          CORE_COUNT,
          TASK_COUNT,
          MAX_RUNTIME_MINUTES,
          IDLE_MINUTES,
          SCHEDULE,
          ALARM_TOPIC,
          IN_TRANSIT_ENCRYPTION,
          SHELL);

  public SparkConfig {
    requireNonNull(lifecycle, "lifecycle is null");
    requireNonNull(release, "release is null");
    PRIMARY_INSTANCE_TYPE.require(primaryInstanceType);
    coreInstanceTypes.forEach(CORE_INSTANCE_TYPE::require);
    coreInstanceTypes = List.copyOf(coreInstanceTypes);
    CORE_COUNT.require(coreCount);
    TASK_COUNT.require(taskCount);
    MAX_RUNTIME_MINUTES.require(maxRuntimeMinutes);
    IDLE_MINUTES.require(idleMinutes);
    requireNonNull(schedule, "schedule is null");
    alarmTopic.ifPresent(ALARM_TOPIC::require);
    requireNonNull(inTransit, "inTransit is null");
  }

  static SparkConfig read(ConfigReader reader) {
    Lifecycle lifecycle = reader.get(LIFECYCLE);
    if (lifecycle == Lifecycle.SERVERLESS) {
      for (Key<?> key :
          List.of(PRIMARY_INSTANCE_TYPE, CORE_INSTANCE_TYPE, OTHER_INSTANCE_TYPES, TASK_COUNT)) {
        refuse(reader, key, lifecycle, "EMR Serverless chooses the machines");
      }
      refuse(reader, SHELL, lifecycle, "nobody reaches the machines of EMR Serverless");
    }
    if (lifecycle != Lifecycle.LONG_RUNNING) {
      refuse(reader, IDLE_MINUTES, lifecycle, "nothing waits for work there");
    }
    if (!lifecycle.hasStateMachine()) {
      refuse(
          reader,
          SCHEDULE,
          lifecycle,
          "nothing is started by the clock there; set " + LIFECYCLE.name() + " = scheduled");
      refuse(reader, ALARM_TOPIC, lifecycle, "there is no state machine that could tell");
    }
    Optional<TransitEncryption> inTransit =
        reader.find(IN_TRANSIT_ENCRYPTION, TransitEncryption::of);
    if (lifecycle == Lifecycle.SERVERLESS
        && inTransit.filter(TransitEncryption.Certificates.class::isInstance).isPresent()) {
      reader.mistake(
          reader.said(IN_TRANSIT_ENCRYPTION)
              + ": contradicts "
              + reader.said(LIFECYCLE)
              + ", where EMR makes a certificate for each worker itself; say "
              + TransitEncryption.BY_SPARK);
    }
    String core = reader.get(CORE_INSTANCE_TYPE);
    List<String> others =
        reader
            .find(
                OTHER_INSTANCE_TYPES,
                text ->
                    reader.isWrong(CORE_INSTANCE_TYPE)
                        ? OTHER_INSTANCE_TYPES.parseOrThrow(text)
                        : others(text, core))
            .orElse(List.of());
    Optional<String> schedule = reader.find(SCHEDULE, Cron::parse);
    return new SparkConfig(
        lifecycle,
        reader.get(RELEASE),
        reader.get(PRIMARY_INSTANCE_TYPE),
        Stream.concat(Stream.of(core), others.stream()).toList(),
        reader.get(CORE_COUNT),
        reader.get(TASK_COUNT),
        reader.get(MAX_RUNTIME_MINUTES),
        reader.get(IDLE_MINUTES),
        lifecycle == Lifecycle.SCHEDULED ? schedule.or(() -> Optional.of(NIGHTLY)) : schedule,
        reader.find(ALARM_TOPIC, ALARM_TOPIC::parseOrThrow),
        inTransit,
        reader.get(SHELL));
  }

  /** Executors are cut for one size, and the job's jar runs on one processor as on the other. */
  private static List<String> others(String text, String core) {
    List<String> others = OTHER_INSTANCE_TYPES.parseOrThrow(text);
    String size = size(core);
    for (String other : others) {
      if (!size(other).equals(size)) {
        throw new IllegalArgumentException(
            other + " is not of the size of " + core + ", for which Spark's executors are cut");
      }
      if (other.equals(core) || others.indexOf(other) != others.lastIndexOf(other)) {
        throw new IllegalArgumentException(
            other + " is named twice; EMR takes each type once a fleet");
      }
      if (isGraviton(other) != isGraviton(core)) {
        throw new IllegalArgumentException(
            other
                + " and "
                + core
                + " have different processors, and EMR starts a fleet from one image; must be"
                + (isGraviton(core) ? "" : " not")
                + " Graviton");
      }
    }
    if (others.size() > 4) {
      throw new IllegalArgumentException("must be " + OTHER_INSTANCE_TYPES.allowed());
    }
    return others;
  }

  private static String size(String type) {
    return type.substring(type.indexOf('.') + 1);
  }

  /** AWS marks Graviton by a g behind the generation: m7g, c8gn, r6gd; g5 is a GPU. */
  private static boolean isGraviton(String type) {
    return type.matches("[a-z]+\\d+g[a-z]*\\..*") || type.startsWith("a1.");
  }

  private static void refuse(ConfigReader reader, Key<?> key, Lifecycle lifecycle, String reason) {
    if (reader.isGiven(key) && !reader.isWrong(LIFECYCLE)) {
      reader.mistake(
          reader.said(key)
              + ": contradicts "
              + ConfigReader.GROUP
              + ":"
              + LIFECYCLE.name()
              + " = "
              + lifecycle.label()
              + ", for "
              + reason
              + "; remove it");
    }
  }
}
