package io.escala.localaws.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.state.StateFolder;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueTypeTest {
  private static final ResourceContext HERE =
      new ResourceContext("000000000000", "us-east-1", "one", "arn", "Requests");

  @TempDir Path folder;
  private Queues queues;
  private QueueType type;
  private QueuePolicyType policies;

  @BeforeEach
  void start() {
    queues =
        new Queues(
            new StateFolder(folder),
            Clock.systemUTC(),
            new QueueAddresses("http://127.0.0.1:4580", "us-east-1", "000000000000"));
    type = new QueueType(queues);
    policies = new QueuePolicyType(queues);
  }

  @Test
  void makesAQueueThatIsReferredToByItsAddress() throws Exception {
    // when
    Resource queue =
        type.create(
            HERE,
            properties(
                """
                {"VisibilityTimeout": 120, "SqsManagedSseEnabled": true,
                 "Tags": [{"Key": "project", "Value": "escala"}]}"""));

    // then
    String name = queue.attributes().get("QueueName").toString();
    assertThat(name).matches("one-Requests-[A-Z0-9]{12}");
    assertThat(queue.physicalId()).isEqualTo("http://127.0.0.1:4580/000000000000/" + name);
    assertThat(queue.attributes())
        .containsEntry("Arn", "arn:aws:sqs:us-east-1:000000000000:" + name)
        .containsEntry("QueueUrl", queue.physicalId());
    assertThat(queues.require(name).attributes())
        .isEqualTo(Map.of("VisibilityTimeout", "120", "SqsManagedSseEnabled", "true"));
    assertThat(queues.require(name).tags()).isEqualTo(Map.of("project", "escala"));
  }

  @Test
  void changesAQueueInPlaceAndLeavesWhatIsNoMoreSaidAsItIsUnlessSet() throws Exception {
    // given
    queues.create("dead", null, Map.of(), Map.of());
    String before =
        """
        {"QueueName": "q", "VisibilityTimeout": 120, "DelaySeconds": 5}""";
    Resource queue = type.create(HERE, properties(before));
    queues.send("q", new NewMessage("stays", Map.of(), null, 0));

    // when
    Resource after =
        type.update(
            HERE,
            queue,
            properties(before),
            properties(
                """
                {"QueueName": "q", "VisibilityTimeout": 60, "RedrivePolicy": {
                 "deadLetterTargetArn": "arn:aws:sqs:us-east-1:000000000000:dead",
                 "maxReceiveCount": "3"}}"""));

    // then
    assertThat(after).isEqualTo(queue);
    assertThat(queues.require("q").number(QueueAttributes.VISIBILITY)).isEqualTo(60);
    assertThat(queues.require("q").number(QueueAttributes.DELAY)).isZero();
    assertThat(queues.require("q").redrive().orElseThrow().maxReceiveCount()).isEqualTo(3);
    assertThat(queues.counts("q").visible()).isEqualTo(1);
  }

  @Test
  void keepsAPolicyWithItsQueuesAlsoWhenTheseChange() throws Exception {
    // given
    Resource q = type.create(HERE, properties("{\"QueueName\": \"q\"}"));
    Resource other = type.create(HERE, properties("{\"QueueName\": \"other\"}"));
    String forQ = policyOf(q);
    Resource policy = policies.create(HERE, properties(forQ));

    // when
    type.update(HERE, q, properties("{}"), properties("{\"DelaySeconds\": 1}"));

    // then
    assertThat(queues.require("q").attributes()).containsEntry("Policy", "{\"Version\":\"1\"}");

    // when
    policies.update(HERE, policy, properties(forQ), properties(policyOf(other)));

    // then
    assertThat(queues.require("q").attributes()).doesNotContainKey("Policy");
    assertThat(queues.require("other").attributes()).containsKey("Policy");

    // when
    type.delete(HERE, q, properties("{\"QueueName\": \"q\"}"));
    policies.delete(HERE, policy, properties(policyOf(other)));
    policies.delete(HERE, policy, properties(forQ));

    // then
    assertThat(queues.require("other").attributes()).isEmpty();
  }

  @Test
  void removesWhatAKillLeftHalfMadeAndNothingThatWasThereBefore() throws Exception {
    // given
    Resource halfMade = new Resource(HERE.physicalName(), Map.of());
    queues.create("q", null, Map.of(), Map.of());

    // when
    type.delete(HERE, halfMade, properties("{\"QueueName\": \"q\"}"));

    // then
    assertThat(queues.all()).extracting(QueueRecord::name).containsExactly("q");

    // when
    type.create(HERE, properties("{}"));
    type.delete(HERE, halfMade, properties("{}"));

    // then
    assertThat(queues.all()).extracting(QueueRecord::name).containsExactly("q");
  }

  @Test
  void refusesWhatItDoesNotHandle() {
    assertThatThrownBy(() -> type.create(HERE, properties("{\"FifoQueue\": true}")))
        .hasMessageContaining("AWS::SQS::Queue.FifoQueue");
    assertThatThrownBy(() -> type.create(HERE, properties("{\"RedriveAllowPolicy\": {}}")))
        .hasMessageContaining("AWS::SQS::Queue.RedriveAllowPolicy");
    assertThatThrownBy(() -> type.create(HERE, properties("{\"VisibilityTimeout\": -1}")))
        .hasMessageContaining("VisibilityTimeout")
        .hasMessageContaining("-1");
    assertThat(queues.all()).isEmpty();
  }

  private static String policyOf(Resource queue) {
    return """
        {"PolicyDocument": {"Version": "1"}, "Queues": ["%s"]}"""
        .formatted(queue.physicalId());
  }

  private static ResourceProperties properties(String json) throws Exception {
    return ResourceProperties.of("AWS::SQS::Queue", (ObjectNode) new ObjectMapper().readTree(json));
  }
}
