package io.escala.localaws;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How an endpoint is started.
 *
 * @param state the folder that holds all that the endpoint remembers
 * @param port the port on 127.0.0.1; 0 for any free one
 * @param sparkClasspathFile a file whose one line is the class path that EMR steps run with; {@code
 *     null} when no step will run
 * @param lambdaRuntimeFolder the folder with the jars of Lambda's runtime client; {@code null} when
 *     no function will run
 * @param sparkJvmOptions options for the JVM of an EMR step
 * @param sparkJava the {@code java} that EMR steps run with; {@code null} for this JVM's own
 * @param javaHomes the JDK of each Java release that Lambda functions may ask for, by release
 *     ({@code 25})
 * @param region the region that every resource stands in
 * @param accountId twelve digits
 * @param nodeModules the {@code node_modules} that Lambda's Node runtime brings; {@code null} when
 *     no Node function will run
 */
public record Options(
    Path state,
    int port,
    Path sparkClasspathFile,
    Path lambdaRuntimeFolder,
    List<String> sparkJvmOptions,
    Path sparkJava,
    Map<Integer, Path> javaHomes,
    String region,
    String accountId,
    Path nodeModules) {

  /** The account that the endpoint plays unless told otherwise. */
  public static final String DEFAULT_ACCOUNT = "000000000000";

  /** The region that the endpoint plays unless told otherwise. */
  public static final String DEFAULT_REGION = "us-east-1";

  public Options {
    sparkJvmOptions = List.copyOf(sparkJvmOptions);
    javaHomes = Map.copyOf(javaHomes);
    if (!accountId.matches("\\d{12}")) {
      throw new IllegalArgumentException("an account id is twelve digits, not " + accountId);
    }
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("a port is between 0 and 65535, not " + port);
    }
  }

  /** An endpoint that runs neither EMR steps nor functions. */
  public static Options of(Path state, int port) {
    return new Options(
        state, port, null, null, List.of(), null, Map.of(), DEFAULT_REGION, DEFAULT_ACCOUNT, null);
  }
}
