package io.escala.localaws.kubernetes;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * An image as a process of this machine can run it: its layers, unpacked.
 *
 * @param root where the image's {@code /} lies; of a base image nothing needs to lie there but what
 *     the entry point reads
 * @param entryPoint program and arguments
 * @param command arguments that a container's own replace
 * @param environment variables that a container's own override
 * @param folder working directory in the image, for example {@code /app}; {@code /} when it has
 *     none
 * @param javaRelease the release of Java that the image brings
 */
public record ContainerImage(
    Path root,
    List<String> entryPoint,
    List<String> command,
    Map<String, String> environment,
    String folder,
    int javaRelease) {
  public ContainerImage {
    entryPoint = List.copyOf(entryPoint);
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }
}
