package io.escala.spark;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * What a published model is called and where it comes from; a mixin of commands that publish one.
 */
final class ModelOptions {
  private static final String NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "of the model (default: ${DEFAULT-VALUE})")
  private String name;

  @Option(
      names = {"--git-commit", "--git_commit"},
      defaultValue = "unknown",
      paramLabel = "HASH",
      description = "of the code, for the model's provenance (default: ${DEFAULT-VALUE})")
  private String gitCommit;

  /**
   * @param name if none is given
   */
  ModelOptions(String name) {
    this.name = name;
  }

  /**
   * The model's name.
   *
   * @throws ParameterException if it cannot be one
   */
  String name() {
    if (!name.matches(NAME_PATTERN)) {
      throw new ParameterException(
          spec.commandLine(),
          "--name is '"
              + name
              + "', but must be 1 to 64 letters, digits, dots, underscores or hyphens and start with"
              + " a letter or digit");
    }
    return name;
  }

  String gitCommit() {
    return gitCommit;
  }
}
