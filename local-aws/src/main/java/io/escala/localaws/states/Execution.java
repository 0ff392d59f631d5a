package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.escala.localaws.http.JsonProtocol;
import io.escala.localaws.process.Worker;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An execution that runs: it goes from state to state on a thread of its own. Every event is saved
 * before anyone sees it.
 */
final class Execution {
  /** Between two looks at what a state waits for. */
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Definition definition;
  private final Integrations integrations;
  private final Timer timer;
  private final Consumer<ExecutionRecord> save;
  private final ObjectNode context;
  private ExecutionRecord record;
  private boolean stopping;
  private boolean late;
  private boolean closed;
  private String stopError;
  private String stopCause;
  private Worker thread;

  /**
   * @param context what paths that begin with {@code $$} see of execution and machine
   */
  Execution(
      ExecutionRecord record,
      Definition definition,
      Integrations integrations,
      Timer timer,
      ObjectNode context,
      Consumer<ExecutionRecord> save) {
    this.record = record;
    this.definition = definition;
    this.integrations = integrations;
    this.timer = timer;
    this.context = context;
    this.save = save;
  }

  synchronized ExecutionRecord record() {
    return record;
  }

  synchronized void start() {
    save.accept(record);
    thread = Worker.start("states-" + record.name(), this::live);
  }

  /** Ends it where it is, and what its state waits for; done when it is over. */
  synchronized void stop(String error, String cause) {
    if (record.isRunning() && !stopping) {
      stopping = true;
      stopError = error;
      stopCause = cause;
      notifyAll();
    }
  }

  synchronized void awaitEnd() throws InterruptedException {
    while (record.isRunning() && !closed) {
      wait();
    }
  }

  /** Stops without an end, as a crash does: the next start finds it. */
  void close() {
    Worker waitFor;
    synchronized (this) {
      closed = true;
      notifyAll();
      waitFor = thread;
    }
    if (waitFor != null) {
      waitFor.awaitEnd();
    }
  }

  private void live() {
    try {
      ObjectNode told = JsonProtocol.object().put("input", record().input());
      event("ExecutionStarted", "executionStartedEventDetails", told);
      JsonNode output = walk(JsonProtocol.parse(record().input()));
      end("SUCCEEDED", output.toString(), null, null);
    } catch (TaskFailure e) {
      end("FAILED", null, e.error(), e.causeText());
    } catch (Integration.Interrupted e) {
      if (e.isForGood()) {
        end(late ? "TIMED_OUT" : "ABORTED", null, stopError, stopCause);
      }
    } catch (RuntimeException e) {
      end("FAILED", null, TaskFailure.RUNTIME, "local-aws failed: " + e);
    }
  }

  private JsonNode walk(JsonNode input) throws TaskFailure, Integration.Interrupted {
    JsonNode at = input;
    String name = definition.startAt();
    while (name != null) {
      requireGoingOn();
      State state = definition.states().get(name);
      ObjectNode entered = JsonProtocol.object();
      entered.put("name", name).put("input", at.toString());
      event(state.type() + "StateEntered", "stateEnteredEventDetails", entered);
      ObjectNode here = context.putObject("State");
      here.put("Name", name).put("EnteredTime", timer.now().toString()).put("RetryCount", 0);
      Step step = step(state, at);
      at = step.output();
      ObjectNode exited = JsonProtocol.object();
      exited.put("name", name).put("output", at.toString());
      event(state.type() + "StateExited", "stateExitedEventDetails", exited);
      name = step.next();
    }
    return at;
  }

  /**
   * What a state led to.
   *
   * @param next null at the end
   */
  private record Step(JsonNode output, String next) {}

  private Step step(State state, JsonNode raw) throws TaskFailure, Integration.Interrupted {
    JsonNode json = state.json();
    JsonNode input = at(state.inputPath(), raw);
    String next = json.path("Next").textValue();
    return switch (state.type()) {
      case "Task" -> task(state, raw, input);
      case "Pass" -> {
        JsonNode given = json.has("Parameters") ? fill(json.get("Parameters"), input) : input;
        yield new Step(
            at(state.outputPath(), result(state, raw, json.path("Result"), given)), next);
      }
      case "Wait" -> {
        awaitTime(json, input);
        yield new Step(at(state.outputPath(), input), next);
      }
      case "Choice" -> new Step(at(state.outputPath(), input), choose(state, input));
      case "Succeed" -> new Step(at(state.outputPath(), input), null);
      default -> throw new TaskFailure(said(json, "Error", raw), said(json, "Cause", raw));
    };
  }

  private static JsonNode result(State state, JsonNode raw, JsonNode result, JsonNode given) {
    JsonNode value = result.isMissingNode() ? given : result;
    return state.resultPath() == null ? raw : state.resultPath().put(raw, value);
  }

  private Step task(State state, JsonNode raw, JsonNode input)
      throws TaskFailure, Integration.Interrupted {
    Map<Retrier, Integer> tried = new HashMap<>();
    while (true) {
      try {
        JsonNode result = attempt(state, input);
        if (state.json().has("ResultSelector")) {
          result = fill(state.json().get("ResultSelector"), result);
        }
        JsonNode output = state.resultPath() == null ? raw : state.resultPath().put(raw, result);
        return new Step(at(state.outputPath(), output), state.json().path("Next").textValue());
      } catch (TaskFailure failure) {
        Optional<Retrier> retrier =
            state.retriers().stream().filter(each -> each.handles(failure)).findFirst();
        if (retrier.isPresent()
            && tried.getOrDefault(retrier.get(), 0) < retrier.get().maxAttempts()) {
          int before = tried.merge(retrier.get(), 1, Integer::sum) - 1;
          ObjectNode here = (ObjectNode) context.get("State");
          here.put("RetryCount", here.path("RetryCount").asInt() + 1);
          sleepUntil(timer.now().plus(retrier.get().before(before)));
          continue;
        }
        Catcher catcher =
            state.catchers().stream()
                .filter(each -> each.handles(failure))
                .findFirst()
                .orElseThrow(() -> failure);
        return new Step(catcher.output(raw, failure), catcher.next());
      }
    }
  }

  private JsonNode attempt(State state, JsonNode input)
      throws TaskFailure, Integration.Interrupted {
    JsonNode json = state.json();
    Integration integration = integrations.require(json.path("Resource").asText());
    JsonNode parameters = json.has("Parameters") ? fill(json.get("Parameters"), input) : input;
    ObjectNode scheduled = task(integration).put("parameters", parameters.toString());
    scheduled.put("region", record().arn().split(":", -1)[3]);
    Instant limit = null;
    if (json.has("TimeoutSeconds")) {
      long seconds = json.path("TimeoutSeconds").asLong();
      scheduled.put("timeoutInSeconds", seconds);
      limit = timer.now().plusSeconds(seconds);
    }
    event("TaskScheduled", "taskScheduledEventDetails", scheduled);
    event("TaskStarted", "taskStartedEventDetails", task(integration));
    try {
      JsonNode result = integration.run(parameters, new TaskWait(integration, limit));
      event(
          "TaskSucceeded",
          "taskSucceededEventDetails",
          task(integration).put("output", result.toString()));
      return result;
    } catch (TaskFailure e) {
      ObjectNode told = task(integration).put("error", e.error());
      History.put(told, "cause", e.causeText());
      boolean timedOut = e.error().equals(TaskFailure.TIMEOUT);
      event(
          timedOut ? "TaskTimedOut" : "TaskFailed",
          timedOut ? "taskTimedOutEventDetails" : "taskFailedEventDetails",
          told);
      throw e;
    }
  }

  private static ObjectNode task(Integration integration) {
    String[] both = integration.resource().split(":", 2);
    return JsonProtocol.object().put("resourceType", both[0]).put("resource", both[1]);
  }

  private final class TaskWait implements Integration.Wait {
    private final Integration integration;
    private final Instant limit;

    TaskWait(Integration integration, Instant limit) {
      this.integration = integration;
      this.limit = limit;
    }

    @Override
    public void submitted(ObjectNode answer) {
      event(
          "TaskSubmitted",
          "taskSubmittedEventDetails",
          task(integration).put("output", answer.toString()));
    }

    @Override
    public void pause() throws TaskFailure, Integration.Interrupted {
      sleepUntil(timer.now().plus(LOOK));
      if (limit != null && !timer.now().isBefore(limit)) {
        throw new TaskFailure(
            TaskFailure.TIMEOUT, "the state took longer than its TimeoutSeconds allow");
      }
    }
  }

  private void awaitTime(JsonNode json, JsonNode input)
      throws TaskFailure, Integration.Interrupted {
    try {
      if (json.has("Seconds") || json.has("SecondsPath")) {
        JsonNode seconds = value(json, "Seconds", input);
        sleepUntil(timer.now().plusSeconds(seconds.asLong()));
      } else {
        sleepUntil(Instant.parse(value(json, "Timestamp", input).asText()));
      }
    } catch (DateTimeException e) {
      throw new TaskFailure(TaskFailure.RUNTIME, "no time to wait until: " + e.getMessage());
    }
  }

  private static String choose(State state, JsonNode input) throws TaskFailure {
    for (JsonNode rule : state.json().path("Choices")) {
      if (ChoiceRule.holds(rule, input)) {
        return rule.path("Next").asText();
      }
    }
    if (!state.json().has("Default")) {
      throw new TaskFailure(
          "States.NoChoiceMatched",
          "no rule of the state " + state.name() + " holds, and it has no Default");
    }
    return state.json().path("Default").asText();
  }

  private static String said(JsonNode json, String name, JsonNode input) throws TaskFailure {
    JsonNode value = value(json, name, input);
    return value.isMissingNode() || value.isNull() ? null : value.asText();
  }

  /** A field, or what stands where its path points to. */
  private static JsonNode value(JsonNode json, String name, JsonNode input) throws TaskFailure {
    return json.has(name + "Path")
        ? ReferencePath.of(json.path(name + "Path").asText()).get(input)
        : json.path(name);
  }

  private static JsonNode at(ReferencePath path, JsonNode document) throws TaskFailure {
    return path == null ? JsonProtocol.object() : path.get(document);
  }

  private JsonNode fill(JsonNode template, JsonNode input) throws TaskFailure {
    return PayloadTemplate.fill(template, input, context);
  }

  private synchronized void sleepUntil(Instant time) throws Integration.Interrupted {
    requireGoingOn();
    for (Instant now = timer.now(); now.isBefore(time); now = timer.now()) {
      Duration left = Duration.between(now, time);
      Optional<Duration> most = definition.limit().map(l -> Duration.between(now(), end(l)));
      try {
        timer.await(this, most.isPresent() && most.get().compareTo(left) < 0 ? most.get() : left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Integration.Interrupted(false);
      }
      requireGoingOn();
    }
  }

  private Instant now() {
    return timer.now();
  }

  private Instant end(Duration limit) {
    return Instant.ofEpochMilli(record.started()).plus(limit);
  }

  private synchronized void requireGoingOn() throws Integration.Interrupted {
    if (closed) {
      throw new Integration.Interrupted(false);
    }
    if (definition.limit().isPresent() && !now().isBefore(end(definition.limit().get()))) {
      late = true;
      throw new Integration.Interrupted(true);
    }
    if (stopping) {
      throw new Integration.Interrupted(true);
    }
  }

  private synchronized void event(String type, String member, ObjectNode details) {
    change(record.with(History.event(record, type, timer.now().toEpochMilli(), member, details)));
  }

  private synchronized void end(String status, String output, String error, String cause) {
    change(History.ended(record, status, output, error, cause, timer.now().toEpochMilli()));
  }

  private void change(ExecutionRecord changed) {
    save.accept(changed);
    record = changed;
    notifyAll();
  }

  /** What paths that begin with {@code $$} see, beside the state. */
  static ObjectNode context(ExecutionRecord record, StateMachineRecord machine) {
    ObjectNode context = JsonProtocol.object();
    ObjectNode execution = context.putObject("Execution");
    execution.put("Id", record.arn());
    execution.put("Name", record.name());
    execution.put("RoleArn", machine.roleArn());
    execution.set("StartTime", TextNode.valueOf(Instant.ofEpochMilli(record.started()).toString()));
    execution.set("Input", JsonProtocol.parse(record.input()));
    context.putObject("StateMachine").put("Id", machine.arn()).put("Name", machine.name());
    return context;
  }
}
