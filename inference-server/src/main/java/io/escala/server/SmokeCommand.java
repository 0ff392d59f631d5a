package io.escala.server;

import io.escala.inference.BundleSource;
import io.escala.inference.Manifest;
import java.net.URI;
import java.net.URISyntaxException;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Whether a server that says it is ready answers as training did. */
@Command(
    name = "smoke",
    mixinStandardHelpOptions = true,
    version = "Escala 0.1.0",
    sortOptions = false,
    usageHelpWidth = 110,
    description = {
      "Asks a server for the golden rows of each model and compares label and probabilities with what training computed.",
      "",
      "The rows and what must come back are read from the models root, not from the server. A server that is not there or"
          + " has another version in service is asked again until --timeout; one wrong answer ends it at once.%n"
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  java -jar escala-inference-server.jar smoke --url http://127.0.0.1:8080 --models models",
      "",
      "Exit codes: 0 every answer is right, 1 one is wrong or did not come (a line says which), 2 it was called wrongly."
    })
final class SmokeCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--url",
      required = true,
      paramLabel = "URL",
      description = "The server: http://host:port, or with https.")
  private String url;

  @Mixin private ModelOptions models;

  @Option(
      names = {"--every-address", "--every_address"},
      description =
          "Ask each address that the host has, such as each pod behind a headless service. Only with http.")
  private boolean everyAddress;

  @Option(
      names = "--timeout",
      defaultValue = "60",
      paramLabel = "S",
      description = "How long to wait for the server. Default: ${DEFAULT-VALUE}.")
  private int timeout;

  @Override
  public void run() {
    URI server = server();
    check(timeout > 0, "--timeout is " + timeout + ", but must be at least 1");
    check(
        !everyAddress || server.getScheme().equals("http"),
        "--every-address is given with "
            + url
            + ", but a certificate is for a name, not for its addresses: use http, or leave it out");
    BundleSource source = models.source(System.getenv());
    List<Manifest> manifests =
        models.served().stream().map(name -> ServedModels.manifest(source, name)).toList();
    // Java would remember for half a minute which pods there were
    Security.setProperty("networkaddress.cache.ttl", "1");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
    new Smoke(server, everyAddress, manifests, System.out).run(Duration.ofSeconds(timeout));
  }

  private URI server() {
    try {
      URI server = new URI(url);
      if (List.of("http", "https").contains(String.valueOf(server.getScheme()))
          && server.getHost() != null
          && List.of("", "/").contains(server.getPath())) {
        return server;
      }
    } catch (URISyntaxException e) {
      throw wrongUrl();
    }
    throw wrongUrl();
  }

  private ParameterException wrongUrl() {
    return new ParameterException(
        spec.commandLine(), "--url is " + url + ", but must look like http://host:port");
  }

  private void check(boolean good, String message) {
    if (!good) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
