package io.escala.cli;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** What trains the model in the deployed Spark stack, whichever lifecycle the stack has. */
interface Training {
  /** The stack. */
  String STACK = "EscalaSpark";

  /** That of the deployed stack, if it is deployed. */
  static Optional<Training> deployed(Aws aws) {
    Map<String, String> outputs = aws.outputs(STACK);
    if (outputs.containsKey("StateMachineArn")) {
      return Optional.of(new StateMachineTraining(aws, outputs.get("StateMachineArn")));
    }
    return Optional.ofNullable(outputs.get("ClusterId"))
        .map(
            cluster ->
                outputs.containsKey("Steps")
                    ? new WaitingClusterTraining(aws, cluster, outputs.get("Steps"))
                    : new TransientTraining(new TrainingRun(aws, cluster)));
  }

  /**
   * True when a deployment alone would not train again, and nothing else can either: the stack must
   * go first.
   *
   * @param modelMissing whether there is no model
   */
  boolean mustBeReplaced(boolean modelMissing);

  /**
   * Trains as the stack says, unless that was done, and shows the progress.
   *
   * @param modelMissing whether there is no model
   * @param begun is given how to end what this begins
   * @throws UserException when it fails, with its reason
   */
  void complete(boolean modelMissing, Terminal terminal, Consumer<Runnable> begun);

  /** What the job reads, as it was told; empty when it made the rows itself. */
  Optional<String> input();

  /** The last value of an option among a job's arguments. */
  static Optional<String> option(String name, java.util.List<String> arguments) {
    int option = arguments.indexOf(name);
    return option == -1 ? Optional.empty() : Optional.of(arguments.get(option + 1));
  }
}
