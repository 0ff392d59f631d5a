package io.escala.spark.storage;

import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * On a local disk the earlier output and the new one are exchanged in one step ({@link
 * FolderExchange}). Where the platform has no exchange it takes two renames, and a process killed
 * between them leaves no output but a {@code .old} one, which the next run brings back.
 */
final class LocalReplacement implements Replacement {
  private static final Duration CERTAINLY_DEAD = Duration.ofDays(7);

  private RunLock lock;

  @Override
  public void recover(org.apache.hadoop.fs.Path target) throws IOException {
    Path place = local(target);
    if (!Files.isDirectory(place.getParent())) {
      return;
    }
    if (!Files.exists(place)) {
      for (Path old : leftovers(place, "old")) {
        if (isDead(partialOf(old))) {
          Files.move(old, place, StandardCopyOption.ATOMIC_MOVE);
          break;
        }
      }
    }
    for (Path old : leftovers(place, "old")) {
      if (Files.exists(place) && isDead(partialOf(old))) {
        delete(old);
      }
    }
    for (Path partial : leftovers(place, "partial")) {
      if (isDead(partial)) {
        delete(partial);
      } else if (RunLock.ownerOf(partial) == RunLock.Owner.UNKNOWN) {
        RunLock.sweepUnstarted(partial);
      }
    }
  }

  /** The newest first. */
  private static List<Path> leftovers(Path target, String kind) throws IOException {
    String pattern =
        "_\\Q" + target.getFileName().toString().replace('=', '-') + "\\E\\.[0-9a-f]{8}\\." + kind;
    try (DirectoryStream<Path> siblings = Files.newDirectoryStream(target.getParent())) {
      return StreamSupport.stream(siblings.spliterator(), false)
          .filter(p -> p.getFileName().toString().matches(pattern))
          .sorted(Comparator.comparing(LocalReplacement::modified).reversed())
          .toList();
    }
  }

  private static Path partialOf(Path old) {
    String name = old.getFileName().toString();
    return old.resolveSibling(name.substring(0, name.length() - "old".length()) + "partial");
  }

  private static boolean isDead(Path partial) throws IOException {
    return switch (RunLock.ownerOf(partial)) {
      case LIVE -> false;
      case DEAD -> true;
      case UNKNOWN ->
          !Files.exists(partial) || modified(partial).isBefore(Instant.now().minus(CERTAINLY_DEAD));
    };
  }

  private static Instant modified(Path path) {
    return Instant.ofEpochMilli(path.toFile().lastModified());
  }

  @Override
  public void begin(org.apache.hadoop.fs.Path partial) throws IOException {
    if (lock == null) {
      lock = RunLock.in(local(partial));
    }
  }

  @Override
  public boolean isUnfinished(org.apache.hadoop.fs.Path target) {
    return false;
  }

  @Override
  public void replace(
      org.apache.hadoop.fs.Path staged,
      org.apache.hadoop.fs.Path target,
      org.apache.hadoop.fs.Path retired)
      throws IOException {
    Path from = local(staged);
    Path to = local(target);
    if (!Files.exists(to)) {
      try {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        return;
      } catch (FileSystemException e) {
        if (!Files.exists(to)) {
          throw e;
        }
        // Another run was faster: its output is now the earlier one
      }
    }
    if (!FolderExchange.swap(from, to)) {
      renameTwice(from, to, local(retired));
    }
  }

  static void renameTwice(Path from, Path to, Path retired) throws IOException {
    Files.move(to, retired, StandardCopyOption.ATOMIC_MOVE);
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.move(retired, to, StandardCopyOption.ATOMIC_MOVE);
      throw e;
    }
    delete(retired);
  }

  @Override
  public void end(org.apache.hadoop.fs.Path partial) throws IOException {
    if (lock != null) {
      lock.closeAndDelete();
    }
  }

  private static Path local(org.apache.hadoop.fs.Path path) {
    return new File(path.toUri().getPath()).toPath();
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (NoSuchFileException e) {
      // Another run swept it
    }
  }
}
