package io.escala.localaws.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.OneService;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.conformity.JsonClient;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.AwsRequest;
import io.escala.localaws.http.AwsResponse;
import io.escala.localaws.http.AwsService;
import io.escala.localaws.http.JsonProtocol;
import io.escala.localaws.http.ServiceClient;
import io.escala.localaws.state.StateFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScheduleTypeTest {
  private static final ResourceContext HERE =
      new ResourceContext("000000000000", "us-east-1", "one", "arn", "Nightly");
  private static final String MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
  private static final String PROPERTIES =
      """
      {"ScheduleExpression": "cron(0 3 * * ? *)", "ScheduleExpressionTimezone": "Europe/Paris",
       "FlexibleTimeWindow": {"Mode": "OFF"},
       "Target": {"Arn": "%s", "RoleArn": "arn:aws:iam::000000000000:role/r", "Input": "{\\"a\\": 1}"}}
      """
          .formatted(MACHINE);

  @TempDir Path folder;
  private final List<String> calls = new ArrayList<>();
  private Instant now = Instant.parse("2026-03-01T00:00:00Z");
  private Schedules schedules;

  @Test
  void startsAnExecutionOfItsStateMachineByTheClockOfItsTimeZone() throws Exception {
    // given
    Resource schedule = type().create(HERE, properties(PROPERTIES));

    // when
    schedules.startDue();
    now = now.plus(Duration.ofHours(2));
    schedules.startDue();

    // then
    assertThat(schedule.physicalId()).matches("one-Nightly-[A-Z0-9]{12}");
    assertThat(calls)
        .containsExactly(
            "StartExecution {\"stateMachineArn\":\""
                + MACHINE
                + "\",\"input\":\"{\\\"a\\\": 1}\"}");
  }

  @Test
  void followsAChangeAndGoesWithItsResource() throws Exception {
    // given
    ScheduleType type = type();
    Resource schedule = type.create(HERE, properties(PROPERTIES));

    // when
    type.update(
        HERE,
        schedule,
        properties(PROPERTIES),
        properties(PROPERTIES.replace("cron(0 3 * * ? *)", "rate(30 minutes)")));
    now = now.plus(Duration.ofMinutes(31));
    schedules.startDue();
    type.delete(HERE, schedule, properties(PROPERTIES));
    now = now.plus(Duration.ofDays(1));

    // then
    assertThat(schedules.startDue()).isEmpty();
    assertThat(calls).hasSize(1);
    assertThat(folder.resolve("scheduler/schedules")).isEmptyDirectory();
  }

  @Test
  void isListedAndDescribed() throws Exception {
    // given
    Resource schedule = type().create(HERE, properties(PROPERTIES));
    try (SchedulerService service = new SchedulerService(schedules, "us-east-1", "000000000000");
        OneService server = new OneService(service)) {
      JsonClient client = new JsonClient(server.url(), "scheduler");

      // then
      assertThat(client.send("GET", "/schedules?NamePrefix=one", "").path("Schedules")).hasSize(1);
      assertThat(client.send("GET", "/schedules?NamePrefix=two", "").path("Schedules")).isEmpty();
      assertThat(
              client
                  .send("GET", "/schedules/" + schedule.physicalId(), "")
                  .path("ScheduleExpressionTimezone")
                  .asText())
          .isEqualTo("Europe/Paris");
      assertThatThrownBy(() -> client.send("GET", "/schedules/none", ""))
          .hasMessageContaining("Schedule none does not exist");
      assertThatThrownBy(() -> client.send("DELETE", "/schedules/none", ""))
          .hasMessageContaining("does not handle EventBridge Scheduler DELETE");
    }
  }

  @Test
  void refusesByNameWhatIsNotHandled() {
    refused(PROPERTIES.replace("\"OFF\"", "\"FLEXIBLE\""), "FlexibleTimeWindow.Mode FLEXIBLE");
    refused(PROPERTIES.replace("Europe/Paris", "Paris"), "ScheduleExpressionTimezone Paris");
    refused(
        PROPERTIES.replace(":states:", ":lambda:"),
        "target arn:aws:lambda:",
        "only state machines");
    refused(PROPERTIES.replace("cron(0 3 * * ? *)", "at(2026-01-01T00:00:00)"), "schedule at(");
    refused(
        PROPERTIES.replace("{\\\"a\\\": 1}", "<aws.scheduler.attempt-number>"), "<aws.scheduler");
    refused(
        PROPERTIES.replace(
            "\"FlexibleTimeWindow\"", "\"StartDate\": \"x\", \"FlexibleTimeWindow\""),
        "AWS::Scheduler::Schedule.StartDate");
    refused(
        PROPERTIES.replace(
            "\"RoleArn\"", "\"RetryPolicy\": {\"MaximumRetryAttempts\": 186}, \"RoleArn\""),
        "MaximumRetryAttempts is from 0 to 185, unlike 186");
  }

  private void refused(String properties, String... words) {
    assertThatThrownBy(() -> type().create(HERE, properties(properties)))
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .contains(words);
  }

  private ScheduleType type() {
    if (schedules == null) {
      Clock clock =
          new Clock() {
            @Override
            public Instant instant() {
              return now;
            }

            @Override
            public ZoneOffset getZone() {
              return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(java.time.ZoneId zone) {
              return this;
            }
          };
      schedules =
          new Schedules(
              new StateFolder(folder),
              clock,
              SchedulerService.starts(new ServiceClient(new RecordingStates())));
    }
    return new ScheduleType(schedules);
  }

  private static ResourceProperties properties(String json) {
    return ResourceProperties.of("AWS::Scheduler::Schedule", (ObjectNode) JsonProtocol.parse(json));
  }

  private final class RecordingStates implements AwsService {
    @Override
    public String signingName() {
      return "states";
    }

    @Override
    public AwsResponse handle(AwsRequest request) throws IOException {
      calls.add(JsonProtocol.operation(request) + " " + JsonProtocol.read(request));
      return JsonProtocol.answer(JsonProtocol.object());
    }

    @Override
    public AwsResponse error(AwsRequest request, AwsException error) {
      return JsonProtocol.error(error);
    }
  }
}
