package io.escala.localaws.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.http.JsonProtocol;
import io.escala.localaws.http.ServiceClient;
import io.escala.localaws.sqs.QueueAddresses;
import io.escala.localaws.sqs.Queues;
import io.escala.localaws.sqs.SqsService;
import io.escala.localaws.state.StateFolder;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real function of Node behind a queue. */
class EventSourceMappingTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Writes each event that it gets into a folder, and reports messages that are called bad. */
  private static final String FUNCTION =
      """
      const fs = require('fs');
      exports.handler = async (event) => {
        const file = 'SEEN/' + event.Records[0].messageId + '-' + event.Records[0].attributes.ApproximateReceiveCount;
        fs.writeFileSync(file + '.part', JSON.stringify(event));
        fs.renameSync(file + '.part', file);
        if (event.Records.some(r => r.body === 'throw')) { throw new Error('told to'); }
        return { batchItemFailures: event.Records.filter(r => r.body === 'bad')
            .map(r => ({ itemIdentifier: r.messageId })) };
      };
      """;

  private static final String QUEUE = "http://127.0.0.1:1/000000000000/q";
  private static final String ARN = "arn:aws:sqs:us-east-1:000000000000:q";

  @TempDir Path folder;
  private LambdaFixture lambda;
  private Queues queues;
  private ServiceClient sqs;
  private EventSourceMappings mappings;
  private EventSourceMappingType type;
  private String function;
  private Path seen;

  @BeforeEach
  void start() throws Exception {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(each -> Files.isExecutable(Path.of(each, "node"))),
        "Node is not on the PATH");
    seen = Files.createDirectory(folder.resolve("seen"));
    lambda = new LambdaFixture(Files.createDirectory(folder.resolve("state")));
    queues =
        new Queues(
            new StateFolder(lambda.folder),
            Clock.systemUTC(),
            new QueueAddresses("http://127.0.0.1:1", "us-east-1", "000000000000"));
    sqs = new ServiceClient(new SqsService(queues));
    sqs.call("CreateQueue", json("{'QueueName': 'q', 'Attributes': {'VisibilityTimeout': '600'}}"));
    function = lambda.nodeFunction(FUNCTION.replace("SEEN", seen.toString()));
    open();
    mappings.start();
  }

  @AfterEach
  void stop() {
    if (lambda != null) {
      mappings.stop();
      lambda.close();
      mappings.close();
    }
  }

  private void open() {
    mappings = new EventSourceMappings(lambda.functions, queues);
    type = new EventSourceMappingType(mappings, lambda.functions.settings());
  }

  @Test
  void handsMessagesToTheFunctionInTheFormOfSqsAndDeletesThem() throws Exception {
    // given
    map("");

    // when
    String id =
        sqs.call(
                "SendMessage",
                json(
                    """
                    {'QueueUrl': '%s', 'MessageBody': '{}', 'MessageAttributes': {
                     'kind': {'DataType': 'String', 'StringValue': 'a'},
                     'bytes': {'DataType': 'Binary', 'BinaryValue': 'YQ=='}}}"""
                        .formatted(QUEUE)))
            .path("MessageId")
            .asText();

    // then
    await(() -> left("ApproximateNumberOfMessagesNotVisible") == 0 && events().size() == 1);
    JsonNode record = events().get(0).path("Records").path(0);
    assertThat(record.path("receiptHandle").asText()).isNotEmpty();
    assertThat(record.at("/attributes/SentTimestamp").asText()).matches("\\d{13}");
    ((ObjectNode) record).remove(List.of("receiptHandle"));
    ((ObjectNode) record.path("attributes"))
        .remove(List.of("SentTimestamp", "ApproximateFirstReceiveTimestamp"));
    assertThat(record)
        .isEqualTo(
            json(
                """
                {'messageId': '%s', 'body': '{}',
                 'attributes': {'ApproximateReceiveCount': '1', 'SenderId': '000000000000'},
                 'messageAttributes': {
                  'kind': {'stringValue': 'a', 'stringListValues': [], 'binaryListValues': [],
                           'dataType': 'String'},
                  'bytes': {'binaryValue': 'YQ==', 'stringListValues': [], 'binaryListValues': [],
                            'dataType': 'Binary'}},
                 'md5OfMessageAttributes': '%s',
                 'md5OfBody': '99914b932bd37a50b983c5e7c90ae93b',
                 'eventSource': 'aws:sqs', 'eventSourceARN': '%s', 'awsRegion': 'us-east-1'}"""
                    .formatted(id, record.path("md5OfMessageAttributes").asText(), ARN)));
    assertThat(record.path("md5OfMessageAttributes").asText()).matches("[0-9a-f]{32}");
  }

  @Test
  void leavesToTheQueueWhatTheFunctionReports() throws Exception {
    // given
    map(", 'FunctionResponseTypes': ['ReportBatchItemFailures']");

    // when
    send("good", "bad", "good");

    // then
    await(() -> left("ApproximateNumberOfMessagesNotVisible") == 1 && bodies().size() == 3);
    assertThat(left("ApproximateNumberOfMessages")).isZero();
  }

  @Test
  void leavesTheWholeBatchToTheQueueWhenTheFunctionFails() throws Exception {
    // given
    map(", 'FunctionResponseTypes': ['ReportBatchItemFailures']");

    // when
    send("throw");
    await(() -> events().size() == 1);
    send("good");
    await(() -> bodies().contains("good") && left("ApproximateNumberOfMessagesNotVisible") == 1);

    // then
    assertThat(bodies()).containsExactlyInAnyOrder("throw", "good");
  }

  @Test
  void deletesWhatTheFunctionReportsWhenItWasNotAskedForReports() throws Exception {
    // given
    map("");

    // when
    send("bad");

    // then
    await(() -> events().size() == 1 && left("ApproximateNumberOfMessagesNotVisible") == 0);
  }

  @Test
  void gathersABatchThatIsLargerThanWhatTheQueueGivesAtOnce() throws Exception {
    // given
    send(IntStream.range(0, 10).mapToObj(Integer::toString).toArray(String[]::new));
    send("10", "11");

    // when
    map(
        ", 'BatchSize': 12, 'MaximumBatchingWindowInSeconds': 300, 'ScalingConfig': "
            + "{'MaximumConcurrency': 2}");

    // then
    await(() -> bodies().size() == 12 && left("ApproximateNumberOfMessagesNotVisible") == 0);
    assertThat(events()).hasSize(1);
  }

  @Test
  void leavesMessagesAloneWhileItIsDisabled() throws Exception {
    // given
    Resource mapping = map(", 'Enabled': false");
    send("one");
    assertThat(left("ApproximateNumberOfMessages")).isEqualTo(1);

    // when
    Resource after =
        type.update(
            LambdaFixture.CONTEXT, mapping, properties(", 'Enabled': false"), properties(""));

    // then
    assertThat(after).isEqualTo(mapping);
    await(() -> bodies().contains("one"));
  }

  @Test
  void goesOnAfterARestartAndEndsWithItsResource() throws Exception {
    // given
    Resource mapping = map("");
    mappings.close();
    send("one");
    open();

    // when
    mappings.start();

    // then
    await(() -> bodies().contains("one"));

    // when
    type.delete(LambdaFixture.CONTEXT, mapping, properties(""));

    // then
    assertThat(mappings.all()).isEmpty();
    open();
    assertThat(mappings.all()).isEmpty();
  }

  @Test
  void removesWhatAKillLeftHalfMade() throws Exception {
    // given
    map("");

    // when
    type.delete(
        LambdaFixture.CONTEXT,
        new Resource(LambdaFixture.CONTEXT.physicalName(), Map.of()),
        properties(""));

    // then
    assertThat(mappings.all()).isEmpty();
  }

  @Test
  void refusesWhatAwsRefuses() throws Exception {
    refused(", 'BatchSize': 11", "MaximumBatchingWindowInSeconds");
    refused(", 'BatchSize': 0", "BatchSize");
    refused(", 'ScalingConfig': {'MaximumConcurrency': 1}", "MaximumConcurrency");
    refused(", 'FunctionResponseTypes': ['All']", "ReportBatchItemFailures");
    map("");
    refused("", "already exists");
    sqs.call(
        "SetQueueAttributes",
        json("{'QueueUrl': '%s', 'Attributes': {'VisibilityTimeout': '19'}}".formatted(QUEUE)));
    refused("", "Queue visibility timeout: 19 seconds is less than Function timeout: 20 seconds");
    sqs.call("DeleteQueue", json("{'QueueUrl': '%s'}".formatted(QUEUE)));
    refused("", "There is no queue " + ARN);
  }

  @Test
  void refusesByNameWhatItDoesNotHandle() {
    refused(", 'FilterCriteria': {}", "AWS::Lambda::EventSourceMapping.FilterCriteria");
    refused(", 'ProvisionedPollerConfig': {}", "ProvisionedPollerConfig");
    refused(
        ", 'EventSourceArn': 'arn:aws:kinesis:us-east-1:000000000000:stream/s'",
        "local-aws does not handle the event source arn:aws:kinesis");
    assertThat(mappings.all()).isEmpty();
  }

  private void refused(String more, String why) {
    assertThatThrownBy(() -> map(more)).hasMessageContaining(why);
  }

  private Resource map(String more) throws Exception {
    return type.create(LambdaFixture.CONTEXT, properties(more));
  }

  private ResourceProperties properties(String more) throws Exception {
    return LambdaFixture.properties(
        type.name(),
        "{'EventSourceArn': '%s', 'FunctionName': '%s'%s}"
            .formatted(ARN, function, more)
            .replace('\'', '"'));
  }

  private void send(String... bodies) {
    ObjectNode request = JsonProtocol.object().put("QueueUrl", QUEUE);
    for (int i = 0; i < bodies.length; i++) {
      request
          .withArray("Entries")
          .addObject()
          .put("Id", Integer.toString(i))
          .put("MessageBody", bodies[i]);
    }
    assertThat(sqs.call("SendMessageBatch", request).path("Failed")).isEmpty();
  }

  /** The events that the function got. */
  private List<JsonNode> events() throws Exception {
    try (Stream<Path> files = Files.list(seen)) {
      List<JsonNode> events = new ArrayList<>();
      for (Path file : files.filter(f -> !f.toString().endsWith(".part")).toList()) {
        events.add(JSON.readTree(file.toFile()));
      }
      return events;
    }
  }

  private List<String> bodies() throws Exception {
    List<String> bodies = new ArrayList<>();
    for (JsonNode event : events()) {
      bodies.addAll(event.path("Records").findValuesAsText("body"));
    }
    return bodies;
  }

  private int left(String attribute) {
    return sqs.call(
            "GetQueueAttributes",
            json("{'QueueUrl': '%s', 'AttributeNames': ['All']}".formatted(QUEUE)))
        .path("Attributes")
        .path(attribute)
        .asInt();
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    while (!condition.holds()) {
      assertThat(Instant.now()).as("in a minute").isBefore(end);
      Thread.sleep(10);
    }
  }

  private static ObjectNode json(String text) {
    return (ObjectNode) JsonProtocol.parse(text.replace('\'', '"'));
  }
}
