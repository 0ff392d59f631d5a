package io.escala.cli;

import io.escala.cli.kubernetes.Rollback;
import io.escala.cli.kubernetes.RolloutCommand;
import io.escala.cli.kubernetes.Scale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** The commands of {@code ./escala} that need Java; the launcher runs the Spark job itself. */
@Command(
    name = "escala",
    mixinStandardHelpOptions = true,
    version = "Escala 0.1.0",
    description = "Takes one machine-learning solution from a laptop to scale on AWS.",
    subcommands = {
      Up.class,
      Status.class,
      Down.class,
      RolloutCommand.class,
      Rollback.class,
      Scale.class,
      Data.class
    })
public final class Escala {
  private Escala() {}

  /** Exits with 0 when the command did its work, 1 when it failed, 2 when it was called wrongly. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new Escala())
        .setExecutionExceptionHandler((e, command, parsed) -> explain(e))
        .execute(args);
  }

  private static int explain(Exception e) {
    if (e instanceof UserException) {
      System.err.println("escala: " + e.getMessage());
    } else if (e instanceof SdkClientException) {
      System.err.println(
          "escala: the AWS endpoint on this machine does not answer any more ("
              + e.getMessage()
              + "); ./escala up starts it again and goes on");
    } else if (e instanceof SdkException) {
      System.err.println("escala: the AWS endpoint says: " + e.getMessage());
    } else {
      System.err.println("escala: this is a fault of Escala's own, please report it:");
      e.printStackTrace();
    }
    return 1;
  }
}
