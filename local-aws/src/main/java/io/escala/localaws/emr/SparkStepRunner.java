package io.escala.localaws.emr;

import io.escala.localaws.emr.s3fs.S3Folders;
import io.escala.localaws.process.ChildProcess;
import io.escala.localaws.process.JavaInstallation;
import io.escala.localaws.process.ParentWatch;
import io.escala.localaws.state.FileTree;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs a step with Spark's own {@code SparkSubmit} in a JVM of its own: all of this machine's cores
 * are the cluster, and {@code s3://} is the endpoint's folder of buckets.
 */
final class SparkStepRunner implements StepRunner {
  /** Spark 4.1 runs on these; EMR's default comes first. */
  private static final Set<Integer> JAVA_RELEASES = Set.of(17, 21);

  private static final long GIB = 1L << 30;

  private final EmrSettings settings;

  SparkStepRunner(EmrSettings settings) {
    this.settings = settings;
  }

  @Override
  public Running start(ClusterRecord cluster, Step step) {
    StepLogs logs = settings.logs(cluster, step.id());
    try {
      logs.create();
      logs.controller("INFO startExec 'hadoop jar " + step.jar() + " " + quoted(step.args()) + "'");
      return submit(
          step.id(), submitted(step), EmrConfigurations.sparkDefaults(cluster.request()), logs);
    } catch (IllegalArgumentException e) {
      return failed(logs, "The step cannot run here", e.getMessage());
    } catch (IOException e) {
      return failed(logs, "The step's process did not start", e.getMessage());
    }
  }

  /**
   * Runs {@code spark-submit} for a service that has no cluster of its own.
   *
   * @param id names the run's folder
   * @param arguments what stands after {@code spark-submit}
   * @param logs where its output goes
   */
  Running start(
      String id, List<String> arguments, Map<String, String> sparkDefaults, StepLogs logs) {
    try {
      logs.create();
      return submit(id, arguments, sparkDefaults, logs);
    } catch (IllegalArgumentException e) {
      return failed(logs, "The run is not possible here", e.getMessage());
    } catch (IOException e) {
      return failed(logs, "The run's process did not start", e.getMessage());
    }
  }

  private Running submit(
      String id, List<String> arguments, Map<String, String> sparkDefaults, StepLogs logs)
      throws IOException {
    Path work = settings.state().path("emr/running/" + id);
    Files.createDirectories(work.resolve("tmp"));
    List<String> command = command(SparkSubmitArguments.of(arguments), sparkDefaults, work);
    logs.controller("INFO the JVM: " + quoted(command.subList(0, 2)) + " ...");
    ChildProcess process =
        ChildProcess.start(command, environment(), work, logs.stdout(), logs.stderr());
    logs.controller("INFO ProcessRunner started child process " + process.pid());
    return new Started(process, logs, work, Instant.now());
  }

  /** What a step gives to {@code spark-submit}. */
  private static List<String> submitted(Step step) {
    if (!step.jar().equals("command-runner.jar")) {
      throw new IllegalArgumentException(
          "local-aws runs steps whose Jar is command-runner.jar and whose first argument is"
              + " spark-submit; this step's Jar is "
              + step.jar());
    }
    if (step.mainClass() != null || !step.properties().isEmpty()) {
      throw new IllegalArgumentException(
          "local-aws does not handle MainClass and Properties of a command-runner.jar step");
    }
    if (step.args().isEmpty() || !step.args().get(0).equals("spark-submit")) {
      throw new IllegalArgumentException(
          "local-aws runs the command spark-submit; this step's command is "
              + (step.args().isEmpty() ? "empty" : step.args().get(0)));
    }
    return step.args().subList(1, step.args().size());
  }

  private List<String> command(
      SparkSubmitArguments submit, Map<String, String> sparkDefaults, Path work)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(java().toString());
    command.add(
        "-Xmx"
            + submit
                .driverMemory()
                .or(() -> Optional.ofNullable(sparkDefaults.get("spark.driver.memory")))
                .orElseGet(SparkStepRunner::defaultHeap));
    command.addAll(settings.sparkJvmOptions());
    command.add("-Dfile.encoding=UTF-8");
    command.add("-Djava.io.tmpdir=" + work.resolve("tmp"));
    submit
        .driverJavaOptions()
        .or(() -> Optional.ofNullable(sparkDefaults.get("spark.driver.extraJavaOptions")))
        .filter(options -> !options.isBlank())
        .ifPresent(options -> command.addAll(List.of(options.strip().split("\\s+", -1))));
    command.add("-cp");
    command.add(settings.sparkClasspath() + File.pathSeparator + ownClasses());
    command.add(ParentWatch.class.getName());
    command.add("org.apache.spark.deploy.SparkSubmit");
    command.addAll(submit.with(defaults(sparkDefaults), fixed()));
    return command;
  }

  private Path java() {
    if (settings.sparkJava() != null) {
      return settings.sparkJava();
    }
    return JavaInstallation.oneOf(JAVA_RELEASES)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Spark needs a JDK 17 or 21 and none was found: install one, or point"
                        + " JAVA_HOME to one"))
        .executable();
  }

  private static Map<String, String> defaults(Map<String, String> sparkDefaults) {
    Map<String, String> defaults = new LinkedHashMap<>(sparkDefaults);
    defaults.putIfAbsent("spark.ui.enabled", "false");
    return defaults;
  }

  private Map<String, String> fixed() {
    Map<String, String> fixed = new LinkedHashMap<>();
    fixed.put("spark.driver.bindAddress", "127.0.0.1");
    fixed.put("spark.driver.host", "127.0.0.1");
    for (String scheme : List.of("s3", "s3a", "s3n")) {
      fixed.put("spark.hadoop.fs." + scheme + ".impl", S3Folders.FILE_SYSTEM);
    }
    fixed.put("spark.hadoop." + S3Folders.FOLDER, settings.buckets().toString());
    return fixed;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String name : List.of("PATH", "HOME", "USER")) {
      Optional.ofNullable(System.getenv(name)).ifPresent(value -> environment.put(name, value));
    }
    environment.put("LANG", "C.UTF-8");
    environment.put("TZ", "UTC"); // as on EMR's instances
    environment.put("SPARK_LOCAL_IP", "127.0.0.1");
    environment.putAll(settings.awsEnvironment());
    return environment;
  }

  /** A quarter of the machine, as the JVM itself would take, but between 1 and 8 GiB. */
  private static String defaultHeap() {
    long machine =
        ManagementFactory.getOperatingSystemMXBean()
                instanceof com.sun.management.OperatingSystemMXBean system
            ? system.getTotalMemorySize()
            : 4 * GIB;
    return (Math.max(GIB, Math.min(8 * GIB, machine / 4)) >> 20) + "m";
  }

  private static Path ownClasses() {
    try {
      return Path.of(S3Folders.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String quoted(List<String> words) {
    return String.join(" ", words);
  }

  private static Running failed(StepLogs logs, String reason, String message) {
    logs.tryStderr(message);
    Step.Failure failure = new Step.Failure(reason, message, logs.uri("stderr"));
    return new Running() {
      @Override
      public Optional<Step.Failure> await() {
        return Optional.of(failure);
      }

      @Override
      public void stop() {}
    };
  }

  /** A step whose process was started. */
  private record Started(ChildProcess process, StepLogs logs, Path work, Instant since)
      implements Running {

    @Override
    public Optional<Step.Failure> await() throws InterruptedException {
      int exit = process.waitFor();
      logs.controller("INFO waitProcessCompletion ended with exit code " + exit);
      logs.controller(
          "INFO total process run time: "
              + Duration.between(since, Instant.now()).toSeconds()
              + " seconds");
      FileTree.delete(work);
      if (exit == 0) {
        return Optional.empty();
      }
      String reason =
          exit > 128
              ? "The step's process was killed (exit code "
                  + exit
                  + "): from outside, or because the machine has no memory left"
              : "The step's process ended with exit code " + exit;
      return Optional.of(
          new Step.Failure(
              reason,
              RootCause.in(logs.stderr()).orElse("it wrote nothing to its standard error"),
              logs.uri("stderr")));
    }

    @Override
    public void stop() {
      process.close();
    }
  }

  /**
   * The log files of a run, which are objects of the log bucket while they grow.
   *
   * @param ofCluster whether a cluster's controller writes one beside the driver's two
   */
  record StepLogs(Path folder, String uri, boolean ofCluster) {
    void create() throws IOException {
      Files.createDirectories(folder);
      for (Path file :
          ofCluster ? List.of(stdout(), stderr(), controllerFile()) : List.of(stdout(), stderr())) {
        Files.writeString(file, "", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      }
    }

    Path stdout() {
      return folder.resolve("stdout");
    }

    Path stderr() {
      return folder.resolve("stderr");
    }

    String uri(String file) {
      return uri + "/" + file;
    }

    void controller(String line) {
      if (!ofCluster) {
        return;
      }
      append(controllerFile(), Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + line);
    }

    void tryStderr(String line) {
      append(stderr(), line);
      controller("ERROR " + line);
    }

    private Path controllerFile() {
      return folder.resolve("controller");
    }

    /** A log that cannot be written (its bucket was deleted) must not change how a step ends. */
    private static void append(Path file, String line) {
      try {
        Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      } catch (IOException e) {
        System.err.println("local-aws: cannot write " + file + ": " + e.getMessage());
      }
    }
  }
}
