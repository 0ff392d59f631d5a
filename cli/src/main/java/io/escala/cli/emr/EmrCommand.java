package io.escala.cli.emr;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.cli.Aws;
import io.escala.cli.AwsCommand;
import io.escala.cli.Target;
import io.escala.cli.Workspace;
import java.time.Duration;
import java.util.Map;

/** A command that asks EMR. */
abstract class EmrCommand extends AwsCommand {
  static final ObjectMapper JSON = new ObjectMapper();

  @Override
  protected final int run(Aws aws, Target target, Workspace workspace) {
    return run(new Emr(aws, target), workspace);
  }

  /** Does the command's work; returns its exit code. */
  abstract int run(Emr emr, Workspace workspace);

  /** Follows a step for this command, with a bar where a person looks on. */
  final Follow follow(Emr emr, Duration patience) {
    return new Follow(emr, terminal(), !json() && Boolean.getBoolean("escala.tty"), patience);
  }

  /** Prints the command's one JSON object, the target first. */
  static void print(Emr emr, Map<String, Object> members) {
    print(emr.target(), members);
  }
}
