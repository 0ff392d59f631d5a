package io.escala.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** {@code inference.batch} as it is deployed: the queue, the real function, and its answers. */
class QueuedPredictionsTest {
  private static final Path WINE = Path.of(System.getProperty("escala.root"), "models", "wine");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;
  private Path state;
  private Path answers;
  private SqsClient sqs;
  private String queue;

  @Test
  void answersMessagesAndKeepsWhatHasNoAnswerAmongTheDeadLetters() throws Exception {
    assumeTrue(
        System.getProperty("os.name").equals("Linux"), "AWS's runtime client runs on Linux only");
    RealStacks stacks = new RealStacks(folder, Map.of("inference.batch", "true"));
    state = folder.resolve("state");
    try (LocalAws aws = LocalAws.start(stacks.options(state));
        SqsClient client = Clients.client(SqsClient.builder(), aws)) {
      sqs = client;
      stacks.publish(state);
      stacks.deploy(aws.url(), List.of("EscalaStorage", "EscalaInference"));
      queue = RealStacks.output(aws.url(), "EscalaInference", "QueueUrl").orElseThrow();
      answers =
          state
              .resolve("s3")
              .resolve(
                  RealStacks.output(aws.url(), "EscalaInference", "AnswersUrl")
                      .orElseThrow()
                      .substring("s3://".length()));

      // given a function that runs: its start would outlast the next timeout
      String first = send("wine is not asked for anything");
      assertThat(answer(first).path("status").asInt()).isEqualTo(400);
      sqs.setQueueAttributes(
          s -> s.queueUrl(queue).attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "1")));

      // when
      JsonNode golden = goldenRows();
      String good = send(request("wine", golden));
      String bad = send(request("bank", golden)); // that model is in S3, where nobody put one yet

      // then
      JsonNode predictions = answer(good).path("predictions");
      assertThat(predictions).hasSameSizeAs(golden);
      for (int i = 0; i < golden.size(); i++) {
        assertThat(predictions.get(i).path("label")).isEqualTo(golden.get(i).path("label"));
        for (int j = 0; j < 3; j++) {
          assertThat(predictions.get(i).path("probabilities").get(j).asDouble())
              .isCloseTo(golden.get(i).path("probabilities").get(j).asDouble(), within(1e-9));
        }
      }
      Message dead = await("a dead letter", this::deadLetter);
      assertThat(dead.messageId()).isEqualTo(bad);
      assertThat(dead.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT))
          .as("five times by the function, once now")
          .isEqualTo("6");
      assertThat(answers.resolve(bad + ".json")).doesNotExist();
      assertThat(messages()).isEqualTo(0);

      RealStacks.destroy(aws.url());
      assertThat(RealStacks.left(state)).isEmpty();
    }
  }

  private String send(String body) {
    return sqs.sendMessage(s -> s.queueUrl(queue).messageBody(body)).messageId();
  }

  private JsonNode answer(String message) throws Exception {
    Path file = answers.resolve(message + ".json");
    return await(
        "the answer to " + message, () -> Files.exists(file) ? JSON.readTree(file.toFile()) : null);
  }

  private Message deadLetter() throws Exception {
    String policy =
        sqs.getQueueAttributes(
                g -> g.queueUrl(queue).attributeNames(QueueAttributeName.REDRIVE_POLICY))
            .attributes()
            .get(QueueAttributeName.REDRIVE_POLICY);
    String name =
        JSON.readTree(policy).path("deadLetterTargetArn").asText().replaceFirst(".*:", "");
    String url = sqs.getQueueUrl(g -> g.queueName(name)).queueUrl();
    return sqs
        .receiveMessage(
            r ->
                r.queueUrl(url)
                    .waitTimeSeconds(1)
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .messages()
        .stream()
        .findFirst()
        .orElse(null);
  }

  /** All that the queue of requests still has. */
  private int messages() {
    return sqs
        .getQueueAttributes(g -> g.queueUrl(queue).attributeNames(QueueAttributeName.ALL))
        .attributes()
        .entrySet()
        .stream()
        .filter(e -> e.getKey().toString().startsWith("ApproximateNumberOfMessages"))
        .mapToInt(e -> Integer.parseInt(e.getValue()))
        .sum();
  }

  private static String request(String model, JsonNode rows) {
    ObjectNode request = JSON.createObjectNode().put("model", model);
    rows.forEach(row -> request.withArray("instances").add(row.path("inputs")));
    return request.toString();
  }

  /** Inputs with the outputs that training computed for them. */
  private static JsonNode goldenRows() throws Exception {
    String version = JSON.readTree(WINE.resolve("current.json").toFile()).path("version").asText();
    return JSON.readTree(WINE.resolve(version).resolve("manifest.json").toFile()).path("golden");
  }

  private static <T> T await(String what, Callable<T> look) throws Exception {
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    while (Instant.now().isBefore(end)) {
      T found = look.call();
      if (found != null) {
        return found;
      }
      Thread.sleep(10);
    }
    throw new AssertionError(what + " does not come");
  }
}
