package io.escala.localaws.scheduler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.AwsRequest;
import io.escala.localaws.http.AwsResponse;
import io.escala.localaws.http.AwsService;
import io.escala.localaws.http.JsonProtocol;
import io.escala.localaws.http.Page;
import io.escala.localaws.http.ServiceClient;
import io.escala.localaws.state.StateFolder;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Amazon EventBridge Scheduler: starts state machines when the clock says so. */
public final class SchedulerService implements AwsService, AutoCloseable {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Schedules schedules;
  private final String arnPrefix;
  private final Thread thread;

  /**
   * EventBridge Scheduler over a state folder. Nothing starts before {@link #start}.
   *
   * @param states Step Functions, which starts the executions
   */
  public SchedulerService(StateFolder state, AwsService states, String region, String accountId) {
    this(
        new Schedules(state, Clock.systemUTC(), starts(new ServiceClient(states))),
        region,
        accountId);
  }

  SchedulerService(Schedules schedules, String region, String accountId) {
    this.schedules = schedules;
    this.arnPrefix = "arn:aws:scheduler:" + region + ":" + accountId + ":schedule/default/";
    thread = new Thread(this::watch, "scheduler");
    thread.setDaemon(true);
  }

  static Schedules.Target starts(ServiceClient states) {
    return (schedule, due) ->
        states.call(
            "StartExecution",
            JsonProtocol.object()
                .put("stateMachineArn", schedule.machineArn())
                .put("input", schedule.input()));
  }

  /** Begins to look at the clock. */
  public void start() {
    thread.start();
  }

  private void watch() {
    try {
      while (true) {
        schedules.await(schedules.pause(LONGEST_PAUSE));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the endpoint stops
    }
  }

  /** The resource types of EventBridge Scheduler. */
  public List<ResourceType> types() {
    return List.of(new ScheduleType(schedules));
  }

  @Override
  public String signingName() {
    return "scheduler";
  }

  @Override
  public AwsResponse handle(AwsRequest request) {
    if (request.method().equals("GET") && request.path().matches("/schedules/?")) {
      return JsonProtocol.answer(list(request));
    }
    if (request.method().equals("GET") && request.path().matches("/schedules/[\\w.-]+")) {
      requireDefault(request.query("groupName"));
      return JsonProtocol.answer(full(request.path().substring("/schedules/".length())));
    }
    throw AwsException.notHandled("EventBridge Scheduler", request.method() + " " + request.path());
  }

  private ObjectNode list(AwsRequest request) {
    requireDefault(request.query("ScheduleGroup"));
    String prefix = request.query("NamePrefix").orElse("");
    Optional<String> state = request.query("State");
    List<ScheduleRecord> found =
        schedules.all().stream()
            .filter(each -> each.name().startsWith(prefix))
            .filter(each -> state.isEmpty() || state.get().equals(state(each)))
            .toList();
    return Page.of(found, request, "NextToken", "MaxResults")
        .json("Schedules", "NextToken", this::summary);
  }

  private static void requireDefault(Optional<String> group) {
    if (!group.orElse("default").equals("default")) {
      throw new AwsException(
          404, "ResourceNotFoundException", "Schedule group " + group.get() + " does not exist.");
    }
  }

  private static String state(ScheduleRecord schedule) {
    return schedule.enabled() ? "ENABLED" : "DISABLED";
  }

  private ObjectNode full(String name) {
    ScheduleRecord schedule =
        schedules
            .find(name)
            .orElseThrow(
                () ->
                    new AwsException(
                        404, "ResourceNotFoundException", "Schedule " + name + " does not exist."));
    ObjectNode json = summary(schedule);
    if (schedule.description() != null) {
      json.put("Description", schedule.description());
    }
    json.put("ScheduleExpression", schedule.expression());
    json.put("ScheduleExpressionTimezone", schedule.zone());
    json.putObject("FlexibleTimeWindow").put("Mode", "OFF");
    json.set("Target", schedule.target());
    return json;
  }

  private ObjectNode summary(ScheduleRecord schedule) {
    ObjectNode json = JsonProtocol.object();
    json.put("Arn", arnPrefix + schedule.name());
    json.put("Name", schedule.name());
    json.put("GroupName", "default");
    json.put("State", state(schedule));
    json.put("CreationDate", BigDecimal.valueOf(schedule.created(), 3));
    json.put("LastModificationDate", BigDecimal.valueOf(schedule.updated(), 3));
    json.putObject("Target").put("Arn", schedule.machineArn());
    return json;
  }

  @Override
  public AwsResponse error(AwsRequest request, AwsException error) {
    return JsonProtocol.error(error);
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
