package io.escala.localaws.scheduler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.http.JsonProtocol;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import java.util.Set;

/** {@code AWS::Scheduler::Schedule}, of the default group. */
final class ScheduleType implements ResourceType {
  private final Schedules schedules;

  ScheduleType(Schedules schedules) {
    this.schedules = schedules;
  }

  @Override
  public String name() {
    return "AWS::Scheduler::Schedule";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("Name");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    String name = properties.text("Name").orElse(context.physicalName(64));
    if (!name.matches("[0-9a-zA-Z-_.]{1,64}")) {
      throw new IllegalArgumentException(
          "a schedule's name has up to 64 letters, digits, -, _ and ., unlike " + name);
    }
    if (schedules.find(name).isPresent()) {
      throw new IllegalArgumentException("a schedule is called " + name + " already");
    }
    return put(context, name, context.physicalName(), schedules.now(), properties);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    ScheduleRecord before = schedules.find(current.physicalId()).orElseThrow();
    old.whole();
    now.recorded("Name");
    return put(context, before.name(), before.token(), before.created(), now);
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    schedules.find(current.physicalId()).ifPresent(each -> schedules.delete(each.name()));
  }

  private Resource put(
      ResourceContext context,
      String name,
      String token,
      long created,
      ResourceProperties properties) {
    String expression = properties.requireText("ScheduleExpression");
    String zone = properties.text("ScheduleExpressionTimezone").orElse("UTC");
    try {
      Expression.of(expression, ZoneId.of(zone), Instant.ofEpochMilli(created));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "ScheduleExpressionTimezone " + zone + " is no time zone, such as Europe/Paris", e);
    }
    requireOff(properties);
    ObjectNode target = target(properties);
    boolean enabled = properties.text("State").orElse("ENABLED").equals("ENABLED");
    String description = properties.text("Description").orElse(null);
    properties.requireAllRead();
    schedules.put(
        new ScheduleRecord(
            name, token, description, expression, zone, enabled, target, created, schedules.now()));
    return new Resource(name, Map.of("Arn", context.arn("scheduler", "schedule/default/" + name)));
  }

  private static void requireOff(ResourceProperties properties) {
    String mode =
        properties
            .object("FlexibleTimeWindow")
            .map(window -> window.requireText("Mode"))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        properties.at() + " needs the property FlexibleTimeWindow"));
    if (!mode.equals("OFF")) {
      throw new IllegalArgumentException(
          "local-aws does not handle FlexibleTimeWindow.Mode " + mode + ", only OFF");
    }
  }

  private static ObjectNode target(ResourceProperties properties) {
    ResourceProperties target =
        properties
            .object("Target")
            .orElseThrow(
                () -> new IllegalArgumentException(properties.at() + " needs the property Target"));
    String arn = target.requireText("Arn");
    if (!arn.matches("arn:aws(-[a-z]+)*:states:[^:]*:\\d{12}:stateMachine:[^:]+")) {
      throw new IllegalArgumentException(
          "local-aws does not handle a schedule's target " + arn + ", only state machines");
    }
    ObjectNode kept = JsonProtocol.object();
    kept.put("Arn", arn);
    kept.put("RoleArn", target.requireText("RoleArn"));
    target.text("Input").ifPresent(input -> kept.put("Input", input(input)));
    target
        .object("RetryPolicy")
        .ifPresent(
            retry -> {
              ObjectNode policy = kept.putObject("RetryPolicy");
              keep(retry, "MaximumEventAgeInSeconds", 60, 86_400, policy);
              keep(retry, "MaximumRetryAttempts", 0, 185, policy);
            });
    return kept;
  }

  private static void keep(
      ResourceProperties retry, String name, int least, int most, ObjectNode policy) {
    retry
        .integer(name)
        .ifPresent(
            value -> {
              if (value < least || value > most) {
                throw new IllegalArgumentException(
                    "a schedule's %s is from %d to %d, unlike %d"
                        .formatted(name, least, most, value));
              }
              policy.put(name, value);
            });
  }

  private static String input(String input) {
    if (input.contains("<aws.scheduler.")) {
      throw new IllegalArgumentException(
          "local-aws does not handle the words <aws.scheduler...> in a schedule's Input");
    }
    try {
      JsonProtocol.parse(input);
      return input;
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a schedule's Input is no JSON: " + e.getMessage(), e);
    }
  }
}
