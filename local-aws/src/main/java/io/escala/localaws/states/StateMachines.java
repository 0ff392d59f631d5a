package io.escala.localaws.states;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.ServiceClient;
import io.escala.localaws.state.FileTree;
import io.escala.localaws.state.StateFolder;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** All state machines with their executions, those that are over too. */
final class StateMachines implements AutoCloseable {
  private static final String FOLDER = "states/machines/";
  private static final String EXECUTIONS = "states/executions/";
  private static final String STOPPED = "LocalAws.EndpointStopped";

  private final Map<String, StateMachineRecord> machines = new ConcurrentHashMap<>();
  private final Map<String, Execution> running = new ConcurrentHashMap<>();
  private final Map<String, ExecutionRecord> executions = new ConcurrentHashMap<>();
  private final StateFolder state;
  private final Integrations integrations;
  private final Timer timer;
  private final String arnPrefix;

  /**
   * What the folder remembers; an execution that was under way when the endpoint stopped has
   * failed.
   *
   * @param arnPrefix {@code arn:aws:states:<region>:<account>:}
   */
  StateMachines(
      StateFolder state,
      Integrations integrations,
      Timer timer,
      String arnPrefix,
      ServiceClient emr) {
    this.state = state;
    this.integrations = integrations;
    this.timer = timer;
    this.arnPrefix = arnPrefix;
    for (StateMachineRecord machine : state.loadAll(FOLDER, StateMachineRecord.class)) {
      machines.put(machine.arn(), machine);
      for (ExecutionRecord record : state.loadAll(folder(machine.name()), ExecutionRecord.class)) {
        executions.put(record.arn(), record.isRunning() ? afterRestart(record, emr) : record);
      }
    }
  }

  /** Nothing else would end the clusters that it made. */
  private ExecutionRecord afterRestart(ExecutionRecord record, ServiceClient emr) {
    History.clusters(record).forEach(cluster -> ClusterTasks.end(emr, cluster));
    ExecutionRecord failed =
        History.ended(
            record,
            "FAILED",
            null,
            STOPPED,
            "the endpoint stopped while the execution ran",
            timer.now().toEpochMilli());
    save(failed);
    return failed;
  }

  /** All, by name. */
  List<StateMachineRecord> all() {
    return machines.values().stream()
        .sorted(Comparator.comparing(StateMachineRecord::name))
        .toList();
  }

  /** A machine by its ARN, or by the token it was made with. */
  Optional<StateMachineRecord> find(String arnOrToken) {
    return machines.values().stream()
        .filter(each -> each.arn().equals(arnOrToken) || each.token().equals(arnOrToken))
        .findFirst();
  }

  /**
   * A machine.
   *
   * @throws AwsException InvalidArn, StateMachineDoesNotExist
   */
  StateMachineRecord require(String arn) {
    requireArn(arn, "stateMachine");
    StateMachineRecord machine = machines.get(arn);
    if (machine == null) {
      throw error("StateMachineDoesNotExist", "State Machine Does Not Exist: '" + arn + "'");
    }
    return machine;
  }

  /**
   * Makes a machine.
   *
   * @throws IllegalArgumentException when the definition is wrong or not handled
   */
  synchronized StateMachineRecord create(
      String name, String token, String definition, String roleArn, ObjectNode logging) {
    Definition.of(definition, integrations);
    if (!name.matches("[\\w-]{1,80}")) {
      throw new IllegalArgumentException(
          "a state machine's name has up to 80 letters, digits, - and _, unlike " + name);
    }
    String arn = arnPrefix + "stateMachine:" + name;
    if (machines.containsKey(arn)) {
      throw new IllegalArgumentException("a state machine is called " + name + " already");
    }
    return put(
        new StateMachineRecord(
            arn,
            name,
            token,
            definition,
            roleArn,
            logging,
            revision(),
            timer.now().toEpochMilli()));
  }

  /** Changes what further executions do. */
  synchronized StateMachineRecord change(
      String arn, String definition, String roleArn, ObjectNode logging) {
    Definition.of(definition, integrations);
    StateMachineRecord old = require(arn);
    return put(
        new StateMachineRecord(
            arn, old.name(), old.token(), definition, roleArn, logging, revision(), old.created()));
  }

  /** Stops what runs, and removes the machine with all its executions. */
  void delete(StateMachineRecord machine) throws InterruptedException {
    for (Execution execution : List.copyOf(running.values())) {
      if (execution.record().machineArn().equals(machine.arn())) {
        execution.stop("States.StateMachineDeleted", "the state machine was deleted");
        execution.awaitEnd();
      }
    }
    machines.remove(machine.arn());
    executions.values().removeIf(each -> each.machineArn().equals(machine.arn()));
    running.values().removeIf(each -> each.record().machineArn().equals(machine.arn()));
    FileTree.delete(state.path(folder(machine.name())));
    state.delete(FOLDER + machine.name() + ".json");
  }

  /**
   * Starts an execution; one of that name that runs with that input is taken for it.
   *
   * @param name null for any
   * @param input JSON
   */
  synchronized ExecutionRecord start(String machineArn, String name, String input) {
    StateMachineRecord machine = require(machineArn);
    String given = name == null ? UUID.randomUUID().toString() : name;
    if (!given.matches("[\\w.+!@()=,'-]{1,80}")) {
      throw error("InvalidName", "Invalid Name: '" + given + "'");
    }
    String arn = arnPrefix + "execution:" + machine.name() + ":" + given;
    ExecutionRecord before = executions.get(arn);
    if (before != null) {
      ExecutionRecord now = current(before);
      if (now.isRunning() && now.input().equals(input)) {
        return now;
      }
      throw error("ExecutionAlreadyExists", "Execution Already Exists: '" + arn + "'");
    }
    ExecutionRecord record =
        new ExecutionRecord(
            arn,
            given,
            machineArn,
            machine.definition(),
            machine.revision(),
            input,
            "RUNNING",
            null,
            null,
            null,
            timer.now().toEpochMilli(),
            null,
            List.of());
    Execution execution =
        new Execution(
            record,
            Definition.of(machine.definition(), integrations),
            integrations,
            timer,
            Execution.context(record, machine),
            this::save);
    executions.put(arn, record);
    running.put(arn, execution);
    execution.start();
    return record;
  }

  /** Stops an execution; done when it is over. */
  ExecutionRecord stop(String arn, String error, String cause) throws InterruptedException {
    ExecutionRecord record = requireExecution(arn);
    Execution execution = running.get(arn);
    if (execution == null) {
      return record;
    }
    execution.stop(error, cause);
    execution.awaitEnd();
    return execution.record();
  }

  /** The executions of a machine, the newest first. */
  List<ExecutionRecord> executions(String machineArn) {
    return executions.values().stream()
        .filter(each -> each.machineArn().equals(machineArn))
        .map(this::current)
        .sorted(Comparator.comparingLong(ExecutionRecord::started).reversed())
        .toList();
  }

  /**
   * An execution.
   *
   * @throws AwsException InvalidArn, ExecutionDoesNotExist
   */
  ExecutionRecord requireExecution(String arn) {
    requireArn(arn, "execution");
    ExecutionRecord record = executions.get(arn);
    if (record == null) {
      throw error("ExecutionDoesNotExist", "Execution Does Not Exist: '" + arn + "'");
    }
    return current(record);
  }

  private static void requireArn(String arn, String of) {
    if (!arn.matches("arn:aws[a-z-]*:states:[a-z0-9-]+:\\d{12}:" + of + ":.+")) {
      throw error("InvalidArn", "Invalid Arn: '" + arn + "' is not the ARN of a " + of);
    }
  }

  private ExecutionRecord current(ExecutionRecord record) {
    Execution execution = running.get(record.arn());
    return execution == null ? record : execution.record();
  }

  private void save(ExecutionRecord record) {
    String machine = record.machineArn().substring(record.machineArn().lastIndexOf(':') + 1);
    state.save(folder(machine) + "/" + fileName(record.name()), record);
  }

  /** A name may hold what a file's may not, and be too much like another on some file systems. */
  private static String fileName(String executionName) {
    return UUID.nameUUIDFromBytes(executionName.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        + ".json";
  }

  private static String folder(String machine) {
    return EXECUTIONS + machine;
  }

  private StateMachineRecord put(StateMachineRecord machine) {
    state.save(FOLDER + machine.name() + ".json", machine);
    machines.put(machine.arn(), machine);
    return machine;
  }

  private static String revision() {
    return UUID.randomUUID().toString();
  }

  static AwsException error(String code, String message) {
    return new AwsException(400, code, message);
  }

  @Override
  public void close() {
    running.values().forEach(Execution::close);
  }
}
