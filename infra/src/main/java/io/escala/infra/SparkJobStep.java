package io.escala.infra;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One run of the job on a cluster, whoever starts it: the template, a state machine or a person.
 *
 * @param name what EMR lists the step as
 * @param jar the job's jar, an {@code s3://} address
 * @param command the command of {@code SparkJob}
 * @param options the command's options and their values, in this order
 */
record SparkJobStep(String name, String jar, String command, Map<String, String> options) {
  static final String MAIN_CLASS = "io.escala.spark.SparkJob";

  /** EMR's own, on the cluster: it runs a command as a step. */
  static final String COMMAND_RUNNER = "command-runner.jar";

  SparkJobStep {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /** Makes {@code rows} bank-like rows from {@code seed}. */
  static SparkJobStep generate(String jar, String output, long rows, long seed) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("--output-path", output);
    options.put("--rows", String.valueOf(rows));
    options.put("--seed", String.valueOf(seed));
    return new SparkJobStep("generate", jar, "generate", options);
  }

  /** Trains on {@code input}, writes results and a bundle. */
  static SparkJobStep train(
      String jar,
      String input,
      String output,
      String models,
      String recipe,
      Optional<String> algorithm) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("--input-path", input);
    options.put("--output-path", output);
    options.put("--model-path", models);
    options.put("--recipe", recipe);
    algorithm.ifPresent(a -> options.put("--algorithm", a));
    return new SparkJobStep("train", jar, "train", options);
  }

  /**
   * What {@code command-runner.jar} is given. The driver runs in the cluster; its output is in the
   * containers' logs, not in the step's.
   */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(
        List.of("spark-submit", "--deploy-mode", "cluster", "--class", MAIN_CLASS, jar));
    arguments.addAll(jobArguments());
    return arguments;
  }

  /** What the job itself is given, whatever submits it. */
  List<String> jobArguments() {
    List<String> arguments = new ArrayList<>(List.of(command));
    options.forEach((option, value) -> arguments.addAll(List.of(option, value)));
    return arguments;
  }
}
