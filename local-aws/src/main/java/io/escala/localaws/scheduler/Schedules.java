package io.escala.localaws.scheduler;

import io.escala.localaws.http.AwsException;
import io.escala.localaws.state.StateFolder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * All schedules, and when each is due next. What was due while the endpoint did not run is lost.
 */
final class Schedules {
  private static final String FOLDER = "scheduler/schedules/";

  /** Starts what a schedule is for. */
  interface Target {
    /**
     * Starts it once.
     *
     * @throws AwsException when it refuses
     */
    void start(ScheduleRecord schedule, Instant due);
  }

  private final Map<String, ScheduleRecord> schedules = new HashMap<>();
  private final Map<String, Instant> next = new HashMap<>();
  private final BlockingQueue<String> changed = new LinkedBlockingQueue<>();
  private final StateFolder state;
  private final Clock clock;
  private final Target target;

  Schedules(StateFolder state, Clock clock, Target target) {
    this.state = state;
    this.clock = clock;
    this.target = target;
    state.loadAll(FOLDER, ScheduleRecord.class).forEach(this::remember);
  }

  private void remember(ScheduleRecord schedule) {
    schedules.put(schedule.name(), schedule);
    next.remove(schedule.name());
    if (schedule.enabled()) {
      schedule.times().after(clock.instant()).ifPresent(time -> next.put(schedule.name(), time));
    }
  }

  /**
   * Starts what is due.
   *
   * @return when something is due again; empty for never
   */
  synchronized Optional<Instant> startDue() {
    Instant now = clock.instant();
    for (ScheduleRecord schedule : List.copyOf(schedules.values())) {
      Instant due = next.get(schedule.name());
      if (due == null || due.isAfter(now)) {
        continue;
      }
      remember(schedule);
      if (due.plusSeconds(schedule.maximumAgeSeconds()).isBefore(now)) {
        say(schedule, "was due at " + due + ", which is too long ago");
        continue;
      }
      try {
        target.start(schedule, due);
      } catch (AwsException e) {
        say(schedule, "could not start " + schedule.machineArn() + ": " + e.getMessage());
      }
    }
    return next.values().stream().min(Comparator.naturalOrder());
  }

  private static void say(ScheduleRecord schedule, String what) {
    System.err.println("local-aws: the schedule " + schedule.name() + " " + what);
  }

  /** How long nothing is due, but at most this long: the machine's clock may be set or sleep. */
  Duration pause(Duration most) {
    return startDue()
        .map(time -> Duration.between(clock.instant(), time))
        .filter(wait -> wait.compareTo(most) < 0)
        .orElse(most);
  }

  synchronized void put(ScheduleRecord schedule) {
    state.save(FOLDER + schedule.name() + ".json", schedule);
    remember(schedule);
    changed.add(schedule.name());
  }

  /** Waits so long, or until a schedule is made or changed. */
  void await(Duration wait) throws InterruptedException {
    changed.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
  }

  synchronized void delete(String name) {
    schedules.remove(name);
    next.remove(name);
    state.delete(FOLDER + name + ".json");
  }

  /** All, by name. */
  synchronized List<ScheduleRecord> all() {
    return schedules.values().stream().sorted(Comparator.comparing(ScheduleRecord::name)).toList();
  }

  /** One by its name, or by the token it was made with. */
  synchronized Optional<ScheduleRecord> find(String nameOrToken) {
    return schedules.values().stream()
        .filter(each -> each.name().equals(nameOrToken) || each.token().equals(nameOrToken))
        .findFirst();
  }

  long now() {
    return clock.millis();
  }
}
