package io.escala.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A command that asks AWS, or what stands in for it. It says first, on stderr, where it goes; a
 * failure of AWS is one sentence and the next step.
 */
public abstract class AwsCommand implements Callable<Integer> {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  @Mixin private TargetOptions where;

  @Option(
      names = "--json",
      description = "Print one JSON object on stdout and nothing else there; the rest to stderr.")
  private boolean json;

  @Spec private CommandSpec spec;

  @Override
  public final Integer call() {
    Workspace workspace = Workspace.current();
    Target target;
    try {
      target = where.target(workspace);
    } catch (TargetOptions.NoEndpointException e) {
      return runWithoutEndpoint(workspace, e);
    }
    try (Aws aws = new Aws(target)) {
      System.err.println(Whereabouts.of(target, aws));
      return run(aws, target, workspace);
    } catch (SdkException e) {
      throw AwsFailure.of(e, target);
    }
  }

  /** Does the command's work; returns its exit code. */
  protected abstract int run(Aws aws, Target target, Workspace workspace);

  /**
   * What the command does where the endpoint of this checkout is meant and does not run; by default
   * that is a mistake.
   */
  protected int runWithoutEndpoint(Workspace workspace, UserException mistake) {
    throw mistake;
  }

  /** Whether stdout is for JSON alone. */
  protected final boolean json() {
    return json;
  }

  /** How the command was called. */
  protected final CommandSpec spec() {
    return spec;
  }

  /** What a person watches: on stderr when stdout is for JSON. */
  protected final Terminal terminal() {
    return json ? new Terminal(System.err, false) : Terminal.standard();
  }

  /** Prints the command's one JSON object, the target first. */
  protected static void print(Target target, Map<String, Object> members) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("target", target.kind().name().toLowerCase(Locale.ROOT));
    all.put("endpoint", target.endpoint().map(Object::toString).orElse(null));
    all.put("region", target.region().id());
    all.putAll(members);
    print(all);
  }

  /** Prints the command's one JSON object. */
  protected static void print(Map<String, Object> all) {
    try {
      System.out.println(JSON.writeValueAsString(all));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
