package io.escala.server;

import io.escala.inference.Bundle;
import io.escala.inference.BundleException;
import io.escala.inference.BundleSource;
import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Whether models can be served, before anything serves them. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    version = "Escala 0.1.0",
    sortOptions = false,
    usageHelpWidth = 110,
    description = {
      "Opens models as serving does: reads each, checks its files by their hashes, scores its golden rows. Serves nothing.%n"
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  java -jar escala-inference-server.jar verify --models s3://my-bucket/models --model bank@20261123T194500Z-1a2b3c4d",
      "",
      "Exit codes: 0 all can be served, 1 one cannot (a line says why), 2 it was called wrongly."
    })
final class VerifyCommand implements Runnable {
  @Mixin private ModelOptions models;

  @Override
  public void run() {
    BundleSource source = models.source(System.getenv());
    NativeLibraries.use();
    for (String name : models.served()) {
      System.out.println(verify(source, name) + " can be served");
    }
  }

  private static String verify(BundleSource source, String name) {
    BundleVersion version = ServedModels.version(source, name);
    try (Model model = Bundle.open(source.files(name, version))) {
      Manifest manifest = model.manifest();
      if (!manifest.name().equals(name) || !manifest.version().equals(version)) {
        throw new BundleException(
            "its manifest says it is " + manifest.name() + " " + manifest.version());
      }
      return name + " " + version;
    } catch (BundleException e) {
      throw new StartException(
          "version " + version + " of model " + name + " cannot be served: " + e.getMessage());
    } catch (IOException e) {
      throw new StartException(
          "version " + version + " of model " + name + " cannot be read: " + e.getMessage());
    }
  }
}
