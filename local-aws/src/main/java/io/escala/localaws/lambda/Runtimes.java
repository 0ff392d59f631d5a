package io.escala.localaws.lambda;

import io.escala.localaws.process.ChildProcess;
import io.escala.localaws.process.JavaInstallation;
import io.escala.localaws.process.ParentWatch;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How a function's process is started: Java under AWS's own runtime client, and Node. */
final class Runtimes {
  private static final Pattern JAVA = Pattern.compile("java(17|21|25)");
  private static final Pattern NODE = Pattern.compile("nodejs(18|20|22|24)\\.x");
  private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.";

  private final LambdaSettings settings;
  private Path watch;

  Runtimes(LambdaSettings settings) {
    this.settings = settings;
  }

  /**
   * The program and its arguments.
   *
   * @param note what differs from the runtime that was asked for; empty for nothing
   */
  record Launch(List<String> command, String note) {}

  /**
   * Refuses a runtime that cannot run here.
   *
   * @throws IllegalArgumentException naming it
   */
  void require(String runtime) {
    if (JAVA.matcher(runtime).matches()) {
      if (!FunctionCode.onLinux()) {
        throw new IllegalArgumentException(
            "AWS's runtime client for Java exists for Linux only; this machine runs "
                + System.getProperty("os.name"));
      }
      jars();
    } else if (NODE.matcher(runtime).matches()) {
      node();
    } else {
      throw new IllegalArgumentException(
          "local-aws runs functions of the runtimes java17, java21, java25 and nodejs18.x to"
              + " nodejs24.x; this one's is "
              + runtime);
    }
  }

  /**
   * How to start an instance.
   *
   * @param temporary the instance's own /tmp
   */
  Launch launch(FunctionConfig config, Path temporary) {
    require(config.runtime()); // one that the endpoint keeps and does not run
    return config.java() ? java(config, temporary) : node(config);
  }

  private Launch java(FunctionConfig config, Path temporary) {
    Matcher release = JAVA.matcher(config.runtime());
    if (!release.matches()) {
      throw new IllegalStateException(config.runtime());
    }
    int wanted = Integer.parseInt(release.group(1));
    JavaInstallation java =
        Optional.ofNullable(settings.javaHomes().get(wanted))
            .map(home -> new JavaInstallation(home, wanted))
            .or(() -> JavaInstallation.atLeast(wanted))
            .orElseGet(JavaInstallation::running);
    List<Path> jars = jars();

    List<String> command = new ArrayList<>();
    command.add(java.executable().toString());
    // As the managed runtime starts its JVM; it leaves 15 % of the memory to other than the heap.
    command.add("-XX:MaxHeapSize=" + config.memoryMb() * 870L + "k");
    command.add("-XX:+UseSerialGC");
    command.add("-XX:+TieredCompilation");
    command.add("-XX:TieredStopAtLevel=1");
    command.add("--add-opens=java.base/java.io=ALL-UNNAMED");
    command.add("-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac");
    command.add("-Djava.net.preferIPv4Stack=true");
    command.add("-XX:+ErrorFileToStderr");
    command.add("-Djava.io.tmpdir=" + temporary);
    command.add("-D" + CLIENT + "runtimeapi.NativeClient.JNI=" + nativeClient(jars));
    command.add("-cp");
    List<String> classPath = new ArrayList<>(List.of(watch().toString()));
    jars.forEach(jar -> classPath.add(jar.toString()));
    command.add(String.join(File.pathSeparator, classPath));
    command.add(ParentWatch.class.getName());
    command.add(CLIENT + "AWSLambda");
    command.add(config.handler());
    return new Launch(
        command,
        java.feature() == wanted
            ? ""
            : config.runtime() + " runs on the JDK " + java.feature() + " that is here");
  }

  private Launch node(FunctionConfig config) {
    return new Launch(
        List.of(
            node().toString(),
            "--max-old-space-size=" + config.memoryMb() * 9 / 10,
            resource("node-runtime.cjs").toString()),
        config.runtime() + " runs on the Node that is here");
  }

  /** Variables that only the runtime's own process gets. */
  Map<String, String> environment(FunctionConfig config) {
    if (config.java() || settings.nodeModules() == null) {
      return Map.of();
    }
    return Map.of("NODE_PATH", settings.nodeModules().toAbsolutePath().toString());
  }

  private List<Path> jars() {
    if (settings.runtimeFolder() == null) {
      throw new IllegalArgumentException(
          "this endpoint was started without the folder of Lambda's runtime client");
    }
    try (Stream<Path> files = Files.list(settings.runtimeFolder())) {
      List<Path> jars =
          files
              .filter(file -> file.toString().endsWith(".jar"))
              .map(Path::toAbsolutePath)
              .sorted()
              .toList();
      if (!jars.isEmpty()) {
        return jars;
      }
    } catch (IOException e) {
      // Said below: a folder that cannot be listed holds no jars for us.
    }
    throw new IllegalArgumentException(
        "Lambda's runtime client is missing in "
            + settings.runtimeFolder()
            + ": build the project first, with mvn package");
  }

  /**
   * The runtime client's native part, out of its jar. Left alone it would copy it to one fixed file
   * in /tmp, which two users of a machine cannot share.
   */
  private synchronized Path nativeClient(List<Path> jars) {
    boolean musl = Files.exists(Path.of("/etc/alpine-release"));
    String name =
        "libaws-lambda-jni.linux"
            + (musl ? "_musl-" : "-")
            + (FunctionCode.thisMachine().equals("arm64") ? "aarch_64" : "x86_64")
            + ".so";
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        var entry = file.getEntry("jni/" + name);
        if (entry != null) {
          try (InputStream in = file.getInputStream(entry)) {
            return place(name, in);
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + jar + ": " + e.getMessage(), e);
      }
    }
    throw new IllegalArgumentException("no jar in " + settings.runtimeFolder() + " holds " + name);
  }

  private synchronized Path watch() {
    if (watch == null) {
      watch = ChildProcess.installWatch(settings.state().path("lambda/.runtime").toAbsolutePath());
    }
    return watch;
  }

  private synchronized Path resource(String name) {
    try (InputStream in = Runtimes.class.getResourceAsStream(name)) {
      return place(name, in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path place(String name, InputStream in) throws IOException {
    Path file = settings.state().path("lambda/.runtime/" + name).toAbsolutePath();
    byte[] bytes = in.readAllBytes();
    if (Files.exists(file) && Files.size(file) == bytes.length) {
      if (java.util.Arrays.equals(Files.readAllBytes(file), bytes)) {
        return file;
      }
    }
    Files.createDirectories(file.getParent());
    Path part = file.resolveSibling(name + ".part");
    Files.write(part, bytes);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    return file;
  }

  private static Path node() {
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path node = Path.of(folder, "node");
      if (!folder.isEmpty() && Files.isExecutable(node)) {
        return node;
      }
    }
    throw new IllegalArgumentException(
        "functions of a Node runtime need Node, and the PATH has no node: install Node 20 or later");
  }
}
