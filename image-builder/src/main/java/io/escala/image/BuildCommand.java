package io.escala.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The builder without AWS: an image into an OCI layout, a folder that tools read. */
@Command(
    name = "build-image",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpWidth = 110,
    description = {
      "Builds a container image of a Java application into an OCI layout, without Docker, and prints its layers.",
      "",
      "The same files give the same digest.%n"
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  java -cp \"$(cat image-builder/target/image-builder.classpath):image-builder/target/escala-image-builder-0.1.0.jar\" \\",
      "    io.escala.image.BuildCommand --app inference-server/target/inference-server --models models --layout target/image",
      "",
      "Exit codes: 0 built or already there, 1 not built, 2 called wrongly."
    })
public final class BuildCommand implements Runnable {
  @Option(
      names = "--app",
      required = true,
      paramLabel = "DIR",
      description = "One jar, which is run, and libs/.")
  private Path app;

  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "Bundles to put into the image at /app/models.")
  private Optional<Path> models = Optional.empty();

  @Option(
      names = "--base",
      defaultValue = Base.SCRATCH,
      paramLabel = "IMAGE",
      description =
          "registry/repository@sha256:..., or scratch, which has no JDK. Default: ${DEFAULT-VALUE}.")
  private String base;

  @Option(
      names = "--platform",
      defaultValue = "linux/amd64",
      description = "linux/amd64 or linux/arm64. Default: ${DEFAULT-VALUE}.")
  private String platform;

  @Option(names = "--jvm-flag", paramLabel = "FLAG", description = "May be given several times.")
  private List<String> jvmFlags = new ArrayList<>();

  @Option(
      names = "--layout",
      required = true,
      paramLabel = "DIR",
      description = "The OCI layout: made if there is none; images in it stay.")
  private Path layout;

  @Option(
      names = "--tag",
      defaultValue = "latest",
      description =
          "Its name in there, which must be free or have this image. Default: ${DEFAULT-VALUE}.")
  private String tag;

  /** Ends with 0, 1 or 2. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new BuildCommand())
        .setExecutionExceptionHandler(
            (e, line, parsed) -> {
              System.err.println(
                  "escala: " + (e.getCause() == null ? e : e.getCause()).getMessage());
              return 1;
            })
        .execute(args);
  }

  @Override
  public void run() {
    try (WorkFolder work = WorkFolder.make()) {
      BuiltImage image =
          ImageBuilder.build(
              new ImageSpec(
                  app, models, Base.of(base), ImagePlatform.of(platform), jvmFlags, List.of()),
              new LayoutTag(Files.createDirectories(layout), "escala/image", tag),
              work.path());
      image
          .layers()
          .forEach(
              layer ->
                  System.out.printf(
                      Locale.ROOT,
                      "%-8s %,12d bytes  %s%n",
                      layer.name(),
                      layer.bytes(),
                      layer.digest()));
      System.out.println(image.digest());
    } catch (ImageException | IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
