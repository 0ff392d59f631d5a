package io.escala.cli.emr;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import software.amazon.awssdk.services.emr.model.StepTimeline;

/** Times as the commands show them. */
final class Times {
  private static final DateTimeFormatter LOCAL =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

  private Times() {}

  /** How long a step ran; null while it does, or when it never did. */
  static Double seconds(StepTimeline timeline) {
    return timeline.startDateTime() == null || timeline.endDateTime() == null
        ? null
        : Duration.between(timeline.startDateTime(), timeline.endDateTime()).toMillis() / 1000.0;
  }

  /** In the clock of this machine. */
  static String local(Instant time) {
    return time == null ? "-" : LOCAL.format(time.atZone(ZoneId.systemDefault()));
  }

  /** For JSON; null for null. */
  static String utc(Instant time) {
    return time == null ? null : time.toString();
  }
}
