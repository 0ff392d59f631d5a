package io.escala.image;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What an image is made of. Equal content makes an equal digest, wherever and whenever it is built.
 *
 * @param app a folder with one jar, which is run, and {@code libs/}, where its manifest looks for
 *     others; {@code libs/native/} has a folder of libraries for each platform
 * @param models a folder of bundles, for {@code /app/models}
 * @param base what it is built on
 * @param platform of which libraries are taken, and the base image if it has several
 * @param jvmFlags before {@code -jar}
 * @param arguments of the program, if whoever runs the image gives none
 */
record ImageSpec(
    Path app,
    Optional<Path> models,
    Base base,
    ImagePlatform platform,
    List<String> jvmFlags,
    List<String> arguments) {
  ImageSpec {
    requireNonNull(app, "app is null");
    requireNonNull(models, "models is null");
    requireNonNull(base, "base is null");
    requireNonNull(platform, "platform is null");
    jvmFlags = List.copyOf(jvmFlags);
    arguments = List.copyOf(arguments);
  }
}
