package io.escala.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.Manifest;
import io.escala.inference.Sha256;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The packaged job by SparkSubmit on two executors in JVMs of their own gives what it gives in one
 * JVM: nothing depends on sharing the driver's memory.
 */
class LocalClusterIT {
  private static final Path TARGET =
      Path.of(System.getProperty("escala.root")).resolve("spark-job").resolve("target");
  private static final String DIGITS =
      Path.of(System.getProperty("escala.root"), "models", "digits").toString();
  private static final int SECONDS = 300;

  private static final List<Process> STARTED = new ArrayList<>();
  private static final Map<String, OneJvm> IN_ONE_JVM = new TreeMap<>();

  @TempDir static Path folder;
  private static Path sparkHome;
  private static Path rows;
  private static Path pictures;

  /**
   * A command without where it writes: {@code ROWS} stands for generated rows, {@code PICTURES} for
   * the golden rows of digits.
   */
  record Case(String name, List<String> arguments, Map<String, String> configuration) {
    static Case of(String name, String... arguments) {
      return new Case(name, List.of(arguments), Map.of());
    }

    Case with(Map<String, String> more) {
      return new Case(name, arguments, more);
    }

    @Override
    public String toString() {
      return name + (configuration.isEmpty() ? "" : ", encrypted");
    }
  }

  private static final Case TRAIN =
      Case.of("train book", "train", "--recipe", "book", "--input-path", "ROWS");

  /** What {@code spark.inTransitEncryption=spark} sets in infra; YARN makes the secret itself. */
  private static final Map<String, String> ENCRYPTED =
      Map.of(
          "spark.authenticate", "true",
          "spark.network.crypto.enabled", "true",
          "spark.authenticate.secret", "a secret of this test");

  static List<Case> cases() {
    return List.of(
        Case.of("generate", "generate", "--rows", "2000", "--seed", "5"),
        Case.of("prepare", "prepare", "--input-path", "ROWS"),
        Case.of(
            "sql",
            "sql",
            "--input-path",
            "ROWS",
            "--query",
            "select *, monthAsInt(month) as m, monthAsInt(substr(job, 1, 3)) as j"
                + " from bank_data_view order by m, age, balance, duration, campaign",
            "--show",
            "20"),
        TRAIN.with(ENCRYPTED),
        Case.of("score digits", "score", "--input-path", "PICTURES", "--model-path", DIGITS));
  }

  @BeforeAll
  static void linkASparkHome() throws IOException {
    sparkHome = folder.resolve("spark");
    Path jars = Files.createDirectories(sparkHome.resolve("jars"));
    String classPath = Files.readString(TARGET.resolve("spark.classpath"));
    for (String jar : classPath.split(File.pathSeparator, -1)) {
      Files.createSymbolicLink(jars.resolve(Path.of(jar).getFileName()), Path.of(jar));
    }
    rows = folder.resolve("rows");
    JobRun run = JobRun.of("generate", "--rows", "6000", "--output-path", rows.toString());
    assertThat(run.complaint()).isEmpty();
    pictures = Files.createDirectory(folder.resolve("pictures"));
    int file = 0;
    for (Manifest.Golden golden : manifest(Path.of(DIGITS)).golden()) {
      Files.writeString(
          pictures.resolve(file++ + ".json"),
          "{\"pixels\": " + golden.inputs().get("pixels") + "}\n");
    }
  }

  private static Manifest manifest(Path model) throws IOException {
    try (Stream<Path> files = Files.walk(model)) {
      Path file = files.filter(f -> f.endsWith(Manifest.FILE_NAME)).findFirst().orElseThrow();
      return Manifest.fromJson(Files.readAllBytes(file));
    }
  }

  @AfterAll
  static void endWhatIsLeft() throws InterruptedException {
    for (Process process : STARTED) {
      List<ProcessHandle> below = process.descendants().toList();
      process.destroyForcibly();
      below.forEach(ProcessHandle::destroyForcibly);
      process.waitFor(10, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldGiveOnExecutorsOfTheirOwnWhatItGivesInOneJvm(Case command) throws Exception {
    // when
    OneJvm one = inOneJvm(command);
    Path many = folder.resolve(command.name() + "-many");
    Submitted onExecutors = submit(command, many);

    // then
    assertThat(onExecutors.code()).as(onExecutors.err()).isZero();
    assertThat(said(onExecutors.out(), many)).isEqualTo(one.said());
    assertThat(warnings(onExecutors.err())).isEqualTo(warnings(one.run().err()));
    assertThat(contents(many)).isNotEmpty().isEqualTo(contents(one.output()));
  }

  @Test
  void shouldGiveTheSameWhenAnExecutorIsKilledInTheMiddle() throws Exception {
    // given
    OneJvm undisturbed = inOneJvm(TRAIN);
    Path output = folder.resolve("killed-out");

    // when
    Running running = start(TRAIN, output);
    awaitLine(running, "[escala] read and split the rows: stage 0, 1/1");
    // The busiest holds the rows that the next stage wants
    ProcessHandle busiest =
        executors(running.process()).stream()
            .max(Comparator.comparing(e -> e.info().totalCpuDuration().orElseThrow()))
            .orElseThrow();
    assertThat(busiest.destroyForcibly()).isTrue();
    Submitted disturbed = running.finish();

    // then
    assertThat(disturbed.code()).as(disturbed.err()).isZero();
    assertThat(disturbed.err()).contains("Lost executor");
    assertThat(said(disturbed.out(), output)).isEqualTo(undisturbed.said());
    assertThat(contents(output)).isNotEmpty().isEqualTo(contents(undisturbed.output()));
  }

  private record OneJvm(JobRun run, Path output) {
    List<String> said() {
      return LocalClusterIT.said(run.out(), output);
    }
  }

  /** Each command once. */
  private OneJvm inOneJvm(Case command) {
    return IN_ONE_JVM.computeIfAbsent(
        command.name(),
        name -> {
          Path output = folder.resolve(name + "-one");
          JobRun run = JobRun.of(arguments(command, output));
          assertThat(run.code()).as(run.err()).isZero();
          return new OneJvm(run, output);
        });
  }

  private String[] arguments(Case command, Path output) {
    return Stream.concat(
            command.arguments().stream()
                .map(a -> a.equals("ROWS") ? rows.toString() : a)
                .map(a -> a.equals("PICTURES") ? pictures.toString() : a),
            Stream.of("--output-path", output.toString()))
        .toArray(String[]::new);
  }

  private record Submitted(int code, String out, String err) {}

  private record Running(Process process, Path out, Path err) {
    Submitted finish() throws IOException, InterruptedException {
      boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
      assertThat(ended).as("ended in time: %s", Files.readString(err)).isTrue();
      return new Submitted(process.exitValue(), Files.readString(out), Files.readString(err));
    }
  }

  private Submitted submit(Case command, Path output) throws Exception {
    Running running = start(command, output);
    Submitted submitted = running.finish();
    assertThat(executorsOf(sparkHome)).as("executors left behind").isEmpty();
    return submitted;
  }

  private Running start(Case command, Path output) throws IOException {
    // Executors get the vector module from Spark, and with it sum in another order: so does all
    // here
    String options =
        Files.readString(TARGET.resolve("spark.jvm.options"))
            + " --add-modules=jdk.incubator.vector";
    List<String> line = new ArrayList<>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(List.of(options.split(" ", -1)));
    line.addAll(List.of("-Xmx768m", "-XX:TieredStopAtLevel=1"));
    line.addAll(List.of("-cp", Files.readString(TARGET.resolve("spark.classpath"))));
    line.addAll(List.of("org.apache.spark.deploy.SparkSubmit"));
    line.addAll(List.of("--master", "local-cluster[2,1,1024]"));
    Map<String, String> configuration = new TreeMap<>();
    configuration.put("spark.driver.bindAddress", "127.0.0.1");
    configuration.put("spark.driver.host", "127.0.0.1");
    configuration.put("spark.ui.enabled", "false");
    configuration.put("spark.master.ui.port", "0");
    configuration.put("spark.worker.ui.port", "0");
    configuration.put("spark.executor.memory", "768m");
    configuration.put("spark.executor.extraJavaOptions", options + " -XX:TieredStopAtLevel=1");
    configuration.put("spark.sql.shuffle.partitions", "2");
    configuration.putAll(command.configuration());
    configuration.forEach((key, value) -> line.addAll(List.of("--conf", key + "=" + value)));
    line.addAll(List.of("--class", "io.escala.spark.SparkJob"));
    line.add(TARGET.resolve("escala-spark-job.jar").toString());
    line.addAll(List.of(arguments(command, output)));

    Path out = Files.createTempFile(folder, "out", ".log");
    Path err = Files.createTempFile(folder, "err", ".log");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().put("SPARK_HOME", sparkHome.toString());
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().remove("SPARK_CONF_DIR");
    Process process = builder.start();
    STARTED.add(process);
    return new Running(process, out, err);
  }

  private static void awaitLine(Running running, String start)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (Files.readString(running.err()).lines().noneMatch(l -> l.startsWith(start))) {
      assertThat(running.process().isAlive() && System.nanoTime() < end)
          .as("no line '%s' in %s", start, Files.readString(running.err()))
          .isTrue();
      Thread.sleep(20);
    }
  }

  private static List<ProcessHandle> executors(Process driver) {
    return driver.descendants().filter(LocalClusterIT::isExecutor).toList();
  }

  private static List<ProcessHandle> executorsOf(Path sparkHome) throws InterruptedException {
    Predicate<ProcessHandle> ours =
        p -> isExecutor(p) && p.info().commandLine().orElse("").contains(sparkHome.toString());
    List<ProcessHandle> left = ProcessHandle.allProcesses().filter(ours).toList();
    for (int i = 0; i < 100 && !left.isEmpty(); i++) {
      Thread.sleep(100);
      left = ProcessHandle.allProcesses().filter(ours).toList();
    }
    return left;
  }

  private static boolean isExecutor(ProcessHandle process) {
    return process.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend");
  }

  /** What it said but for where it wrote and the bundle's version, which holds the time. */
  private static List<String> said(String out, Path output) {
    return out.lines()
        .filter(l -> !l.startsWith("model "))
        .map(l -> l.replace(output.toString(), "OUT"))
        .toList();
  }

  private static List<String> warnings(String err) {
    return err.lines().filter(l -> l.startsWith("warning:")).toList();
  }

  /** Tables as their rows in order, other files as their hash; none of what holds the time. */
  private static Map<String, List<String>> contents(Path output) throws IOException {
    Map<String, List<String>> contents = new TreeMap<>();
    List<Path> files;
    try (Stream<Path> walked = Files.walk(output)) {
      files = walked.filter(Files::isRegularFile).toList();
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      String place = output.relativize(file.getParent()).toString();
      if (name.equals("_SUCCESS")) {
        contents.put(place, rows(file.getParent()));
      } else if (List.of("model.onnx", "metrics.json").contains(name)) {
        contents.put(name, List.of(Sha256.of(Files.readAllBytes(file))));
      }
    }
    return contents;
  }

  private static List<String> rows(Path table) throws IOException {
    String format;
    try (Stream<Path> files = Files.list(table)) {
      String name =
          files
              .map(f -> f.getFileName().toString())
              .filter(n -> n.startsWith("part-"))
              .findFirst()
              .orElseThrow();
      format = name.substring(name.lastIndexOf('.') + 1);
    }
    Dataset<Row> read =
        TestSpark.session()
            .read()
            .format(format.equals("csv") ? "text" : format)
            .load(table.toString());
    return Stream.concat(
            Stream.of(read.schema().toDDL()),
            read.collectAsList().stream().map(Row::toString).sorted())
        .toList();
  }
}
