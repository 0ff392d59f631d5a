package io.escala.spark.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Shows other runs on this machine that a folder on a local disk is being written: a locked file in
 * it. The system takes the lock away when the process ends, however it ends.
 */
final class RunLock implements AutoCloseable {
  private static final String NAME = ".lock";

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

  /** Locks a folder that this run has made. */
  static RunLock in(Path folder) throws IOException {
    Path file = folder.resolve(NAME);
    Path coming = folder.resolve(NAME + ".coming");
    OURS.add(file);
    FileChannel channel =
        FileChannel.open(coming, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    try {
      channel.lock();
      // It gets its name when it is locked, so that it is never seen unlocked in a live run
      Files.move(coming, file, StandardCopyOption.ATOMIC_MOVE);
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
    if (!Files.exists(file)) {
      return Owner.UNKNOWN;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      return lock == null ? Owner.LIVE : Owner.DEAD;
    } catch (OverlappingFileLockException e) {
      return Owner.LIVE;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
    OURS.remove(file);
  }
}
