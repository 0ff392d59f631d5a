package io.escala.localaws.lambda;

import io.escala.localaws.state.StateFolder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What Lambda needs to know of its surroundings.
 *
 * @param state the endpoint's folder
 * @param runtimeFolder the jars of AWS's runtime client for Java; null when no Java function will
 *     run
 * @param javaHomes JDKs by release, preferred to those that are found
 * @param nodeModules what Lambda's Node runtime brings; null when no Node function will run
 * @param region the region of functions
 * @param accountId their account
 * @param endpoint this endpoint's address, where a function's AWS SDK calls
 * @param environment what each function sees beside Lambda's variables and its own
 * @param instances how many instances of one version may run at once
 * @param idle after which time an instance is stopped
 */
public record LambdaSettings(
    StateFolder state,
    Path runtimeFolder,
    Map<Integer, Path> javaHomes,
    Path nodeModules,
    String region,
    String accountId,
    String endpoint,
    Map<String, String> environment,
    int instances,
    Duration idle) {
  public LambdaSettings {
    environment = Map.copyOf(environment);
  }

  Path folder(String function) {
    return state.path("lambda/" + function).toAbsolutePath();
  }

  String arn(String function) {
    return "arn:aws:lambda:" + region + ":" + accountId + ":function:" + function;
  }

  String mappingArn(String uuid) {
    return "arn:aws:lambda:" + region + ":" + accountId + ":event-source-mapping:" + uuid;
  }
}
