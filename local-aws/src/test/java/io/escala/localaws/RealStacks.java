package io.escala.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudformation.model.Stack;

/** The stacks that the CDK app gives, with their assets, deployed through CloudFormation itself. */
final class RealStacks {
  /** In the order of their needs. */
  static final List<String> NAMES =
      List.of("EscalaStorage", "EscalaNetwork", "EscalaSpark", "EscalaInference");

  private static final Path ROOT = Path.of(System.getProperty("escala.root"));
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ASSETS =
      "cdk-hnb659fds-assets-" + Options.DEFAULT_ACCOUNT + "-" + Options.DEFAULT_REGION;

  /** In Spark's place: puts an object into the bucket, so that there is something to empty. */
  private static final String SUBMIT =
      """
      package org.apache.spark.deploy;

      import java.nio.file.*;

      public class SparkSubmit {
        public static void main(String[] args) throws Exception {
          Path buckets = null;
          for (String arg : args) {
            if (arg.startsWith("spark.hadoop.escala.s3.folder=")) buckets = Path.of(arg.substring(30));
          }
          int output = java.util.List.of(args).indexOf("--output-path");
          Path rows = buckets.resolve(args[output + 1].substring(5)).resolve("rows");
          if (Files.isDirectory(buckets.resolve(buckets.relativize(rows).getName(0)))) {
            Files.createDirectories(rows.getParent());
            Files.writeString(rows, "rows");
          }
        }
      }
      """;

  private final Path out;
  private final Path spark;

  /**
   * Synthesizes the app, once; skips the test where it is not built.
   *
   * @param keys of the configuration that are not as in cdk.json
   */
  RealStacks(Path folder, Map<String, String> keys) throws IOException, InterruptedException {
    for (String built :
        List.of(
            "infra/target/app.classpath",
            "spark-job/target/escala-spark-job.jar",
            "lambda-handler/target/escala-lambda-handler-x86_64.zip",
            "node_modules")) {
      assumeTrue(Files.exists(ROOT.resolve(built)), built + " is not there: mvn verify, npm ci");
    }
    out = folder.resolve("cdk.out");
    ProcessBuilder app = new ProcessBuilder("sh", "infra/run-app").directory(ROOT.toFile());
    app.environment().put("CDK_OUTDIR", out.toString());
    ObjectNode context =
        (ObjectNode) JSON.readTree(ROOT.resolve("cdk.json").toFile()).path("context");
    keys.forEach((key, value) -> context.put("escala:" + key, value));
    if (!keys.isEmpty()) {
      // Leaves what is kept of the app's last synthesis for who has the default
      app.environment().put("ESCALA_SYNTH", "again");
    }
    app.environment().put("CDK_CONTEXT_JSON", context.toString());
    Path log = folder.resolve("synth.log");
    Process process = app.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
    spark = Files.createDirectories(folder.resolve("spark"));
    Path source = folder.resolve("SparkSubmit.java");
    Files.writeString(source, SUBMIT);
    assertThat(
            ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", spark.toString(), source.toString()))
        .isZero();
    Files.writeString(folder.resolve("spark.classpath"), spark.toString());
  }

  Options options(Path state) {
    return new Options(
        state,
        0,
        spark.resolveSibling("spark.classpath"),
        Path.of(System.getProperty("lambda.runtime.folder")),
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"),
        Path.of(System.getProperty("java.home"), "bin", "java"),
        Map.of(),
        Options.DEFAULT_REGION,
        Options.DEFAULT_ACCOUNT,
        ROOT.resolve("node_modules"));
  }

  /** Puts the assets where the CDK CLI uploads them to. */
  void publish(Path state) throws IOException {
    Path bucket = Files.createDirectories(state.resolve("s3").resolve(ASSETS));
    for (String stack : NAMES) {
      for (JsonNode file :
          JSON.readTree(out.resolve(stack + ".assets.json").toFile()).path("files")) {
        Path source = out.resolve(file.at("/source/path").asText());
        Path object =
            bucket.resolve(file.path("destinations").iterator().next().path("objectKey").asText());
        if (Files.isDirectory(source)) {
          zip(source, object);
        } else if (!Files.exists(object)) {
          Files.createLink(object, source.toRealPath());
        }
      }
    }
  }

  private static void zip(Path folder, Path target) throws IOException {
    try (OutputStream file = Files.newOutputStream(target);
        ZipOutputStream zip = new ZipOutputStream(file);
        Stream<Path> files = Files.walk(folder)) {
      for (Path entry : files.filter(Files::isRegularFile).toList()) {
        zip.putNextEntry(new ZipEntry(folder.relativize(entry).toString()));
        Files.copy(entry, zip);
      }
    }
  }

  /** As {@code cdk deploy --all}: a stack whose creation was taken back is deleted first. */
  void deploy(String url) throws IOException, InterruptedException {
    deploy(url, NAMES);
  }

  /** Some of the stacks. */
  void deploy(String url, List<String> names) throws IOException, InterruptedException {
    try (CloudFormationClient stacks = Clients.cloudFormation(url)) {
      for (String name : names) {
        String before = settled(stacks, name);
        if (before.equals("CREATE_COMPLETE")) {
          continue;
        }
        if (!before.isEmpty()) {
          delete(stacks, name);
        }
        String template = template(name);
        stacks.createStack(
            c ->
                c.stackName(name)
                    .templateBody(template)
                    .capabilities(Capability.CAPABILITY_NAMED_IAM));
        assertThat(settled(stacks, name)).as(() -> why(stacks, name)).isEqualTo("CREATE_COMPLETE");
      }
    }
  }

  /** As {@code cdk destroy --all}. */
  static void destroy(String url) throws InterruptedException {
    try (CloudFormationClient stacks = Clients.cloudFormation(url)) {
      List<String> last = new ArrayList<>(NAMES);
      Collections.reverse(last);
      for (String name : last) {
        if (!settled(stacks, name).isEmpty()) {
          delete(stacks, name);
        }
      }
    }
  }

  /** An output of a stack, if it has one of that name. */
  static Optional<String> output(String url, String stack, String name) {
    try (CloudFormationClient stacks = Clients.cloudFormation(url)) {
      return stacks.describeStacks(d -> d.stackName(stack)).stacks().get(0).outputs().stream()
          .filter(output -> output.outputKey().equals(name))
          .map(Output::outputValue)
          .findFirst();
    }
  }

  private static void delete(CloudFormationClient stacks, String name) throws InterruptedException {
    stacks.deleteStack(d -> d.stackName(name));
    assertThat(settled(stacks, name)).as(() -> why(stacks, name)).isEmpty();
  }

  /** The stack's status once nothing is under way; empty when there is none. */
  static String settled(CloudFormationClient stacks, String name) throws InterruptedException {
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    while (Instant.now().isBefore(end)) {
      try {
        Stack stack = stacks.describeStacks(d -> d.stackName(name)).stacks().get(0);
        String status = stack.stackStatusAsString();
        if (!status.endsWith("_IN_PROGRESS")) {
          return status;
        }
      } catch (CloudFormationException e) {
        return "";
      }
      Thread.sleep(10);
    }
    throw new AssertionError(name + " does not settle: " + why(stacks, name));
  }

  private static String why(CloudFormationClient stacks, String name) {
    try {
      return stacks.describeStackEvents(d -> d.stackName(name)).stackEvents().stream()
          .filter(e -> e.resourceStatusReason() != null)
          .limit(8)
          .map(
              e ->
                  e.logicalResourceId() + " " + e.resourceStatus() + " " + e.resourceStatusReason())
          .toList()
          .toString();
    } catch (CloudFormationException e) {
      return e.getMessage();
    }
  }

  /** A template, small enough to be sent. */
  private String template(String name) throws IOException {
    ObjectNode template = (ObjectNode) JSON.readTree(out.resolve(name + ".template.json").toFile());
    return template.toString();
  }

  /** What a state folder still holds of stacks: files below these folders. */
  static List<String> left(Path state) throws IOException {
    List<String> left = new ArrayList<>();
    for (String folder :
        List.of(
            "s3",
            "s3-meta",
            "s3-uploads",
            "s3-unfinished",
            "cloudformation",
            "lambda",
            "lambda-functions",
            "lambda-event-source-mappings",
            "sqs/queues",
            "sqs/messages",
            "apigateway",
            "emr/running",
            "emr/security-configurations",
            "emr-serverless/applications",
            "emr-serverless/jobruns",
            "emr-serverless/logs",
            "scheduler/schedules",
            "states/machines",
            "states/executions")) {
      if (Files.isDirectory(state.resolve(folder))) {
        try (Stream<Path> files = Files.walk(state.resolve(folder))) {
          files
              .map(file -> state.relativize(file).toString())
              .filter(file -> !file.equals(folder) && !file.contains(ASSETS))
              .filter(file -> !file.startsWith("lambda/.runtime")) // the endpoint's own
              .forEach(left::add);
        }
      }
    }
    try (Stream<Path> clusters =
        Files.exists(state.resolve("emr/clusters"))
            ? Files.list(state.resolve("emr/clusters"))
            : Stream.empty()) {
      for (Path cluster : clusters.toList()) {
        if (!Files.readString(cluster).contains("\"TERMINATED")) {
          left.add("a living " + cluster);
        }
      }
    }
    return left;
  }
}
