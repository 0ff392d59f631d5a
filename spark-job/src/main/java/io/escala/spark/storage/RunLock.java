package io.escala.spark.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * Shows other runs on this machine that a folder on a local disk is being written: a locked file in
 * it. The system takes the lock away when the process ends, however it ends.
 */
final class RunLock implements AutoCloseable {
  private static final String NAME = ".lock";
  private static final String COMING = NAME + ".coming";
  private static final int ATTEMPTS = 20;

  /** On POSIX, closing any channel to a file frees the process's locks on it: ours stay closed. */
  private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

  /** What a look at a folder tells about the run that writes it. */
  enum Owner {
    LIVE,
    DEAD,
    /** There is no lock: it is not there yet, or the disk cannot lock. */
    UNKNOWN
  }

  private final Path file;
  private final FileChannel channel;

  private RunLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Makes a folder and locks it. */
  static RunLock in(Path folder) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return lock(Files.createDirectories(folder));
      } catch (NoSuchFileException e) {
        // Another run swept the folder before there was a lock in it
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private static RunLock lock(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    Path coming = folder.resolve(COMING);
    OURS.add(file);
    FileChannel channel =
        FileChannel.open(coming, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      channel.lock();
      // It gets its name when it is locked, so that it is never seen unlocked in a live run
      Files.move(coming, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      channel.close();
      throw e;
    } catch (IOException e) {
      // A disk that cannot lock: others judge by age
      Files.deleteIfExists(coming);
    }
    return new RunLock(file, channel);
  }

  /** Whether the run that writes this folder still runs. */
  static Owner ownerOf(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    if (OURS.contains(file)) {
      return Owner.LIVE;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null ? Owner.LIVE : Owner.DEAD;
    } catch (OverlappingFileLockException e) {
      return Owner.LIVE;
    } catch (NoSuchFileException e) {
      return Owner.UNKNOWN;
    }
  }

  /**
   * Removes a folder of no known owner if nothing was written in it: its run was killed before it
   * had a lock, or is just starting and makes the folder again.
   */
  static void sweepUnstarted(Path folder) throws IOException {
    try {
      Files.deleteIfExists(folder.resolve(COMING));
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException e) {
      // Something was written: its age decides
    }
  }

  /** Removes the folder, its lock last, so that who is killed here is known to be dead. */
  void closeAndDelete() throws IOException {
    Path folder = file.getParent();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        if (!path.equals(file) && !path.equals(folder)) {
          Files.deleteIfExists(path);
        }
      }
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    } finally {
      close();
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    OURS.remove(file);
  }
}
