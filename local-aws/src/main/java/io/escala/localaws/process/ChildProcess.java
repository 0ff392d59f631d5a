package io.escala.localaws.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/**
 * A process that must not outlive the endpoint: its standard input stays open as long as this JVM
 * lives, and it ends when that closes ({@link ParentWatch} sees to it in a JVM).
 */
public final class ChildProcess implements AutoCloseable {
  private static final String WATCH_CLASS = ParentWatch.class.getName().replace('.', '/');
  private final Process process;

  private ChildProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts a process.
   *
   * @param command the program and its arguments
   * @param environment all of its environment; nothing of this JVM's is passed on
   * @param folder its working directory
   * @param stdout file that its standard output is appended to
   * @param stderr file for its standard error; may be the same
   */
  public static ChildProcess start(
      List<String> command, Map<String, String> environment, Path folder, Path stdout, Path stderr)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectOutput(Redirect.appendTo(stdout.toFile()));
    if (stdout.equals(stderr)) {
      builder.redirectErrorStream(true);
    } else {
      builder.redirectError(Redirect.appendTo(stderr.toFile()));
    }
    return new ChildProcess(builder.start());
  }

  /**
   * Puts {@link ParentWatch}, and nothing else, into a folder that can be an element of a class
   * path.
   *
   * @return the folder
   */
  public static Path installWatch(Path folder) {
    Path file = folder.resolve(WATCH_CLASS + ".class");
    try (InputStream in = ParentWatch.class.getResourceAsStream("/" + WATCH_CLASS + ".class")) {
      Files.createDirectories(file.getParent());
      Path part = Files.createTempFile(file.getParent(), "watch", ".part");
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Writes a jar that, as {@code -javaagent}, has a JVM of any command line end with its parent.
   *
   * @return the jar
   */
  public static Path installWatchAgent(Path folder) {
    Path file = folder.resolve("parent-watch.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", ParentWatch.class.getName());
    try {
      Files.createDirectories(folder);
      Path part = Files.createTempFile(folder, "watch", ".part");
      try (InputStream in = ParentWatch.class.getResourceAsStream("/" + WATCH_CLASS + ".class");
          JarOutputStream jar = new JarOutputStream(Files.newOutputStream(part), manifest)) {
        jar.putNextEntry(new JarEntry(WATCH_CLASS + ".class"));
        in.transferTo(jar);
        jar.closeEntry();
      }
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Whether it still runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Asks it to end, by SIGTERM; its standard input stays open. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /** Whether it has ended within this time. */
  public boolean waitFor(Duration limit) throws InterruptedException {
    return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Waits for the end and gives the exit code; above 128 a signal ended it. */
  public int waitFor() throws InterruptedException {
    return process.waitFor();
  }

  /** Completes with the exit code. */
  public CompletableFuture<Integer> onExit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** Kills it and what it started, and waits until it is gone. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    boolean interrupted = false;
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        throw new IllegalStateException("process " + process.pid() + " does not die");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
