package io.escala.localaws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.escala.localaws.conformity.JsonClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;

/**
 * The commands for the AWS CLI that the pages give for runs and stacks, taken from the pages and
 * run as they stand there on the app's deployed stacks. {@code .ci/run} installs the AWS CLI and
 * names it in {@code ESCALA_AWS_CLI}.
 */
class DocumentedCommandsTest {
  private static final Path DOCS = Path.of(System.getProperty("escala.root")).resolve("docs");

  /** What the endpoint cannot do; the pages say that it was not run. */
  private static final List<String> ONLY_ON_AWS = List.of("aws logs ", "aws ssm ", "./escala ");

  @TempDir Path folder;

  @BeforeEach
  void findTheCli() throws IOException {
    String cli = System.getenv("ESCALA_AWS_CLI");
    assumeTrue(cli != null, "ESCALA_AWS_CLI names no AWS CLI (pip install awscli==1.46.3)");
    Path aws = Files.createDirectory(folder.resolve("bin")).resolve("aws");
    Files.writeString(aws, "#!/bin/sh\nexec '" + cli + "' \"$@\"\n");
    assertThat(aws.toFile().setExecutable(true)).isTrue();
  }

  @Test
  void tellHowStacksAndTheirClusterAre() throws Exception {
    onStacksOf(
        "transient",
        url -> {
          JobRuns.run(url);
          String cluster = RealStacks.output(url, "EscalaSpark", "ClusterId").orElseThrow();

          assertThat(bash(url, block("runbooks/deployment-interrupted.md", "describe-stacks")))
              .contains("EscalaSpark\tCREATE_COMPLETE", "EscalaStorage\tCREATE_COMPLETE");
          assertThat(bash(url, block("runbooks/destroy-hangs.md", "describe-stack-events")))
              .isEmpty();
          assertThat(
                  bash(url, block("network.md", "--logical-resource-id Traffic") + "\necho $group"))
              .startsWith("EscalaNetwork-Traffic-");
          assertThat(bash(url, block("network.md", "list-instances").replace("j-…", cluster)))
              .contains("TERMINATED");
          assertThat(
                  bash(
                      url,
                      inline("network.md", "aws emr describe-security-configuration")
                          .replace("j-…", cluster)))
              .contains("EnableInTransitEncryption");
        });
  }

  @Test
  void addStepsToAClusterThatWaits() throws Exception {
    onStacksOf(
        "long-running",
        url -> {
          assertThat(bash(url, block("lifecycles.md", "aws emr add-steps")))
              .contains("StepIds", "s-");
        });
  }

  @Test
  void bringAStackDownThatAProtectedClusterHolds() throws Exception {
    onStacksOf(
        "long-running",
        url -> {
          // given
          String cluster = RealStacks.output(url, "EscalaSpark", "ClusterId").orElseThrow();
          String page = "runbooks/destroy-hangs.md";
          String letGo = inline(page, "--no-termination-protected").replace("j-…", cluster);
          bash(url, letGo.replace("--no-", "--"));
          try (CloudFormationClient stacks = Clients.cloudFormation(url)) {
            stacks.deleteStack(d -> d.stackName("EscalaSpark"));
            assertThat(RealStacks.settled(stacks, "EscalaSpark")).isEqualTo("DELETE_FAILED");

            // when
            String events = bash(url, block(page, "describe-stack-events"));
            bash(
                url,
                "stack=EscalaSpark\n"
                    + block(page, "--retain-resources")
                        .replace("LogicalIdOfTheResource", clusterOf(events)));

            // then
            assertThat(events).contains("DELETE_FAILED", "termination protected", cluster);
            assertThat(RealStacks.settled(stacks, "EscalaSpark")).isEmpty();
          }
          assertThat(bash(url, "aws emr list-clusters --active")).contains(cluster);
          bash(url, letGo + "\naws emr terminate-clusters --cluster-ids " + cluster);
          RealStacks.destroy(url);
        });
  }

  /** The logical id of the cluster, which could not be deleted. */
  private static String clusterOf(String events) {
    return events
        .lines()
        .map(line -> line.split("\t", -1))
        .filter(line -> line[2].equals("DELETE_FAILED") && !line[1].equals("EscalaSpark"))
        .map(line -> line[1])
        .findFirst()
        .orElseThrow();
  }

  @Test
  void startARunOfAStateMachineAndTellItsOutcome() throws Exception {
    onStacksOf(
        "scheduled",
        url -> {
          String said = bash(url, run() + "\necho $run").strip();
          String execution = said.substring(said.lastIndexOf('\n') + 1);
          assertThat(execution).startsWith("arn:aws:states:");
          assertThat(end(url, execution)).isEqualTo("SUCCEEDED");
          String again =
              bash(url, run() + "\naws stepfunctions stop-execution --execution-arn $run");
          assertThat(again).contains("stopDate");
        });
  }

  @Test
  void tellWhyARunOfEmrServerlessEnded() throws Exception {
    onStacksOf(
        "serverless",
        url -> {
          JobRuns.run(url);
          String application = RealStacks.output(url, "EscalaSpark", "ApplicationId").orElseThrow();
          String run =
              new JsonClient(URI.create(url), "emr-serverless")
                  .send("GET", "/applications/" + application + "/jobruns", null)
                  .at("/jobRuns/0/id")
                  .asText();
          assertThat(
                  bash(
                      url,
                      block("runbooks/run-failed.md", "get-job-run")
                          .replace("--application-id …", "--application-id " + application)
                          .replace("--job-run-id …", "--job-run-id " + run)))
              .isEqualTo("\"The run has completed\"\n");
        });
  }

  /** With the page's function {@code output}, which stands before. */
  private static String run() throws IOException {
    String output =
        block("lifecycles.md", "output()")
            .lines()
            .filter(l -> l.startsWith("output()"))
            .findFirst()
            .orElseThrow();
    return output + "\n" + block("lifecycles.md", "start-execution");
  }

  private static String end(String url, String execution) throws InterruptedException {
    JsonClient states = new JsonClient(URI.create(url), "stepfunctions");
    JsonNode now;
    do {
      Thread.sleep(50);
      now = states.call("DescribeExecution", "{\"executionArn\": \"" + execution + "\"}");
    } while (now.path("status").asText().equals("RUNNING"));
    return now.path("status").asText();
  }

  @FunctionalInterface
  private interface Commands {
    void run(String url) throws Exception;
  }

  private void onStacksOf(String lifecycle, Commands commands) throws Exception {
    RealStacks stacks = new RealStacks(folder, Map.of("spark.lifecycle", lifecycle));
    Path state = folder.resolve("state");
    try (LocalAws aws = LocalAws.start(stacks.options(state))) {
      stacks.publish(state);
      stacks.deploy(aws.url());
      commands.run(aws.url());
    }
  }

  /** The first block of commands on a page that holds certain words. */
  private static String block(String page, String words) throws IOException {
    return first(page, words, Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL))
        .lines()
        .filter(line -> ONLY_ON_AWS.stream().noneMatch(line::contains))
        .collect(Collectors.joining("\n"));
  }

  /** The first command in a page's text that holds certain words. */
  private static String inline(String page, String words) throws IOException {
    return first(page, words, Pattern.compile("`([^`\n]+)`"));
  }

  private static String first(String page, String words, Pattern pattern) throws IOException {
    Matcher found = pattern.matcher(Files.readString(DOCS.resolve(page)));
    while (found.find()) {
      if (found.group(1).contains(words)) {
        return found.group(1);
      }
    }
    throw new AssertionError(page + " has no command with " + words);
  }

  private String bash(String url, String commands) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", commands).redirectErrorStream(true);
    Map<String, String> variables = builder.environment();
    variables.keySet().removeIf(name -> name.startsWith("AWS_"));
    variables.put("PATH", folder.resolve("bin") + ":" + variables.get("PATH"));
    variables.put("HOME", folder.toString());
    variables.put("AWS_ENDPOINT_URL", url);
    variables.put("AWS_ACCESS_KEY_ID", "any");
    variables.put("AWS_SECRET_ACCESS_KEY", "any");
    variables.put("AWS_DEFAULT_REGION", Options.DEFAULT_REGION);
    variables.put("AWS_PAGER", "");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(commands + "\n" + said).isZero();
    return said;
  }
}
