package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BatchTest {
  private final Template template =
      Synthesis.with(Map.of("inference.batch", "true", "inference.timeoutSeconds", "15"))
          .get("EscalaInference");

  @Test
  void shouldNotBeThereUnlessAskedFor() {
    // given
    Template standard = Synthesis.standard().get("EscalaInference");

    // then
    assertThat(standard.resources("AWS::SQS::Queue")).isEmpty();
    assertThat(standard.resources("AWS::Lambda::EventSourceMapping")).isEmpty();
    assertThat(standard.only("AWS::Lambda::Function").at("/Environment/Variables"))
        .noneMatch(value -> template.text(value).contains("batch"));
  }

  @Test
  void shouldFeedTheAliasAndRepeatOnlyWhatFailed() {
    // given
    JsonNode mapping = template.only("AWS::Lambda::EventSourceMapping");

    // then
    // The name of the alias' function, taken from its ARN, and the alias
    assertThat(mapping.at("/FunctionName/Fn::Join/1/0").toString()).contains("{\"Ref\":\"Live");
    assertThat(mapping.at("/FunctionName/Fn::Join/1/1").asText()).isEqualTo(":live");
    assertThat(template.text(mapping.path("EventSourceArn"))).isEqualTo("${Requests.Arn}");
    assertThat(mapping.path("FunctionResponseTypes").toString())
        .isEqualTo("[\"ReportBatchItemFailures\"]");
    assertThat(mapping.at("/ScalingConfig/MaximumConcurrency").asInt()).isEqualTo(5);
  }

  @Test
  void shouldKeepMessagesEncryptedAndThoseThatNeverSucceedForTwoWeeks() {
    // given
    Map<String, JsonNode> queues = template.resources("AWS::SQS::Queue");

    // then
    assertThat(queues.values())
        .hasSize(2)
        .allSatisfy(
            queue -> assertThat(queue.at("/Properties/SqsManagedSseEnabled").asBoolean()).isTrue());
    assertThat(queues.values())
        .filteredOn(queue -> queue.at("/Properties").has("RedrivePolicy"))
        .singleElement()
        .satisfies(
            queue -> {
              assertThat(queue.at("/Properties/VisibilityTimeout").asInt()).isEqualTo(90);
              assertThat(template.text(queue.at("/Properties/RedrivePolicy/deadLetterTargetArn")))
                  .isEqualTo("${DeadLetters.Arn}");
            });
    assertThat(queues.values())
        .filteredOn(queue -> !queue.at("/Properties").has("RedrivePolicy"))
        .singleElement()
        .satisfies(
            queue ->
                assertThat(queue.at("/Properties/MessageRetentionPeriod").asInt())
                    .isEqualTo(14 * 86_400));
    assertThat(queues.values()).noneMatch(StorageStackTest::isRetained);
  }

  @Test
  void shouldLetTheFunctionReadThatQueueAndWriteAnswersOnly() {
    assertThat(Statement.of(template))
        .filteredOn(statement -> statement.policy().equals("Role"))
        .extracting(Statement::actions, Statement::resources)
        .contains(
            tuple(List.of("s3:PutObject"), List.of("${Bucket.Arn}/results/batch/*")),
            tuple(List.of("kms:Decrypt", "kms:GenerateDataKey"), List.of("${Key.Arn}")))
        .filteredOn(statement -> statement.toList().toString().contains("sqs:"))
        .singleElement()
        .satisfies(
            statement -> {
              assertThat(statement.toList().get(1)).isEqualTo(List.of("${Requests.Arn}"));
              assertThat(statement.toList().get(0).toString()).doesNotContain("*", "SendMessage");
            });
  }

  @Test
  void shouldTellTheHandlerAndTheUserWhereAnswersGo() {
    assertThat(
            template.text(
                template
                    .only("AWS::Lambda::Function")
                    .at("/Environment/Variables/ESCALA_BATCH_OUTPUT")))
        .isEqualTo("s3://${Bucket}/results/batch");
    assertThat(template.text(template.output("AnswersUrl")))
        .isEqualTo("s3://${Bucket}/results/batch");
    assertThat(template.text(template.output("QueueUrl"))).isEqualTo("${Requests}");
  }
}
