package io.escala.cli;

import java.util.Optional;
import java.util.function.Consumer;

/** On a cluster that the deployment makes with its steps, and that ends with them. */
final class TransientTraining implements Training {
  private final TrainingRun run;

  TransientTraining(TrainingRun run) {
    this.run = run;
  }

  @Override
  public boolean mustBeReplaced(boolean modelMissing) {
    return run.failed()
        || (modelMissing
            && run.steps().stream()
                .allMatch(step -> step.status().timeline().endDateTime() != null));
  }

  @Override
  public void complete(boolean modelMissing, Terminal terminal, Consumer<Runnable> begun) {
    terminal.line("Training on cluster " + run.clusterId());
    run.await(terminal);
  }

  @Override
  public Optional<String> input() {
    return run.input();
  }
}
