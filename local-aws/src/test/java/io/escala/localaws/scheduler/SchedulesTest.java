package io.escala.localaws.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.SettableClock;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.JsonProtocol;
import io.escala.localaws.state.StateFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulesTest {
  @TempDir Path folder;
  private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T00:00:00Z"));
  private final List<String> started = new ArrayList<>();

  @Test
  void startsItsTargetOnceWheneverItIsDue() {
    // given
    Schedules schedules = open();
    schedules.put(schedule("nightly", "cron(0 3 * * ? *)", true));

    // when
    for (int hour = 0; hour < 48; hour++) {
      schedules.startDue();
      clock.pass(Duration.ofHours(1));
    }

    // then
    assertThat(started)
        .containsExactly("nightly 2026-03-01T03:00:00Z", "nightly 2026-03-02T03:00:00Z");
  }

  @Test
  void waitsAsLongAsNothingIsDueButLooksAtTheClockNowAndThen() {
    // given
    Schedules schedules = open();
    schedules.put(schedule("nightly", "cron(0 3 * * ? *)", true));

    // then
    assertThat(schedules.pause(Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(30));
    clock.pass(Duration.ofMinutes(179).plusSeconds(50));
    assertThat(schedules.pause(Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void leavesOutWhatIsSwitchedOff() {
    Schedules schedules = open();
    schedules.put(schedule("off", "rate(1 minute)", false));
    clock.pass(Duration.ofDays(1));
    assertThat(schedules.startDue()).isEmpty();
    assertThat(started).isEmpty();
  }

  @Test
  void doesNotMakeUpForWhatWasDueWhileTheEndpointDidNotRun() {
    // given
    open().put(schedule("nightly", "cron(0 3 * * ? *)", true));
    clock.pass(Duration.ofHours(5));

    // when
    Schedules next = open();

    // then
    assertThat(next.startDue()).contains(Instant.parse("2026-03-02T03:00:00Z"));
    assertThat(started).isEmpty();
  }

  @Test
  void doesNotStartWhatWasDueTooLongAgoAfterTheMachineSlept() {
    // given
    Schedules schedules = open();
    schedules.put(schedule("nightly", "cron(0 3 * * ? *)", true));

    // when
    clock.pass(Duration.ofHours(3).plusMinutes(61));
    schedules.startDue();

    // then
    assertThat(started).isEmpty();
  }

  @Test
  void goesOnWhenATargetRefuses() {
    // given
    Schedules schedules =
        new Schedules(
            new StateFolder(folder),
            clock,
            (schedule, due) -> {
              started.add(schedule.name());
              throw new AwsException(400, "StateMachineDoesNotExist", "gone");
            });
    schedules.put(schedule("a", "rate(1 minute)", true));

    // when
    clock.pass(Duration.ofMinutes(1));
    schedules.startDue();
    clock.pass(Duration.ofMinutes(1));
    schedules.startDue();

    // then
    assertThat(started).containsExactly("a", "a");
  }

  private Schedules open() {
    return new Schedules(
        new StateFolder(folder),
        clock,
        (schedule, due) -> started.add(schedule.name() + " " + due));
  }

  private ScheduleRecord schedule(String name, String expression, boolean enabled) {
    ObjectNode target = JsonProtocol.object();
    target.putObject("RetryPolicy").put("MaximumEventAgeInSeconds", 3600);
    return new ScheduleRecord(
        name, name, null, expression, "UTC", enabled, target, clock.millis(), clock.millis());
  }
}
