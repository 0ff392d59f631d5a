package io.escala.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.function.IntSupplier;

/**
 * Holds off a second {@code up} or {@code down} on the same state; the system lets go of it when
 * the process dies.
 */
final class CommandLock {
  private CommandLock() {}

  /**
   * Runs a command while no other one runs.
   *
   * @throws UserException when another does
   */
  static int hold(Workspace workspace, IntSupplier command) {
    try {
      Files.createDirectories(workspace.home());
      try (FileChannel channel =
          FileChannel.open(
              workspace.home().resolve("command.lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.WRITE)) {
        FileLock lock = channel.tryLock();
        if (lock == null) {
          throw new UserException(
              "another ./escala up or down is at work on "
                  + workspace.home()
                  + "; wait for it or stop it with Ctrl-C");
        }
        return command.getAsInt();
      }
    } catch (IOException e) {
      throw new UserException("cannot write to " + workspace.home() + ": " + e.getMessage(), e);
    }
  }
}
