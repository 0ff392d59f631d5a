package io.escala.localaws.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParentWatchTest {
  @TempDir Path folder;

  /** Plays the endpoint: starts a child that would sleep for a minute, and sleeps too. */
  static final class Endpoint {
    public static void main(String[] args) throws Exception {
      Path folder = Path.of(args[0]);
      ChildProcess child = ParentWatchTest.startJvm(folder, Sleeper.class);
      Files.writeString(folder.resolve("pid.part"), Long.toString(child.pid()));
      Files.move(folder.resolve("pid.part"), folder.resolve("pid"));
      Sleeper.main(args);
      child.close();
    }
  }

  /** Sleeps for a minute. */
  public static final class Sleeper {
    private Sleeper() {}

    public static void main(String[] args) throws InterruptedException {
      Thread.sleep(60_000);
    }
  }

  /** Fails as a job fails. */
  public static final class Thrower {
    private Thrower() {}

    public static void main(String[] args) {
      if (args.length == 0) {
        throw new IllegalStateException("no luck", new IllegalArgumentException("the deep cause"));
      }
    }
  }

  @Test
  void aChildDiesWhenItsParentIsKilled() throws Exception {
    // given an endpoint, a JVM of its own, with a child
    Process endpoint =
        new ProcessBuilder(
                JavaInstallation.running().executable().toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Endpoint.class.getName(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("endpoint.log").toFile())
            .start();
    Path pidFile = folder.resolve("pid");
    for (int i = 0; i < 300 && !Files.exists(pidFile); i++) {
      Thread.sleep(50);
    }
    ProcessHandle child = ProcessHandle.of(Long.parseLong(Files.readString(pidFile))).orElseThrow();
    assertThat(child.isAlive()).isTrue();

    // when the endpoint is killed as by kill -9
    endpoint.destroyForcibly().waitFor();

    // then the child ends too
    child.onExit().get(20, TimeUnit.SECONDS);
    assertThat(child.isAlive()).isFalse();
  }

  @Test
  void anExceptionOfTheMainEndsTheJvmAsUsual() throws Exception {
    // when
    int exit;
    try (ChildProcess child = startJvm(folder, Thrower.class)) {
      exit = child.waitFor();
    }

    // then
    assertThat(exit).isEqualTo(1);
    assertThat(folder.resolve("child.log"))
        .content()
        .contains("Exception in thread \"main\" java.lang.IllegalStateException: no luck")
        .contains("Caused by: java.lang.IllegalArgumentException: the deep cause");
  }

  @Test
  void closingAChildKillsIt() throws Exception {
    // given
    ChildProcess child = startJvm(folder, Sleeper.class);

    // when
    child.close();

    // then
    assertThat(child.isAlive()).isFalse();
  }

  private static ChildProcess startJvm(Path folder, Class<?> main) throws IOException {
    Path log = folder.resolve("child.log");
    return ChildProcess.start(
        List.of(
            JavaInstallation.running().executable().toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ParentWatch.class.getName(),
            main.getName()),
        Map.of(),
        folder,
        log,
        log);
  }
}
