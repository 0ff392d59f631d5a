package io.escala.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** By an execution of a state machine, on a cluster of its own or on EMR Serverless. */
final class StateMachineTraining implements Training {
  private final Aws aws;
  private final String machine;

  /**
   * @param machine its ARN
   */
  StateMachineTraining(Aws aws, String machine) {
    this.aws = aws;
    this.machine = machine;
  }

  /** A further execution can always be started. */
  @Override
  public boolean mustBeReplaced(boolean modelMissing) {
    return false;
  }

  @Override
  public void complete(boolean modelMissing, Terminal terminal, Consumer<Runnable> begun) {
    Optional<StepFunctions.Run> last = aws.states().runs(machine).stream().findFirst();
    if (last.isPresent() && isOfNow(last.get())) {
      if (last.get().isRunning()) {
        terminal.line("Training by execution " + last.get().name() + ", which was under way");
        new Execution(aws, last.get().arn()).follow(terminal);
        return;
      }
      if (last.get().isGood() && !modelMissing) {
        terminal.line("Trained by execution " + last.get().name() + ": nothing has changed since");
        return;
      }
    }
    Execution execution = new Execution(aws, aws.states().start(machine));
    begun.accept(execution::stop);
    terminal.line("Training by execution " + execution.name());
    execution.follow(terminal);
  }

  @Override
  public Optional<String> input() {
    List<String> arguments = new ArrayList<>();
    JsonNode definition = definition();
    for (String name : List.of("Args", "EntryPointArguments")) {
      for (JsonNode list : definition.findValues(name)) {
        list.forEach(argument -> arguments.add(argument.asText()));
      }
    }
    return Training.option("--input-path", arguments);
  }

  /** Ends what runs, with the clusters that it made. */
  static void stopAll(Aws aws, Terminal terminal) {
    String deployed = aws.outputs(STACK).get("StateMachineArn");
    if (deployed == null) {
      return;
    }
    for (StepFunctions.Run run : aws.states().runs(deployed)) {
      if (run.isRunning()) {
        terminal.line("Stopping execution " + run.name() + ", which is under way");
        new Execution(aws, run.arn()).stop();
      }
    }
  }

  private JsonNode definition() {
    return aws.states().definition(machine);
  }

  /** Whether it did, or does, what the machine would do now. */
  private boolean isOfNow(StepFunctions.Run run) {
    return aws.states().definitionOf(run.arn()).equals(definition());
  }
}
