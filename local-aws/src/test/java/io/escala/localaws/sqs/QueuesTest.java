package io.escala.localaws.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.localaws.SettableClock;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.state.StateFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueuesTest {
  private static final QueueAddresses HERE =
      new QueueAddresses("http://127.0.0.1:1", "us-east-1", "000000000000");
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");

  @TempDir Path folder;
  private final SettableClock clock = new SettableClock(START);
  private Queues queues;

  @BeforeEach
  void open() {
    queues = new Queues(new StateFolder(folder), clock, HERE);
  }

  @Test
  void hidesWhatWasReceivedUntilItsTimeIsOver() throws Exception {
    // given
    create("q", Map.of("VisibilityTimeout", "20"));
    send("q", "one");

    // when
    ReceivedMessage first = receive("q").get(0);
    clock.pass(Duration.ofSeconds(19));
    List<ReceivedMessage> early = receive("q");
    clock.pass(Duration.ofSeconds(1));
    ReceivedMessage again = receive("q").get(0);

    // then
    assertThat(first.body()).isEqualTo("one");
    assertThat(early).isEmpty();
    assertThat(again.messageId()).isEqualTo(first.messageId());
    assertThat(again.receiptHandle()).isNotEqualTo(first.receiptHandle());
    assertThat(again.systemAttributes())
        .containsEntry("SenderId", "000000000000")
        .containsEntry("ApproximateReceiveCount", "2")
        .containsEntry("SentTimestamp", Long.toString(START.toEpochMilli()))
        .containsEntry("ApproximateFirstReceiveTimestamp", Long.toString(START.toEpochMilli()));
  }

  @Test
  void deletesByTheLastReceiptOnly() throws Exception {
    // given
    create("q", Map.of("VisibilityTimeout", "20"));
    send("q", "one");
    ReceivedMessage first = receive("q").get(0);
    clock.pass(Duration.ofSeconds(20));
    ReceivedMessage again = receive("q").get(0);

    // when
    queues.deleteMessage("q", first.receiptHandle());

    // then
    assertThat(queues.counts("q")).isEqualTo(new Queues.Counts(0, 1, 0));

    // when
    queues.deleteMessage("q", again.receiptHandle());
    queues.deleteMessage("q", again.receiptHandle());

    // then
    assertThat(queues.counts("q")).isEqualTo(new Queues.Counts(0, 0, 0));
  }

  @Test
  void takesNoReceiptOfAnotherQueue() throws Exception {
    // given
    create("q", Map.of());
    create("other", Map.of());
    send("q", "one");
    String handle = receive("q").get(0).receiptHandle();

    // then
    assertThatThrownBy(() -> queues.deleteMessage("other", handle))
        .isInstanceOfSatisfying(
            AwsException.class, e -> assertThat(e.code()).isEqualTo("ReceiptHandleIsInvalid"));
  }

  @Test
  void movesToTheDeadLettersWhatWouldBeReceivedOnceTooOften() throws Exception {
    // given
    create("dead", Map.of());
    create("q", Map.of("VisibilityTimeout", "20", "RedrivePolicy", redrive("dead", 2)));
    String bad = send("q", "bad");
    for (int i = 0; i < 2; i++) {
      assertThat(receive("q")).hasSize(1);
      clock.pass(Duration.ofSeconds(20));
    }
    assertThat(queues.counts("dead").visible()).as("not before it is asked for").isZero();
    send("q", "good");

    // when
    List<ReceivedMessage> third = receive("q");

    // then
    assertThat(third).extracting(ReceivedMessage::body).containsExactly("good");
    ReceivedMessage dead = receive("dead").get(0);
    assertThat(dead.messageId()).isEqualTo(bad);
    assertThat(dead.body()).isEqualTo("bad");
    assertThat(dead.systemAttributes())
        .containsEntry("DeadLetterQueueSourceArn", HERE.arn("q"))
        .containsEntry("SentTimestamp", Long.toString(START.toEpochMilli()))
        .containsEntry("ApproximateReceiveCount", "3");
    assertThat(files("sqs/messages/q")).hasSize(1);
  }

  @Test
  void countsReceiptsOfADeadLetterAnewForTheNextQueueOfDeadLetters() throws Exception {
    // given
    create("last", Map.of());
    create("dead", Map.of("RedrivePolicy", redrive("last", 1)));
    create("q", Map.of("VisibilityTimeout", "0", "RedrivePolicy", redrive("dead", 1)));
    send("q", "bad");
    receive("q");
    receive("q");

    // then
    assertThat(receive("dead")).hasSize(1);
    assertThat(queues.counts("last").visible()).isZero();
  }

  @Test
  void goesOnDeliveringWhenTheQueueOfDeadLettersIsGone() throws Exception {
    // given
    create("dead", Map.of());
    create("q", Map.of("VisibilityTimeout", "0", "RedrivePolicy", redrive("dead", 1)));
    send("q", "bad");
    receive("q");

    // when
    queues.delete("dead");

    // then
    assertThat(receive("q")).hasSize(1);
  }

  @Test
  void takesNoQueueOfDeadLettersThatIsNotThereOrIsTheQueueItself() {
    create("q", Map.of());
    for (String target : List.of("none", "q")) {
      assertThatThrownBy(
              () ->
                  queues.change(
                      "q",
                      q ->
                          q.with(
                              Map.of("RedrivePolicy", redrive(target, 1)), Map.of(), q.created())))
          .isInstanceOf(AwsException.class)
          .hasMessageContaining("RedrivePolicy");
    }
    assertThat(queues.require("q").attributes()).isEmpty();
  }

  @Test
  void forgetsWhatIsOlderThanTheRetentionPeriod() throws Exception {
    // given
    create("q", Map.of("MessageRetentionPeriod", "60"));
    send("q", "old");
    clock.pass(Duration.ofSeconds(30));
    send("q", "young");

    // when
    clock.pass(Duration.ofSeconds(30));

    // then
    assertThat(receive("q")).extracting(ReceivedMessage::body).containsExactly("young");
    assertThat(files("sqs/messages/q")).hasSize(1);
  }

  @Test
  void keepsBackWhatIsDelayed() throws Exception {
    // given
    create("q", Map.of("DelaySeconds", "10"));
    send("q", "as the queue says");
    queues.send("q", new NewMessage("as its sender says", Map.of(), null, 0));

    // then
    assertThat(queues.counts("q")).isEqualTo(new Queues.Counts(1, 0, 1));
    assertThat(receive("q"))
        .extracting(ReceivedMessage::body)
        .containsExactly("as its sender says");
    clock.pass(Duration.ofSeconds(10));
    assertThat(receive("q")).extracting(ReceivedMessage::body).containsExactly("as the queue says");
  }

  @Test
  void hidesForLongerOrLessLongWhatIsInFlight() throws Exception {
    // given
    create("q", Map.of("VisibilityTimeout", "20"));
    send("q", "one");
    String handle = receive("q").get(0).receiptHandle();

    // when
    queues.changeVisibility("q", handle, 100);
    clock.pass(Duration.ofSeconds(99));
    assertThat(receive("q")).isEmpty();
    queues.changeVisibility("q", handle, 0);

    // then
    assertThatThrownBy(() -> queues.changeVisibility("q", handle, 5))
        .isInstanceOfSatisfying(
            AwsException.class, e -> assertThat(e.code()).isEqualTo("MessageNotInflight"));
    assertThat(receive("q")).hasSize(1);
    assertThatThrownBy(() -> queues.changeVisibility("q", handle, 5))
        .hasMessageContaining("does not exist or is not available");
  }

  @Test
  void remembersQueuesAndMessagesOverARestart() throws Exception {
    // given
    create("q", Map.of("VisibilityTimeout", "20"));
    queues.send(
        "q",
        new NewMessage(
            "in flight",
            Map.of("bytes", new MessageAttribute("Binary", null, "YQ==")),
            "Root=1",
            null));
    ReceivedMessage before = receive("q").get(0);
    clock.pass(Duration.ofSeconds(1));
    send("q", "waits");

    // when
    open();

    // then
    assertThat(queues.require("q").attributes()).containsEntry("VisibilityTimeout", "20");
    assertThat(receive("q")).extracting(ReceivedMessage::body).containsExactly("waits");
    clock.pass(Duration.ofSeconds(19));
    ReceivedMessage again = receive("q").get(0);
    assertThat(again.attributes()).isEqualTo(before.attributes());
    assertThat(again.systemAttributes())
        .containsEntry("ApproximateReceiveCount", "2")
        .containsEntry("AWSTraceHeader", "Root=1");
  }

  @Test
  void leavesNothingOfADeletedQueueToTheNextOneOfItsName() throws Exception {
    // given
    create("q", Map.of());
    send("q", "one");

    // when
    queues.delete("q");

    // then
    assertThat(folder.resolve("sqs/messages/q")).doesNotExist();
    create("q", Map.of());
    assertThat(receive("q")).isEmpty();
  }

  @Test
  void purgesOnceAMinute() throws Exception {
    // given
    create("q", Map.of());
    send("q", "one");

    // when
    queues.purge("q");

    // then
    assertThat(receive("q")).isEmpty();
    assertThatThrownBy(() -> queues.purge("q"))
        .isInstanceOfSatisfying(
            AwsException.class, e -> assertThat(e.code()).isEqualTo("PurgeQueueInProgress"));
    clock.pass(Duration.ofMinutes(1));
    queues.purge("q");
  }

  @Test
  void hasAReceiverWaitForTheNextMessage() throws Exception {
    // given
    create("q", Map.of());
    Waiting waiting = waiting(() -> false);

    // when
    send("q", "one");

    // then
    assertThat(waiting.result()).extracting(ReceivedMessage::body).containsExactly("one");
  }

  @Test
  void letsAReceiverGoThatHasGivenUp() throws Exception {
    // given
    create("q", Map.of());
    AtomicBoolean givenUp = new AtomicBoolean();
    Waiting waiting = waiting(givenUp::get);

    // when
    givenUp.set(true);
    queues.wake();

    // then
    assertThat(waiting.result()).isEmpty();
  }

  @Test
  void tellsAReceiverThatItsQueueIsGone() throws Exception {
    // given
    create("q", Map.of());
    Waiting waiting = waiting(() -> false);

    // when
    queues.delete("q");

    // then
    assertThatThrownBy(waiting::result)
        .hasRootCauseInstanceOf(AwsException.class)
        .hasMessageContaining("does not exist");
  }

  private record Waiting(FutureTask<List<ReceivedMessage>> task) {
    List<ReceivedMessage> result() throws Exception {
      return task.get(60, TimeUnit.SECONDS);
    }
  }

  /** A receiver that waits already. */
  private Waiting waiting(BooleanSupplier givenUp) {
    Callable<List<ReceivedMessage>> receive =
        () -> queues.receive("q", 10, null, Duration.ofDays(1), givenUp);
    FutureTask<List<ReceivedMessage>> task = new FutureTask<>(receive);
    Thread thread = new Thread(task, "receiver");
    thread.setDaemon(true);
    thread.start();
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      assertThat(thread.isAlive()).isTrue();
      Thread.onSpinWait();
    }
    return new Waiting(task);
  }

  private void create(String name, Map<String, String> attributes) {
    queues.create(name, null, attributes, Map.of());
  }

  private String send(String queue, String body) {
    return queues.send(queue, new NewMessage(body, Map.of(), null, null));
  }

  private List<ReceivedMessage> receive(String queue) throws InterruptedException {
    return queues.receive(queue, 10, null, Duration.ZERO, () -> false);
  }

  private static String redrive(String queue, int times) {
    return new RedrivePolicy(HERE.arn(queue), times).json();
  }

  private List<Path> files(String below) throws Exception {
    try (var files = Files.list(folder.resolve(below))) {
      return files.toList();
    }
  }
}
