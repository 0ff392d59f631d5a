package io.escala.localaws.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A Java on this machine.
 *
 * @param home its folder
 * @param feature its feature release, for example 25
 */
public record JavaInstallation(Path home, int feature) {

  /** The {@code java} program. */
  public Path executable() {
    return home.resolve("bin").resolve("java");
  }

  /** The Java that runs this endpoint. */
  public static JavaInstallation running() {
    return new JavaInstallation(
        Path.of(System.getProperty("java.home")), Runtime.version().feature());
  }

  /**
   * The Java to run code for {@code wanted}: that release itself if it is here, else the next newer
   * one.
   */
  public static Optional<JavaInstallation> atLeast(int wanted) {
    return found().stream()
        .filter(java -> java.feature() >= wanted)
        .min(Comparator.comparingInt(JavaInstallation::feature));
  }

  /** The running Java if it is one of {@code releases}, else the newest of them that is here. */
  public static Optional<JavaInstallation> oneOf(Set<Integer> releases) {
    if (releases.contains(running().feature())) {
      return Optional.of(running());
    }
    return found().stream()
        .filter(java -> releases.contains(java.feature()))
        .max(Comparator.comparingInt(JavaInstallation::feature));
  }

  private static List<JavaInstallation> found() {
    List<Path> homes = new ArrayList<>();
    Optional.ofNullable(System.getenv("JAVA_HOME"))
        .filter(home -> !home.isBlank())
        .map(Path::of)
        .ifPresent(homes::add);
    homes.addAll(children(Path.of("/usr/lib/jvm")));
    homes.addAll(children(Path.of(System.getProperty("user.home"), ".sdkman/candidates/java")));
    children(Path.of("/Library/Java/JavaVirtualMachines"))
        .forEach(bundle -> homes.add(bundle.resolve("Contents/Home")));
    children(Path.of("/opt/homebrew/opt"))
        .forEach(keg -> homes.add(keg.resolve("libexec/openjdk.jdk/Contents/Home")));

    Map<Path, JavaInstallation> found = new LinkedHashMap<>();
    found.put(running().home(), running());
    for (Path home : homes) {
      feature(home)
          .ifPresent(feature -> found.putIfAbsent(home, new JavaInstallation(home, feature)));
    }
    return List.copyOf(found.values());
  }

  private static List<Path> children(Path folder) {
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Every JDK since 9 has a file {@code release} that names its version. */
  private static Optional<Integer> feature(Path home) {
    if (!Files.isExecutable(home.resolve("bin").resolve("java"))) {
      return Optional.empty();
    }
    try (Stream<String> lines = Files.lines(home.resolve("release"))) {
      return lines
          .filter(line -> line.startsWith("JAVA_VERSION="))
          .map(line -> line.replaceAll("JAVA_VERSION=\"?(\\d+).*", "$1"))
          .map(Integer::valueOf)
          .findFirst();
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
