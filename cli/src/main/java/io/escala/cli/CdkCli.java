package io.escala.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The CDK CLI that package.json pins, pointed at the local endpoint. */
final class CdkCli {
  private final Workspace workspace;
  private final LocalEndpoint endpoint;
  private final Map<String, String> context;
  private final CdkOutput output;

  /**
   * @param context settings of the app that override those of cdk.json, by their context key
   */
  CdkCli(
      Workspace workspace, LocalEndpoint endpoint, Map<String, String> context, Terminal terminal) {
    this.workspace = workspace;
    this.endpoint = endpoint;
    this.context = context;
    this.output = new CdkOutput(terminal, workspace.home().resolve("cdk.log"));
  }

  /** {@code cdk deploy --all}; both dependants of the storage stack side by side. */
  void deployAll() {
    deployWithNeeds("--all");
  }

  /** {@code cdk deploy} of some stacks and of all that they need. */
  void deployWithNeeds(String... stacks) {
    List<String> arguments = new ArrayList<>(List.of("deploy"));
    arguments.addAll(List.of(stacks));
    arguments.addAll(
        List.of("--require-approval", "never", "--progress", "events", "--concurrency", "2"));
    run(arguments);
  }

  /** {@code cdk deploy} of one stack and nothing else, with further settings of the app. */
  void deploy(String stack, Map<String, String> settings) {
    Map<String, String> all = new LinkedHashMap<>(context);
    all.putAll(settings);
    run(
        List.of(
            "deploy",
            stack,
            "--exclusively",
            "--require-approval",
            "never",
            "--progress",
            "events"),
        all);
  }

  /** {@code cdk destroy} of one stack, and of what depends on it. */
  void destroy(String stack) {
    run(List.of("destroy", stack, "--force"));
  }

  /** {@code cdk destroy --all}. */
  void destroyAll() {
    run(List.of("destroy", "--all", "--force"));
  }

  private void run(List<String> arguments) {
    run(arguments, context);
  }

  private void run(List<String> arguments, Map<String, String> settings) {
    Path root = workspace.root();
    List<String> command = new ArrayList<>();
    command.add(root.resolve("node_modules/.bin/cdk").toString());
    command.addAll(arguments);
    command.addAll(
        List.of("--output", workspace.cloudAssembly().toString(), "--no-color", "--no-notices"));
    settings.forEach((key, value) -> command.addAll(List.of("-c", key + "=" + value)));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(root.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("AWS_") && !name.equals("AWS_CA_BUNDLE"));
    environment.putAll(endpoint.environment(workspace));
    environment.put("CDK_DISABLE_CLI_TELEMETRY", "true");
    environment.put("NODE_NO_WARNINGS", "1"); // the CLI's SDK warns of Node 20 at every call
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
        lines.lines().filter(line -> !line.isBlank()).forEach(output::accept);
      }
      int exit = process.waitFor();
      if (exit != 0) {
        output.lastWords().forEach(line -> System.err.println("  " + line));
        throw new UserException(
            "cdk %s failed (exit code %d); its own words stand above, all of them in %s"
                .formatted(arguments.get(0), exit, Workspace.show(output.log())));
      }
    } catch (IOException e) {
      throw new UserException(
          "cannot run the CDK CLI, " + command.get(0) + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("interrupted", e);
    }
  }
}
