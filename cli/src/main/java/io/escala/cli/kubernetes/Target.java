package io.escala.cli.kubernetes;

import io.escala.cli.LocalEndpoint;
import io.escala.cli.UserException;
import io.escala.cli.Workspace;
import picocli.CommandLine.Option;

/** Which cluster a command is for. */
final class Target {
  @Option(
      names = "--context",
      paramLabel = "NAME",
      arity = "0..1",
      fallbackValue = "",
      description = {
        "Go to a real cluster, with the kubectl and helm of this machine, by this context of the kubeconfig; without NAME by the current one.",
        "Without this option: the cluster of `./escala up --with kubernetes`, on this machine."
      })
  private String context;

  Cluster cluster() {
    if (context != null) {
      return new RemoteCluster(context);
    }
    return LocalEndpoint.find(Workspace.current())
        .map(endpoint -> new LocalCluster(endpoint.uri()))
        .orElseThrow(
            () ->
                new UserException(
                    "nothing runs on this machine; ./escala up --with kubernetes starts it, --context goes to a real cluster"));
  }
}
