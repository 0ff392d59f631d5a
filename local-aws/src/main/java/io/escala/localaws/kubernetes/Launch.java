package io.escala.localaws.kubernetes;

import io.escala.localaws.process.JavaInstallation;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A container's command line and environment, turned into those of a process that shares this
 * machine with others: its address is the pod's own, paths of the image and of volumes lead to
 * where those lie, and memory and processors that cgroups would limit are told to the JVM.
 *
 * @param command the program and its arguments
 * @param environment all of it
 * @param folder working directory
 */
record Launch(List<String> command, Map<String, String> environment, Path folder) {
  private static final Pattern VARIABLE =
      Pattern.compile("\\$(\\$\\(|\\(([A-Za-z_][A-Za-z0-9_]*)\\))");
  private static final Pattern PATH = Pattern.compile("(?<=^|[:=@,])/(?!/)[^:=,]*");

  /** What a container can be given from outside its own description. */
  record Place(
      ContainerImage image,
      Map<String, Path> mounts,
      Map<String, String> podFields,
      Map<String, String> clusterEnvironment,
      Map<Integer, Path> javaHomes,
      Path watchAgent,
      Path temporary,
      int port,
      String address,
      Path hosts,
      UnaryOperator<String> serviceAddresses) {}

  /**
   * @throws IllegalArgumentException when it cannot run here; the message says what must change
   */
  static Launch of(Container container, Place place) {
    ContainerImage image = place.image();
    Map<String, String> environment = environment(container, place);
    List<String> command = new ArrayList<>();
    command.addAll(container.command().isEmpty() ? image.entryPoint() : container.command());
    if (!container.args().isEmpty()) {
      command.addAll(container.args());
    } else if (container.command().isEmpty()) {
      command.addAll(image.command());
    }
    command.replaceAll(text -> expand(text, environment));
    if (command.isEmpty() || !Path.of(command.get(0)).endsWith("java")) {
      throw new IllegalArgumentException(
          "the container "
              + container.name()
              + " runs "
              + (command.isEmpty() ? "nothing" : command.get(0))
              + "; local-aws runs images whose entry point is java");
    }
    container.port().ifPresent(port -> ownAddress(command, environment, container, port, place));
    command.replaceAll(text -> place.serviceAddresses().apply(local(text, place)));
    environment.replaceAll(
        (name, text) ->
            place.serviceAddresses().apply(name.equals("PATH") ? text : local(text, place)));
    List<String> java = new ArrayList<>();
    java.add(java(image, place).toString());
    java.add("-javaagent:" + place.watchAgent());
    java.add("-Djava.io.tmpdir=" + place.temporary());
    java.add("-Djdk.net.hosts.file=" + place.hosts());
    BigDecimal memory = container.resources().get("limits.memory");
    if (memory != null) {
      java.add("-XX:MaxRAM=" + memory.longValue());
    }
    BigDecimal processors = container.resources().get("limits.cpu");
    if (processors != null) {
      java.add(
          "-XX:ActiveProcessorCount=" + Math.max(1, Quantity.divided(processors, BigDecimal.ONE)));
    }
    java.addAll(command.subList(1, command.size()));
    return new Launch(java, environment, folder(image));
  }

  private static Map<String, String> environment(Container container, Place place) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    environment.put("TMPDIR", place.temporary().toString());
    environment.put("HOSTNAME", place.podFields().get("metadata.name"));
    environment.putAll(place.clusterEnvironment());
    place
        .image()
        .environment()
        .forEach(
            (name, value) -> {
              if (!name.equals("PATH") && !name.equals("JAVA_HOME")) {
                environment.put(name, value);
              }
            });
    for (EnvVar variable : container.env()) {
      environment.put(variable.name(), value(variable, container, place, environment));
    }
    return environment;
  }

  private static String value(
      EnvVar variable, Container container, Place place, Map<String, String> before) {
    if (variable.field() != null) {
      String field = place.podFields().get(variable.field());
      if (field == null) {
        throw new IllegalArgumentException(
            "the variable "
                + variable.name()
                + " asks for the pod's "
                + variable.field()
                + "; local-aws knows "
                + String.join(", ", place.podFields().keySet().stream().sorted().toList()));
      }
      return field;
    }
    if (variable.resource() != null) {
      BigDecimal amount = container.resources().get(variable.resource());
      if (amount == null) {
        throw new IllegalArgumentException(
            "the variable "
                + variable.name()
                + " asks for "
                + variable.resource()
                + ", which the container "
                + container.name()
                + " does not state");
      }
      return Long.toString(Quantity.divided(amount, variable.divisor()));
    }
    return expand(variable.value(), before);
  }

  /** {@code $(NAME)} is a variable's value, {@code $$(NAME)} itself; unknown ones stay. */
  static String expand(String text, Map<String, String> environment) {
    return VARIABLE
        .matcher(text)
        .replaceAll(
            found -> {
              String name = found.group(2);
              String value = name == null ? "$(" : environment.getOrDefault(name, found.group());
              return Matcher.quoteReplacement(value);
            });
  }

  /**
   * A container listens on all addresses of a network of its own. A process of this machine must
   * listen on the pod's address only, and on a port that nobody has taken on all of the machine's.
   */
  private static void ownAddress(
      List<String> command,
      Map<String, String> environment,
      Container container,
      int port,
      Place place) {
    tell(command, environment, container, "--port", "PORT", port, Integer.toString(place.port()));
    tell(command, environment, container, "--host", "HOST", "0.0.0.0", place.address());
  }

  private static void tell(
      List<String> command,
      Map<String, String> environment,
      Container container,
      String option,
      String variable,
      Object from,
      String own) {
    boolean told = replaceOption(command, option, from.toString(), own);
    if (from.toString().equals(environment.get(variable))) {
      environment.put(variable, own);
      told = true;
    }
    if (!told) {
      throw new IllegalArgumentException(
          "the container %s listens on %s, but nothing says so: local-aws gives each pod an address of its own and needs `%s %s` in args, or the variable %s"
              .formatted(container.name(), from, option, from, variable));
    }
  }

  private static boolean replaceOption(
      List<String> command, String option, String from, String to) {
    boolean found = false;
    for (int i = 0; i < command.size(); i++) {
      if (command.get(i).equals(option + "=" + from)) {
        command.set(i, option + "=" + to);
        found = true;
      } else if (command.get(i).equals(from) && i > 0 && command.get(i - 1).equals(option)) {
        command.set(i, to);
        found = true;
      }
    }
    return found;
  }

  /** Paths of volumes and of the image become those of this machine; others stay as they are. */
  private static String local(String text, Place place) {
    return PATH.matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(localPath(found.group(), place)));
  }

  private static String localPath(String path, Place place) {
    for (Map.Entry<String, Path> mount : place.mounts().entrySet()) {
      if (path.equals(mount.getKey()) || path.startsWith(mount.getKey() + "/")) {
        return mount.getValue() + path.substring(mount.getKey().length());
      }
    }
    String bare = path.endsWith("/*") ? path.substring(0, path.length() - 2) : path;
    String relative = bare.substring(1);
    return !relative.isEmpty() && Files.exists(place.image().root().resolve(relative))
        ? place.image().root() + path
        : path;
  }

  private static Path folder(ContainerImage image) {
    Path folder = image.root().resolve(image.folder().replaceFirst("^/+", ""));
    return Files.isDirectory(folder) ? folder : image.root();
  }

  private static Path java(ContainerImage image, Place place) {
    Path told = place.javaHomes().get(image.javaRelease());
    return Optional.ofNullable(told)
        .map(home -> home.resolve("bin").resolve("java"))
        .or(() -> JavaInstallation.atLeast(image.javaRelease()).map(JavaInstallation::executable))
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "the image brings Java "
                        + image.javaRelease()
                        + ", and this machine has none that is as new: install a JDK "
                        + image.javaRelease()));
  }
}
