package io.escala.cli.emr;

import io.escala.cli.Target;

/** A command that a person can type next, with what leads it to the same place. */
final class Hint {
  private Hint() {}

  static String command(Target target, String command) {
    return "./escala "
        + command
        + (target.kind() == Target.Kind.AWS ? " --aws --region " + target.region().id() : "");
  }
}
