package io.escala.cli;

import io.escala.cli.emr.CancelCommand;
import io.escala.cli.emr.ClustersCommand;
import io.escala.cli.emr.LogsCommand;
import io.escala.cli.emr.StepsCommand;
import io.escala.cli.emr.SubmitCommand;
import io.escala.cli.emr.TerminateCommand;
import io.escala.cli.emr.WatchCommand;
import io.escala.cli.gone.VerifyGoneCommand;
import io.escala.cli.kubernetes.Rollback;
import io.escala.cli.kubernetes.RolloutCommand;
import io.escala.cli.kubernetes.Scale;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;
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
      Data.class,
      SubmitCommand.class,
      WatchCommand.class,
      LogsCommand.class,
      ClustersCommand.class,
      StepsCommand.class,
      CancelCommand.class,
      TerminateCommand.class,
      VerifyGoneCommand.class
    })
public final class Escala {
  private Escala() {}

  /** Exits with 0 when the command did its work, 1 when it failed, 2 when it was called wrongly. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs a command and returns its exit code. */
  public static int run(String... args) {
    CommandLine escala =
        new CommandLine(new Escala())
            .setExecutionExceptionHandler((e, command, parsed) -> explain(e))
            .setParameterExceptionHandler((e, given) -> misused(e));
    // what follows the job's command belongs to the job
    escala.getSubcommands().get("submit").setStopAtPositional(true);
    return escala.execute(args);
  }

  /** One line and where to read on, instead of all that --help says. */
  private static int misused(ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName(" ");
    System.err.println("escala: " + e.getMessage());
    UnmatchedArgumentException.printSuggestions(
        e, new PrintWriter(System.err, true, Charset.defaultCharset()));
    System.err.println("./" + command + " --help tells how it is called");
    return 2;
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
