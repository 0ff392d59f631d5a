package io.escala.localaws.states;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.localaws.state.StateFolder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecutionTest {
  private static final String TASK =
      "{'StartAt': 'Work', 'States': {'Work': {'Type': 'Task',"
          + " 'Resource': 'arn:aws:states:::fake:work.sync', %s}%s}}";
  private static final String FAILED =
      ", 'Failed': {'Type': 'Fail', 'ErrorPath': '$.failure.Error', 'CausePath': '$.failure.Cause'}";

  @TempDir Path folder;
  private final FakeTimer timer = new FakeTimer();
  private final FakeService service = new FakeService();
  private StateMachines machines;

  @AfterEach
  void stop() {
    if (machines != null) {
      machines.close();
    }
  }

  @Test
  void givesATaskItsParametersAndKeepsTheInputBesideTheResult() throws Exception {
    // given
    service.answers("{'Id': 'j-1', 'Other': 2}".replace('\'', '"'));

    // when
    ExecutionRecord done =
        run(
            TASK.formatted(
                "'Parameters': {'a.$': '$.in', 'b.$': '$$.Execution.Name'},"
                    + " 'ResultSelector': {'It.$': '$.Id'}, 'ResultPath': '$.out', 'End': true",
                ""),
            "{'in': 7}");

    // then
    assertThat(done.status()).isEqualTo("SUCCEEDED");
    assertThat(done.output()).isEqualTo("{\"in\":7,\"out\":{\"It\":\"j-1\"}}");
    assertThat(service.calls).containsExactly("{\"a\":7,\"b\":\"one\"}");
    assertThat(done.events())
        .extracting(Event::type)
        .containsExactly(
            "ExecutionStarted",
            "TaskStateEntered",
            "TaskScheduled",
            "TaskStarted",
            "TaskSubmitted",
            "TaskSucceeded",
            "TaskStateExited",
            "ExecutionSucceeded");
  }

  @Test
  void triesAgainAfterWaitsThatGrow() throws Exception {
    // given
    service
        .fails("States.TaskFailed", "no machines")
        .fails("States.TaskFailed", "no machines")
        .answers("{}");

    // when
    ExecutionRecord done =
        run(
            TASK.formatted(
                "'Retry': [{'ErrorEquals': ['States.TaskFailed'], 'IntervalSeconds': 60,"
                    + " 'MaxAttempts': 2, 'BackoffRate': 2}], 'End': true",
                ""),
            "{}");

    // then
    assertThat(done.status()).isEqualTo("SUCCEEDED");
    assertThat(timer.secondsWaited()).containsExactly(60L, 120L);
  }

  @Test
  void failsWithTheCauseOnceTheAttemptsAreUsedUp() throws Exception {
    // given
    service.fails("States.TaskFailed", "first").fails("States.TaskFailed", "row 3 is bad");

    // when
    ExecutionRecord done =
        run(
            TASK.formatted(
                "'Retry': [{'ErrorEquals': ['States.TaskFailed'], 'MaxAttempts': 1}],"
                    + " 'Catch': [{'ErrorEquals': ['States.ALL'], 'ResultPath': '$.failure',"
                    + " 'Next': 'Failed'}], 'End': true",
                FAILED),
            "{}");

    // then
    assertThat(done.status()).isEqualTo("FAILED");
    assertThat(done.error()).isEqualTo("States.TaskFailed");
    assertThat(done.cause()).isEqualTo("row 3 is bad");
  }

  @Test
  void endsATaskThatTakesTooLongAndTakesBackWhatItBegan() throws Exception {
    // when
    ExecutionRecord done = run(TASK.formatted("'TimeoutSeconds': 30, 'End': true", ""), "{}");

    // then
    assertThat(done.status()).isEqualTo("FAILED");
    assertThat(done.error()).isEqualTo("States.Timeout");
    assertThat(service.cancelled).isTrue();
    assertThat(done.events()).extracting(Event::type).contains("TaskTimedOut");
  }

  @Test
  void endsAnExecutionThatTakesTooLong() throws Exception {
    // when
    ExecutionRecord done =
        run(
            "{'StartAt': 'W', 'TimeoutSeconds': 60, 'States': {'W': {'Type': 'Wait',"
                + " 'Seconds': 100, 'End': true}}}",
            "{}");

    // then
    assertThat(done.status()).isEqualTo("TIMED_OUT");
    assertThat(done.stopped() - done.started()).isEqualTo(60_000);
  }

  @Test
  void stopsWhereItIsAndTakesBackWhatWasBegun() throws Exception {
    // given
    String machine = machine(TASK.formatted("'End': true", ""));
    ExecutionRecord running = machines.start(machine, "one", "{}");
    while (!service.begun) {
      Thread.sleep(5);
    }

    // when
    ExecutionRecord stopped = machines.stop(running.arn(), "Mine", "enough");

    // then
    assertThat(stopped.status()).isEqualTo("ABORTED");
    assertThat(stopped.cause()).isEqualTo("enough");
    assertThat(service.cancelled).isTrue();
  }

  @Test
  void choosesWaitsAndPasses() throws Exception {
    // when
    ExecutionRecord done =
        run(
            "{'StartAt': 'Big?', 'States': {"
                + "'Big?': {'Type': 'Choice', 'Choices': [{'And': ["
                + "{'Variable': '$.n', 'IsPresent': true},"
                + "{'Variable': '$.n', 'NumericGreaterThan': 10}], 'Next': 'Rest'}],"
                + " 'Default': 'Small'},"
                + "'Rest': {'Type': 'Wait', 'SecondsPath': '$.n', 'Next': 'Say'},"
                + "'Say': {'Type': 'Pass', 'Result': 'big', 'ResultPath': '$.size', 'Next': 'Good'},"
                + "'Good': {'Type': 'Succeed'},"
                + "'Small': {'Type': 'Fail', 'Error': 'Small', 'Cause': 'too small'}}}",
            "{'n': 40}");

    // then
    assertThat(done.output()).isEqualTo("{\"n\":40,\"size\":\"big\"}");
    assertThat(timer.secondsWaited()).containsExactly(40L);
  }

  @Test
  void anExecutionThatRanWhenTheEndpointStoppedHasFailedAtTheNextStart() throws Exception {
    // given
    String machine = machine(TASK.formatted("'End': true", ""));
    machines.start(machine, "one", "{}");
    while (!service.begun) {
      Thread.sleep(5);
    }

    // when
    machines.close();
    machines = open();

    // then
    ExecutionRecord found = machines.executions(machine).get(0);
    assertThat(found.status()).isEqualTo("FAILED");
    assertThat(found.cause()).isEqualTo("the endpoint stopped while the execution ran");
    assertThat(service.cancelled).isFalse();
  }

  @Test
  void whatIsNotHandledIsRefusedByNameBeforeAnythingRuns() {
    refused(
        TASK.formatted("'HeartbeatSeconds': 3, 'End': true", ""), "state Work", "HeartbeatSeconds");
    refused(TASK.formatted("'Parameters': {'c': 1}, 'End': true", ""), "state Work", "c");
    refused(
        TASK.formatted("'Parameters': {'a.$': 'States.UUID()'}, 'End': true", ""),
        "the intrinsic function States.UUID()");
    refused(TASK.formatted("'Parameters': {'a.$': '$..b'}, 'End': true", ""), "the path $..b");
    refused(
        TASK.replace("fake:work", "sns:publish").formatted("'End': true", ""),
        "the Resource arn:aws:states:::sns:publish.sync",
        "it handles fake:work.sync");
    refused(
        "{'StartAt': 'M', 'States': {'M': {'Type': 'Map', 'End': true}}}", "states of type Map");
    refused("{'QueryLanguage': 'JSONata', 'StartAt': 'M', 'States': {}}", "JSONata");
    refused(TASK.formatted("'Next': 'Gone'", ""), "there is no state Gone");
    refused(TASK.formatted("'End': true", FAILED), "nothing leads to the state Failed");
    refused(TASK.formatted("'Comment': ''", ""), "either Next or End");
    refused("{", "no JSON");
  }

  private void refused(String definition, String... words) {
    assertThatThrownBy(() -> machine(definition))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains(words);
  }

  private ExecutionRecord run(String definition, String input) throws Exception {
    String machine = machine(definition);
    ExecutionRecord started = machines.start(machine, "one", input.replace('\'', '"'));
    for (int i = 0; i < 2000; i++) {
      ExecutionRecord now = machines.requireExecution(started.arn());
      if (!now.isRunning()) {
        return now;
      }
      Thread.sleep(5);
    }
    throw new AssertionError("the execution does not end");
  }

  private String machine(String definition) {
    if (machines == null) {
      machines = open();
    }
    return machines.create("m", "m", definition.replace('\'', '"'), "role", null).arn();
  }

  private StateMachines open() {
    return new StateMachines(
        new StateFolder(folder),
        new Integrations(List.of(service)),
        timer,
        "arn:aws:states:us-east-1:000000000000:",
        null);
  }
}
