package io.escala.infra;

import static java.util.Objects.requireNonNull;

import io.escala.infra.config.Architecture;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What goes into a {@link JavaImage}. Whatever changes here is a new image; what does not is the
 * image that is there.
 *
 * @param builderZip the function that builds it
 * @param app a folder with one jar, which is run, and beside it {@code libs/}
 * @param models a folder of bundles to put into the image at {@code /app/models}, and the names of
 *     those that are wanted
 * @param base what the image is built on
 * @param architecture the processor of the machines that run it
 * @param jvmFlags before {@code -jar}
 * @param arguments of the program, if whoever runs the image gives none
 * @param logRetentionDays how long CloudWatch keeps the builder's log; one of the numbers it
 *     accepts
 */
record JavaImageProps(
    Path builderZip,
    Path app,
    Optional<Models> models,
    BaseImage base,
    Architecture architecture,
    List<String> jvmFlags,
    List<String> arguments,
    long logRetentionDays) {

  /**
   * Bundles from a folder.
   *
   * @param names those to take: what somebody trains into that folder must not change what is
   *     deployed
   */
  record Models(Path folder, List<String> names) {
    Models {
      requireNonNull(folder, "folder is null");
      names = List.copyOf(names);
      if (names.isEmpty()) {
        throw new IllegalArgumentException("no model is named, so there is none to put into it");
      }
    }
  }

  JavaImageProps {
    requireNonNull(builderZip, "builderZip is null");
    requireNonNull(app, "app is null");
    requireNonNull(models, "models is null");
    requireNonNull(base, "base is null");
    requireNonNull(architecture, "architecture is null");
    jvmFlags = List.copyOf(jvmFlags);
    arguments = List.copyOf(arguments);
  }

  /** The inference server on Corretto 25 and x86_64, no models in it. */
  static JavaImageProps of(Artifacts artifacts) {
    return new JavaImageProps(
        artifacts.imageBuilderZip(),
        artifacts.serverFolder(),
        Optional.empty(),
        BaseImage.CORRETTO_25,
        Architecture.X86_64,
        // Half for the heap: ONNX Runtime's memory is outside of it. Nearly all memory of a request
        // is young: the collector that costs threads least suits it (docs/measurements.md). A JVM
        // that ran out of memory is no longer to be trusted: another is started in its place.
        List.of("-XX:MaxRAMPercentage=50", "-XX:+UseParallelGC", "-XX:+ExitOnOutOfMemoryError"),
        List.of(),
        14);
  }

  JavaImageProps withModels(Path folder, String... names) {
    return new JavaImageProps(
        builderZip,
        app,
        Optional.of(new Models(folder, List.of(names))),
        base,
        architecture,
        jvmFlags,
        arguments,
        logRetentionDays);
  }

  JavaImageProps withBase(BaseImage other) {
    return new JavaImageProps(
        builderZip, app, models, other, architecture, jvmFlags, arguments, logRetentionDays);
  }

  JavaImageProps withArchitecture(Architecture other) {
    return new JavaImageProps(
        builderZip, app, models, base, other, jvmFlags, arguments, logRetentionDays);
  }

  JavaImageProps withJvmFlags(String... flags) {
    return new JavaImageProps(
        builderZip, app, models, base, architecture, List.of(flags), arguments, logRetentionDays);
  }

  JavaImageProps withArguments(String... given) {
    return new JavaImageProps(
        builderZip, app, models, base, architecture, jvmFlags, List.of(given), logRetentionDays);
  }

  JavaImageProps withLogRetentionDays(long days) {
    return new JavaImageProps(
        builderZip, app, models, base, architecture, jvmFlags, arguments, days);
  }
}
