package io.escala.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.jar.JarFile;
import java.util.stream.Stream;

/**
 * The files of an application, told apart by how often they change.
 *
 * @param folder they are in
 * @param jar that is run
 * @param libs what others made: jars, and libraries for one platform
 * @param classes what we made: {@code jar}, and those below {@code libs/} of the same Maven group
 */
record AppFolder(Path folder, Path jar, List<Path> libs, List<Path> classes) {
  private static final String LIBS = "libs";
  private static final String NATIVE = "native";

  /**
   * Looks at a folder.
   *
   * @throws ImageException if it is not one jar beside {@code libs/}
   */
  static AppFolder read(Path folder, ImagePlatform platform) throws ImageException, IOException {
    List<Path> top = list(folder);
    List<Path> jars = top.stream().filter(AppFolder::isJar).toList();
    if (jars.size() != 1) {
      throw new ImageException(
          "the application has "
              + (jars.isEmpty() ? "no jar" : jars.size() + " jars " + names(jars))
              + " beside libs/, but must have one, which is run; it has "
              + names(top));
    }
    Path libs = folder.resolve(LIBS);
    if (!Files.isDirectory(libs)) {
      throw new ImageException(
          "the application has no folder libs/ beside "
              + jars.get(0).getFileName()
              + "; it has "
              + names(top));
    }
    if (top.size() != 2) {
      throw new ImageException(
          "the application must be one jar and libs/, nothing else, but has " + names(top));
    }
    String group = group(jars.get(0));
    List<Path> below = files(libs);
    if (below.stream().noneMatch(file -> isNative(libs, file, platform))
        && below.stream().anyMatch(file -> isNativeOfAny(libs, file))) {
      throw new ImageException(
          "the application has libraries for other platforms, but none for "
              + platform.label()
              + ": libs/native/"
              + platform.natives()
              + " is missing");
    }
    List<Path> wanted =
        below.stream()
            .filter(file -> !isNativeOfAny(libs, file) || isNative(libs, file, platform))
            .toList();
    Predicate<Path> ours = file -> isJar(file) && !group.isEmpty() && group(file).equals(group);
    return new AppFolder(
        folder,
        jars.get(0),
        wanted.stream().filter(ours.negate()).toList(),
        Stream.concat(Stream.of(jars.get(0)), wanted.stream().filter(ours)).toList());
  }

  /** The files below a folder, sorted by name: what is made of them does not depend on the disk. */
  static List<Path> files(Path folder) throws ImageException, IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> files = all.filter(file -> !Files.isDirectory(file)).sorted().toList();
      for (Path file : files) {
        if (!Files.isRegularFile(file, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
          throw new ImageException(
              folder.relativize(file) + " is a link or a device: an image takes files only");
        }
      }
      return files;
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }

  private static String names(List<Path> files) {
    return files.stream().map(file -> file.getFileName().toString()).toList().toString();
  }

  private static boolean isJar(Path file) {
    return file.toString().endsWith(".jar") && Files.isRegularFile(file);
  }

  private static boolean isNativeOfAny(Path libs, Path file) {
    return file.startsWith(libs.resolve(NATIVE));
  }

  private static boolean isNative(Path libs, Path file, ImagePlatform platform) {
    return file.startsWith(libs.resolve(NATIVE).resolve(platform.natives()));
  }

  /** The Maven group that a jar says it is of; empty if it says nothing, or several. */
  private static String group(Path jar) {
    try (JarFile opened = new JarFile(jar.toFile())) {
      List<String> groups =
          opened.stream()
              .map(entry -> entry.getName().split("/", -1))
              .filter(
                  name ->
                      name.length == 5
                          && name[0].equals("META-INF")
                          && name[1].equals("maven")
                          && name[4].equals("pom.properties"))
              .map(name -> name[2])
              .distinct()
              .toList();
      return groups.size() == 1 ? groups.get(0) : "";
    } catch (IOException e) {
      return ""; // java -jar will say what is wrong with it; it is shipped as it is
    }
  }
}
