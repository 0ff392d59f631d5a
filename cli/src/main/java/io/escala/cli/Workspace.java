package io.escala.cli;

import java.nio.file.Path;

/**
 * Where things are.
 *
 * @param root the checkout
 * @param home what {@code up} makes and {@code down} removes: the endpoint's state, its log, the
 *     synthesized app
 * @param sparkJava the {@code java} command of a JDK that Spark runs on
 */
public record Workspace(Path root, Path home, Path sparkJava) {

  /**
   * The checkout that the launcher stands in, with {@code home} below it unless {@code ESCALA_HOME}
   * names another.
   */
  public static Workspace current() {
    Path root = Path.of(required("escala.root"));
    String home = System.getenv("ESCALA_HOME");
    return new Workspace(
        root,
        home == null || home.isEmpty() ? root.resolve(".escala") : Path.of(home).toAbsolutePath(),
        Path.of(required("escala.sparkJava")));
  }

  private static String required(String property) {
    String value = System.getProperty(property);
    if (value == null) {
      throw new IllegalStateException("run ./escala, which sets -D" + property);
    }
    return value;
  }

  /** The endpoint's state: objects as files, stacks, clusters, functions. */
  public Path state() {
    return home.resolve("aws");
  }

  Path endpointLog() {
    return home.resolve("endpoint.log");
  }

  Path cloudAssembly() {
    return home.resolve("cdk.out");
  }

  /** A path as a person standing in {@code directory} would type it. */
  public static String show(Path path) {
    Path here = Path.of("").toAbsolutePath();
    return path.startsWith(here) ? here.relativize(path).toString() : path.toString();
  }
}
