package io.escala.localaws.conformity;

import io.escala.localaws.Clients;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeNameForSends;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/** A queue with all that it can be given, and messages with all that they can carry. */
final class QueueScenario {
  private QueueScenario() {}

  static List<Answer> run(String url) {
    try (SqsClient sqs = Clients.client(SqsClient.builder(), url)) {
      String dead = sqs.createQueue(c -> c.queueName("dead")).queueUrl();
      String arn = attributes(sqs, dead).get(QueueAttributeName.QUEUE_ARN);
      String queue =
          sqs.createQueue(
                  c ->
                      c.queueName("requests")
                          .tags(Map.of("project", "escala"))
                          .attributes(
                              Map.of(
                                  QueueAttributeName.VISIBILITY_TIMEOUT,
                                  "60",
                                  QueueAttributeName.KMS_MASTER_KEY_ID,
                                  "alias/aws/sqs",
                                  QueueAttributeName.REDRIVE_POLICY,
                                  "{\"deadLetterTargetArn\": \"%s\"}".formatted(arn))))
              .queueUrl();
      sqs.setQueueAttributes(
          s ->
              s.queueUrl(queue)
                  .attributes(
                      Map.of(
                          QueueAttributeName.POLICY, "{}", QueueAttributeName.DELAY_SECONDS, "0")));
      attributes(sqs, queue);
      sqs.getQueueUrl(g -> g.queueName("requests"));
      sqs.listQueuesPaginator(l -> l.maxResults(1)).queueUrls().forEach(each -> {});
      sqs.listDeadLetterSourceQueues(l -> l.queueUrl(dead));
      sqs.tagQueue(t -> t.queueUrl(queue).tags(Map.of("owner", "me")));
      sqs.listQueueTags(l -> l.queueUrl(queue));
      sqs.untagQueue(u -> u.queueUrl(queue).tagKeys("owner", "project"));
      sqs.listQueueTags(l -> l.queueUrl(queue));
      messages(sqs, queue);
      sqs.purgeQueue(p -> p.queueUrl(queue));
      sqs.deleteQueue(d -> d.queueUrl(queue));
      sqs.deleteQueue(d -> d.queueUrl(dead));
      sqs.listQueues();
    }
    return List.of();
  }

  private static Map<QueueAttributeName, String> attributes(SqsClient sqs, String queue) {
    return sqs.getQueueAttributes(g -> g.queueUrl(queue).attributeNames(QueueAttributeName.ALL))
        .attributes();
  }

  private static void messages(SqsClient sqs, String queue) {
    Map<String, MessageAttributeValue> attributes =
        Map.of(
            "kind", MessageAttributeValue.builder().dataType("String").stringValue("a").build(),
            "bytes",
                MessageAttributeValue.builder()
                    .dataType("Binary.gzip")
                    .binaryValue(SdkBytes.fromUtf8String("a"))
                    .build());
    sqs.sendMessage(
        s ->
            s.queueUrl(queue)
                .messageBody("one")
                .messageAttributes(attributes)
                .messageSystemAttributes(
                    Map.of(
                        MessageSystemAttributeNameForSends.AWS_TRACE_HEADER,
                        MessageSystemAttributeValue.builder()
                            .dataType("String")
                            .stringValue("Root=1-5759e988-bd862e3fe1be46a994272793")
                            .build())));
    sqs.sendMessageBatch(
        s ->
            s.queueUrl(queue)
                .entries(entry("a", "two"), entry("b", "three"), entry("c", "\u0001")));
    List<Message> received =
        sqs.receiveMessage(
                r ->
                    r.queueUrl(queue)
                        .maxNumberOfMessages(10)
                        .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                        .messageAttributeNames("All"))
            .messages();
    sqs.receiveMessage(r -> r.queueUrl(queue));
    String first = received.get(0).receiptHandle();
    String second = received.get(1).receiptHandle();
    sqs.changeMessageVisibility(c -> c.queueUrl(queue).receiptHandle(first).visibilityTimeout(90));
    sqs.changeMessageVisibilityBatch(
        c ->
            c.queueUrl(queue)
                .entries(
                    ChangeMessageVisibilityBatchRequestEntry.builder()
                        .id("a")
                        .receiptHandle(second)
                        .visibilityTimeout(90)
                        .build()));
    sqs.deleteMessage(d -> d.queueUrl(queue).receiptHandle(first));
    sqs.deleteMessageBatch(
        d ->
            d.queueUrl(queue)
                .entries(
                    DeleteMessageBatchRequestEntry.builder().id("a").receiptHandle(second).build(),
                    DeleteMessageBatchRequestEntry.builder().id("b").receiptHandle("no").build()));
  }

  private static SendMessageBatchRequestEntry entry(String id, String body) {
    return SendMessageBatchRequestEntry.builder().id(id).messageBody(body).build();
  }
}
