package io.escala.cli;

import io.escala.cli.gone.Findings;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Takes everything down and proves it. */
@Command(
    name = "down",
    mixinStandardHelpOptions = true,
    description = {
      "Runs cdk destroy --all against the endpoint on this machine, stops it, removes its state, and shows that nothing is left.",
      "Models and results go too: copy what you want to keep first. A real AWS account is never touched."
    })
final class Down implements Callable<Integer> {
  @Override
  public Integer call() {
    Workspace workspace = Workspace.current();
    Terminal terminal = Terminal.standard();
    if (!Files.isDirectory(workspace.home())) {
      terminal.line("Nothing to take down: there is no " + Workspace.show(workspace.home()));
      return 0;
    }
    return CommandLock.hold(workspace, () -> call(workspace, terminal));
  }

  private static int call(Workspace workspace, Terminal terminal) {
    if (!Files.isDirectory(workspace.state())) {
      removeHome(workspace);
      terminal.line("Nothing to take down: there is no " + Workspace.show(workspace.state()));
      return 0;
    }
    LocalEndpoint endpoint =
        LocalEndpoint.find(workspace)
            .orElseGet(
                () -> {
                  terminal.line("The endpoint does not run; starting it to destroy what it holds");
                  return LocalEndpoint.start(workspace, 0);
                });
    List<String> left = new ArrayList<>();
    List<ProcessHandle> children;
    try (Aws aws = new Aws(endpoint)) {
      if (!aws.stacks().isEmpty()) {
        StateMachineTraining.stopAll(aws, terminal);
        terminal.line("Destroying with cdk destroy --all");
        // Stacks that the app does not have would stay
        Map<String, String> context =
            Kubernetes.isDeployed(aws) ? Kubernetes.context(aws) : Map.of();
        new CdkCli(workspace, endpoint, context, terminal).destroyAll();
      }
      Findings findings = Findings.at(aws, Target.local(endpoint));
      left.addAll(findings.titles());
      left.addAll(findings.unknown().values());
      children = endpoint.children();
      endpoint.stop();
    }
    Stream.concat(children.stream(), ProcessHandle.of(endpoint.pid()).stream())
        .filter(ProcessHandle::isAlive)
        .forEach(process -> left.add("process " + process.pid()));
    if (!left.isEmpty()) {
      throw new UserException(
          "cdk destroy left "
              + String.join(", ", left)
              + "; the state stays in "
              + Workspace.show(workspace.state())
              + ". What no stack made, such as a bucket of yours, goes with that folder: rm -r it,"
              + " then ./escala down");
    }
    removeHome(workspace);
    terminal.line("");
    terminal.line(
        "Nothing is left: 0 stacks, 0 buckets, 0 processes; %s is removed."
            .formatted(
                (Files.exists(workspace.home()) ? "what up made in " : "")
                    + Workspace.show(workspace.home())));
    return 0;
  }

  /** Removes what {@code up} made, and only that: {@code ESCALA_HOME} may hold other things. */
  private static void removeHome(Workspace workspace) {
    Path home = workspace.home();
    if (!Files.isDirectory(home)) {
      return;
    }
    try (Stream<Path> entries = Files.list(home)) {
      for (Path entry : entries.filter(Down::isOurs).toList()) {
        deleteTree(entry);
      }
      Files.delete(home);
    } catch (DirectoryNotEmptyException e) {
      // what else is in it is not ours
    } catch (IOException e) {
      throw new UserException(
          "everything is stopped, but " + home + " cannot be removed: " + e.getMessage(), e);
    }
  }

  private static boolean isOurs(Path entry) {
    String name = entry.getFileName().toString();
    return name.equals("aws")
        || name.startsWith("aws.damaged-")
        || name.equals("cdk.out")
        || name.equals("local-aws.jar")
        || name.equals("endpoint.log")
        || name.equals("cdk.log")
        || name.equals("step.jvm.options")
        || name.equals("command.lock");
  }

  private static void deleteTree(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
