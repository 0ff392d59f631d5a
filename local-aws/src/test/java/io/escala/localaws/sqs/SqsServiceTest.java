package io.escala.localaws.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.localaws.Clients;
import io.escala.localaws.OneService;
import io.escala.localaws.state.StateFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchEntryIdsNotDistinctException;
import software.amazon.awssdk.services.sqs.model.EmptyBatchRequestException;
import software.amazon.awssdk.services.sqs.model.InvalidAttributeValueException;
import software.amazon.awssdk.services.sqs.model.InvalidMessageContentsException;
import software.amazon.awssdk.services.sqs.model.ListQueuesResponse;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.QueueNameExistsException;
import software.amazon.awssdk.services.sqs.model.ReceiptHandleIsInvalidException;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.SqsException;
import software.amazon.awssdk.services.sqs.model.TooManyEntriesInBatchRequestException;

/** SQS as the AWS SDK sees it, which also checks each digest. */
class SqsServiceTest {
  @TempDir Path folder;
  private SqsService service;
  private OneService server;
  private SqsClient sqs;

  @BeforeEach
  void start() throws Exception {
    service =
        new SqsService(
            new Queues(
                new StateFolder(folder),
                Clock.systemUTC(),
                new QueueAddresses("http://127.0.0.1:1", "us-east-1", "000000000000")));
    server = new OneService(service);
    sqs = Clients.client(SqsClient.builder(), server.url().toString());
  }

  @AfterEach
  void stop() {
    sqs.close();
    service.close();
    server.close();
  }

  @Test
  void sendsReceivesAndDeletesAMessage() {
    // given
    String queue = queue("q");

    // when
    String sent = sqs.sendMessage(s -> s.queueUrl(queue).messageBody("Grüße 🎈")).messageId();
    List<Message> received = sqs.receiveMessage(r -> r.queueUrl(queue)).messages();

    // then
    assertThat(received)
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.messageId()).isEqualTo(sent);
              assertThat(message.body()).isEqualTo("Grüße 🎈");
              assertThat(message.attributes()).as("nobody asked for them").isEmpty();
            });
    sqs.deleteMessage(d -> d.queueUrl(queue).receiptHandle(received.get(0).receiptHandle()));
    assertThat(attribute(queue, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
        .isEqualTo("0");
  }

  @Test
  void listsQueuesPageByPageForWhoSaysHowLongAPageMayBe() {
    // given
    List<String> queues = List.of(queue("a"), queue("b"), queue("c"));

    // when
    ListQueuesResponse first = sqs.listQueues(l -> l.maxResults(2));
    List<String> all = sqs.listQueuesPaginator(l -> l.maxResults(2)).queueUrls().stream().toList();

    // then
    assertThat(first.queueUrls()).hasSize(2);
    assertThat(first.nextToken()).isNotNull();
    assertThat(all).isEqualTo(queues);
    assertThat(sqs.listQueues().nextToken()).isNull();
    assertThatThrownBy(() -> sqs.listQueues(l -> l.maxResults(2).nextToken("mine")))
        .isInstanceOf(SqsException.class)
        .hasMessageContaining("Value mine for parameter NextToken is invalid");
  }

  @Test
  void givesThoseAttributesOfAMessageThatAreAskedFor() {
    // given
    String queue = queue("q");
    sqs.sendMessage(
        s ->
            s.queueUrl(queue)
                .messageBody("m")
                .messageAttributes(
                    Map.of("trace.id", text("1"), "trace.span", text("2"), "kind", text("3"))));

    // when
    Message message =
        sqs.receiveMessage(
                r ->
                    r.queueUrl(queue)
                        .messageAttributeNames("trace.*")
                        .messageSystemAttributeNamesWithStrings("ApproximateReceiveCount"))
            .messages()
            .get(0);

    // then
    assertThat(message.messageAttributes()).containsOnlyKeys("trace.id", "trace.span");
    assertThat(message.attributesAsStrings()).isEqualTo(Map.of("ApproximateReceiveCount", "1"));
  }

  @Test
  void saysWhatAQueueIsAndWhatItWasNotTold() {
    // given
    String queue = queue("q");

    // then
    assertThat(
            sqs.getQueueAttributes(g -> g.queueUrl(queue).attributeNames(QueueAttributeName.ALL))
                .attributesAsStrings())
        .containsEntry("QueueArn", "arn:aws:sqs:us-east-1:000000000000:q")
        .containsEntry("VisibilityTimeout", "30")
        .containsEntry("MessageRetentionPeriod", "345600")
        .containsEntry("MaximumMessageSize", "1048576")
        .containsEntry("SqsManagedSseEnabled", "true")
        .doesNotContainKeys("RedrivePolicy", "Policy", "KmsMasterKeyId");
  }

  @Test
  void givesAQueueAgainThatIsAskedForAsItIsAndRefusesAnotherOfItsName() {
    // given
    String queue = queue("q");

    // then
    assertThat(queue("q")).isEqualTo(queue);
    assertThat(
            sqs.createQueue(
                    c ->
                        c.queueName("q")
                            .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "30")))
                .queueUrl())
        .isEqualTo(queue);
    assertThatThrownBy(
            () ->
                sqs.createQueue(
                    c ->
                        c.queueName("q").attributes(Map.of(QueueAttributeName.DELAY_SECONDS, "1"))))
        .isInstanceOf(QueueNameExistsException.class);
  }

  @Test
  void findsAQueueByItsAddressAtAnotherPort() {
    queue("q");
    String moved = "http://127.0.0.1:4580/000000000000/q";
    assertThat(sqs.receiveMessage(r -> r.queueUrl(moved)).messages()).isEmpty();
  }

  @Test
  void listsQueuesByTheirNames() {
    // given
    String dead = queue("dead");
    String queue =
        sqs.createQueue(
                c ->
                    c.queueName("requests")
                        .attributes(
                            Map.of(
                                QueueAttributeName.REDRIVE_POLICY,
                                "{\"deadLetterTargetArn\":"
                                    + "\"arn:aws:sqs:us-east-1:000000000000:dead\","
                                    + "\"maxReceiveCount\":\"5\"}")))
            .queueUrl();

    // then
    assertThat(sqs.listQueues().queueUrls()).containsExactly(dead, queue);
    assertThat(sqs.listQueues(l -> l.queueNamePrefix("re")).queueUrls()).containsExactly(queue);
    assertThat(sqs.listDeadLetterSourceQueues(l -> l.queueUrl(dead)).queueUrls())
        .containsExactly(queue);
    assertThat(attribute(queue, QueueAttributeName.REDRIVE_POLICY))
        .isEqualTo(
            "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:dead\","
                + "\"maxReceiveCount\":5}");
  }

  @Test
  void takesTheGoodEntriesOfABatchAndNamesTheBad() {
    // given
    String queue = queue("q");

    // when
    SendMessageBatchResponse answer =
        sqs.sendMessageBatch(
            s -> s.queueUrl(queue).entries(entry("a", "fine"), entry("b", "\u0000")));

    // then
    assertThat(answer.successful()).extracting("id").containsExactly("a");
    assertThat(answer.failed())
        .singleElement()
        .satisfies(
            failed -> {
              assertThat(failed.id()).isEqualTo("b");
              assertThat(failed.code()).isEqualTo("InvalidMessageContents");
              assertThat(failed.senderFault()).isTrue();
            });
  }

  @Test
  void refusesABatchAsAWhole() {
    String queue = queue("q");
    assertThatThrownBy(() -> sqs.sendMessageBatch(s -> s.queueUrl(queue).entries(List.of())))
        .isInstanceOf(EmptyBatchRequestException.class);
    assertThatThrownBy(
            () ->
                sqs.sendMessageBatch(
                    s -> s.queueUrl(queue).entries(entry("a", "1"), entry("a", "2"))))
        .isInstanceOf(BatchEntryIdsNotDistinctException.class);
    assertThatThrownBy(
            () ->
                sqs.sendMessageBatch(
                    s ->
                        s.queueUrl(queue)
                            .entries(
                                IntStream.range(0, 11)
                                    .mapToObj(i -> entry("e" + i, "m"))
                                    .toList())))
        .isInstanceOf(TooManyEntriesInBatchRequestException.class);
  }

  @Test
  void saysWhatIsWrongInTheServicesOwnWords() {
    String queue = queue("q");
    assertThatThrownBy(() -> sqs.getQueueUrl(g -> g.queueName("none")))
        .isInstanceOfSatisfying(
            QueueDoesNotExistException.class,
            e ->
                assertThat(e.awsErrorDetails().errorCode())
                    .isEqualTo("AWS.SimpleQueueService.NonExistentQueue"));
    assertThatThrownBy(() -> sqs.deleteMessage(d -> d.queueUrl(queue).receiptHandle("nonsense")))
        .isInstanceOf(ReceiptHandleIsInvalidException.class);
    assertThatThrownBy(() -> sqs.sendMessage(s -> s.queueUrl(queue).messageBody("\u0000")))
        .isInstanceOf(InvalidMessageContentsException.class);
    assertThatThrownBy(
            () ->
                sqs.setQueueAttributes(
                    s ->
                        s.queueUrl(queue)
                            .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "43201"))))
        .isInstanceOf(InvalidAttributeValueException.class)
        .hasMessageContaining("VisibilityTimeout");
    assertThatThrownBy(() -> sqs.receiveMessage(r -> r.queueUrl(queue).maxNumberOfMessages(11)))
        .hasMessageContaining("Must be between 1 and 10");
    assertThatThrownBy(
            () -> sqs.sendMessage(s -> s.queueUrl(queue).messageBody("x".repeat(1_048_576 + 1))))
        .isInstanceOfSatisfying(
            SqsException.class,
            e -> assertThat(e.awsErrorDetails().errorCode()).isEqualTo("InvalidParameterValue"))
        .hasMessageContaining("shorter than 1048576 bytes");
  }

  @Test
  void sendsNothingOfABatchOfWhichItDoesNotHandleAnEntry() {
    // given
    String queue = queue("q");

    // when
    refused(
        () ->
            sqs.sendMessageBatch(
                s ->
                    s.queueUrl(queue)
                        .entries(
                            entry("a", "fine"),
                            entry("b", "grouped").toBuilder().messageGroupId("g").build())),
        "Entries[1] with MessageGroupId");

    // then
    assertThat(attribute(queue, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES)).isEqualTo("0");
  }

  @Test
  void refusesByNameWhatItDoesNotHandle() {
    String queue = queue("q");
    refused(
        () ->
            sqs.createQueue(
                c ->
                    c.queueName("q.fifo")
                        .attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true"))),
        "FIFO");
    refused(
        () ->
            sqs.setQueueAttributes(
                s ->
                    s.queueUrl(queue)
                        .attributes(Map.of(QueueAttributeName.REDRIVE_ALLOW_POLICY, "{}"))),
        "RedriveAllowPolicy");
    refused(
        () -> sqs.sendMessage(s -> s.queueUrl(queue).messageBody("m").messageGroupId("g")),
        "SendMessage with MessageGroupId");
    refused(
        () -> sqs.startMessageMoveTask(s -> s.sourceArn("arn:aws:sqs:us-east-1:0:dead")),
        "StartMessageMoveTask");
  }

  private static void refused(ThrowingCallable call, String what) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(SqsException.class, e -> assertThat(e.statusCode()).isEqualTo(501))
        .hasMessageContaining("local-aws does not handle SQS")
        .hasMessageContaining(what);
  }

  private String queue(String name) {
    return sqs.createQueue(c -> c.queueName(name)).queueUrl();
  }

  private String attribute(String queue, QueueAttributeName name) {
    return sqs.getQueueAttributes(g -> g.queueUrl(queue).attributeNames(name))
        .attributes()
        .get(name);
  }

  private static MessageAttributeValue text(String value) {
    return MessageAttributeValue.builder().dataType("String").stringValue(value).build();
  }

  private static SendMessageBatchRequestEntry entry(String id, String body) {
    return SendMessageBatchRequestEntry.builder().id(id).messageBody(body).build();
  }
}
