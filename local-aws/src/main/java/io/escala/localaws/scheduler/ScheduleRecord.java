package io.escala.localaws.scheduler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneId;

/**
 * A schedule as it is remembered. Times are milliseconds since 1970.
 *
 * @param token what its maker calls it, to find it again after a kill
 * @param description null for none
 * @param expression {@code cron(...)} or {@code rate(...)}
 * @param zone whose clock that means
 * @param target as the template has it
 */
record ScheduleRecord(
    String name,
    String token,
    String description,
    String expression,
    String zone,
    boolean enabled,
    ObjectNode target,
    long created,
    long updated) {

  /** Read anew: what is remembered was looked through when it was made. */
  Expression times() {
    return Expression.of(expression, ZoneId.of(zone), Instant.ofEpochMilli(created));
  }

  String machineArn() {
    return target.path("Arn").asText();
  }

  String input() {
    return target.path("Input").asText("{}");
  }

  /** After so many seconds it is too late to start what was due; a day by default, as on AWS. */
  long maximumAgeSeconds() {
    return target.path("RetryPolicy").path("MaximumEventAgeInSeconds").asLong(86_400);
  }
}
