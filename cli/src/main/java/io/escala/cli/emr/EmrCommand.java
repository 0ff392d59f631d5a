package io.escala.cli.emr;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.escala.cli.Aws;
import io.escala.cli.Target;
import io.escala.cli.Terminal;
import io.escala.cli.Workspace;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A command that asks EMR. It says first, on stderr, where it goes; a failure of AWS is one
 * sentence and the next step.
 */
abstract class EmrCommand implements Callable<Integer> {
  static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Mixin private TargetOptions where;

  @Option(
      names = "--json",
      description = "Print one JSON object on stdout and nothing else there; the rest to stderr.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public final Integer call() {
    Workspace workspace = Workspace.current();
    Target target = where.target(workspace);
    try (Aws aws = new Aws(target)) {
      System.err.println(Whereabouts.of(target, aws));
      return run(new Emr(aws, target), workspace);
    } catch (SdkException e) {
      throw AwsFailure.of(e, target);
    }
  }

  /** Does the command's work; returns its exit code. */
  abstract int run(Emr emr, Workspace workspace);

  final boolean json() {
    return json;
  }

  final CommandSpec spec() {
    return spec;
  }

  /** What a person watches: on stderr when stdout is for JSON. */
  final Terminal terminal() {
    return json ? new Terminal(System.err, false) : Terminal.standard();
  }

  /** Prints the command's one JSON object, the target first. */
  final void print(Emr emr, Map<String, Object> members) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("target", emr.target().kind().name().toLowerCase(java.util.Locale.ROOT));
    all.put("endpoint", emr.target().endpoint().map(Object::toString).orElse(null));
    all.put("region", emr.target().region().id());
    all.putAll(members);
    try {
      System.out.println(JSON.writeValueAsString(all));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
