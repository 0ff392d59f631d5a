package io.escala.cli.emr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.cli.Aws;
import io.escala.cli.Escala;
import io.escala.cli.LocalEndpoint;
import io.escala.cli.Target;
import io.escala.cli.Workspace;
import io.escala.localaws.LocalAws;
import io.escala.localaws.Options;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.ClusterState;
import software.amazon.awssdk.services.emr.model.StepState;

/** A checkout with a real local endpoint in this JVM, whose steps run {@link FakeSpark}. */
public final class Laptop implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path root;
  private final LocalAws endpoint;
  private final Aws aws;
  private final String rootBefore = System.getProperty("escala.root");

  /** What a command returned and said. */
  public record Run(int exit, String out, String err) {
    /** The one JSON object on stdout. */
    public JsonNode json() {
      try {
        return JSON.readTree(out);
      } catch (IOException e) {
        throw new AssertionError("not JSON: " + out, e);
      }
    }
  }

  public Laptop(Path root, Path sparkClasses) throws IOException {
    this.root = root;
    Path job = Files.createDirectories(root.resolve("spark-job/target"));
    Files.writeString(job.resolve("spark.classpath"), sparkClasses.toString());
    Files.writeString(job.resolve("spark.jvm.options"), "-Xshare:auto");
    Files.writeString(job.resolve("escala-spark-job.jar"), "version 1");
    Path state = root.resolve(".escala/aws");
    endpoint =
        LocalAws.start(
            new Options(
                state,
                0,
                job.resolve("spark.classpath"),
                null,
                List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"),
                Path.of(System.getProperty("java.home"), "bin", "java"),
                Map.of(),
                Options.DEFAULT_REGION,
                Options.DEFAULT_ACCOUNT,
                null));
    System.setProperty("escala.root", root.toString());
    System.setProperty(
        "escala.sparkJava", Path.of(System.getProperty("java.home"), "bin", "java").toString());
    aws = new Aws(Target.local(LocalEndpoint.find(Workspace.current()).orElseThrow()));
    aws.s3().createBucket(r -> r.bucket("jobs"));
  }

  public Aws aws() {
    return aws;
  }

  URI endpoint() {
    return URI.create(endpoint.url());
  }

  Path root() {
    return root;
  }

  /** The objects of a bucket, as files. */
  Path bucket(String name) {
    return root.resolve(".escala/aws/s3").resolve(name);
  }

  /** Lets the steps that wait come to their end. */
  public void go() throws IOException {
    Files.writeString(root.resolve(".escala/aws/go"), "");
  }

  /** Ends the endpoint, as a killed one ends; its state stays. */
  public void stopEndpoint() {
    endpoint.close();
  }

  public String waitingCluster(String name) throws InterruptedException {
    String id =
        aws.emr()
            .runJobFlow(
                r ->
                    r.name(name)
                        .releaseLabel("emr-spark-8.1.0")
                        .logUri("s3://jobs/logs/")
                        .instances(i -> i.keepJobFlowAliveWhenNoSteps(true)))
            .jobFlowId();
    awaitCluster(id, cluster -> cluster.status().state() == ClusterState.WAITING);
    return id;
  }

  Cluster awaitCluster(String id, Predicate<Cluster> reached) throws InterruptedException {
    for (int i = 0; i < 1200; i++) {
      Cluster cluster = aws.emr().describeCluster(r -> r.clusterId(id)).cluster();
      if (reached.test(cluster)) {
        return cluster;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("cluster " + id + " does not get there");
  }

  void awaitStep(String cluster, String step, StepState state) throws InterruptedException {
    for (int i = 0; i < 1200; i++) {
      if (aws.emr().describeStep(r -> r.clusterId(cluster).stepId(step)).step().status().state()
          == state) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("step " + step + " does not become " + state);
  }

  /** {@code ./escala submit}, with the folder of these tests. */
  Run submit(String... words) {
    List<String> all = new ArrayList<>(List.of("submit", "--folder", "s3://jobs/submitted"));
    all.addAll(List.of(words));
    return escala(all.toArray(String[]::new));
  }

  /** Runs a command in this JVM. */
  public static Run escala(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ByteArrayOutputStream complained = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
    try {
      int exit = Escala.run(args);
      return new Run(
          exit, said.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @Override
  public void close() {
    aws.close();
    endpoint.close();
    System.clearProperty("escala.sparkJava");
    if (rootBefore != null) {
      System.setProperty("escala.root", rootBefore);
    }
  }
}
