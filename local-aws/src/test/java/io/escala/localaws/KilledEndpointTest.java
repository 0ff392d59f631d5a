package io.escala.localaws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;

class KilledEndpointTest {
  private static final String HANGS =
      "{\"Resources\": {\"A\": {\"Type\": \"Test::File\", \"Properties\": {\"Text\": \"%s\"}},"
          + " \"B\": {\"Type\": \"Test::File\", \"DependsOn\": \"A\", \"Properties\": {%s}}}}";

  @TempDir Path folder;
  private Process endpoint;

  /** An endpoint in a JVM of its own. */
  public static void main(String[] args) throws IOException {
    LocalAws aws =
        LocalAws.start(
            Options.of(Path.of(args[0], "state"), 0),
            List.of(new FileType(Path.of(args[0], "files"))));
    Files.writeString(Path.of(args[0], "url.part"), aws.url());
    Files.move(Path.of(args[0], "url.part"), Path.of(args[0], "url"));
  }

  @AfterEach
  void stop() {
    if (endpoint != null) {
      endpoint.destroyForcibly();
    }
  }

  @Test
  void cleansUpAtTheNextStartWhatAKilledCreationMade() throws Exception {
    // given
    try (CloudFormationClient stacks = startInAnotherJvm()) {
      stacks.createStack(
          c -> c.stackName("one").templateBody(HANGS.formatted("1", "\"Hang\": \"create\"")));
      await(() -> files().size() == 2);
    }

    // when
    kill();

    // then
    try (LocalAws aws = restart();
        CloudFormationClient stacks = Clients.cloudFormation(aws.url())) {
      await(() -> status(stacks).equals("ROLLBACK_COMPLETE"));
      assertThat(files()).isEmpty();
      assertThat(stacks.describeStacks().stacks().get(0).stackStatusReason())
          .contains("The endpoint was stopped while the stack was in CREATE_IN_PROGRESS");
      stacks.deleteStack(d -> d.stackName("one"));
      assertThat(stacks.describeStacks().stacks()).isEmpty();
    }
  }

  @Test
  void takesAKilledUpdateBackAtTheNextStart() throws Exception {
    // given
    try (CloudFormationClient stacks = startInAnotherJvm()) {
      stacks.createStack(c -> c.stackName("one").templateBody(HANGS.formatted("old", "")));
      await(() -> status(stacks).equals("CREATE_COMPLETE"));
      stacks.updateStack(
          u ->
              u.stackName("one")
                  .templateBody(HANGS.formatted("new", "\"Kind\": \"2\", \"Hang\": \"create\"")));
      await(() -> files().size() == 3);
    }

    // when
    kill();

    // then
    try (LocalAws aws = restart();
        CloudFormationClient stacks = Clients.cloudFormation(aws.url())) {
      await(() -> status(stacks).equals("UPDATE_ROLLBACK_COMPLETE"));
      assertThat(files()).hasSize(2);
      Path a = folder.resolve("files").resolve(files().get(0));
      assertThat(a).hasContent("old");
    }
  }

  @Test
  void letsAKilledDeletionBeRepeated() throws Exception {
    // given
    try (CloudFormationClient stacks = startInAnotherJvm()) {
      stacks.createStack(
          c -> c.stackName("one").templateBody(HANGS.formatted("1", "\"Hang\": \"delete\"")));
      await(() -> status(stacks).equals("CREATE_COMPLETE"));
      stacks.deleteStack(d -> d.stackName("one"));
      await(() -> status(stacks).equals("DELETE_IN_PROGRESS"));
    }

    // when
    kill();

    // then
    try (LocalAws aws = restart();
        CloudFormationClient stacks = Clients.cloudFormation(aws.url())) {
      await(() -> status(stacks).equals("DELETE_FAILED"));
      stacks.deleteStack(d -> d.stackName("one").retainResources("B"));
      assertThat(stacks.describeStacks().stacks()).isEmpty();
    }
  }

  private CloudFormationClient startInAnotherJvm() throws Exception {
    endpoint =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                KilledEndpointTest.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    await(() -> Files.exists(folder.resolve("url")));
    return Clients.cloudFormation(Files.readString(folder.resolve("url")));
  }

  private void kill() throws InterruptedException {
    endpoint.destroyForcibly();
    assertThat(endpoint.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  private LocalAws restart() {
    return LocalAws.start(
        Options.of(folder.resolve("state"), 0), List.of(new FileType(folder.resolve("files"))));
  }

  private static String status(CloudFormationClient stacks) {
    return stacks.describeStacks().stacks().get(0).stackStatusAsString();
  }

  private List<String> files() {
    try (Stream<Path> files = Files.list(folder.resolve("files"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static void await(BooleanSupplier done) throws InterruptedException {
    Instant end = Instant.now().plus(Duration.ofSeconds(30));
    while (!done.getAsBoolean()) {
      assertThat(Instant.now()).as("waited for 30 seconds").isBefore(end);
      Thread.sleep(50);
    }
  }
}
