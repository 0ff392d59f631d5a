package io.escala.spark.storage;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/** What killed runs left where no lock tells whether a run lives: age has to. */
final class Leftovers {
  private static final long CERTAINLY_DEAD = Duration.ofDays(7).toMillis();

  private Leftovers() {}

  static List<FileStatus> beside(FileSystem fs, Path target, String kind) throws IOException {
    String pattern = "_\\Q" + target.getName() + "\\E\\.[0-9a-f]{8}\\." + kind;
    try {
      return Stream.of(fs.listStatus(target.getParent()))
          .filter(f -> f.getPath().getName().matches(pattern))
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** Removes unfinished outputs of this target to which nothing was added for seven days. */
  static void sweepOldPartials(FileSystem fs, Path target) throws IOException {
    for (FileStatus partial : beside(fs, target, "partial")) {
      if (newest(fs, partial) < System.currentTimeMillis() - CERTAINLY_DEAD) {
        fs.delete(partial.getPath(), true);
      }
    }
  }

  private static long newest(FileSystem fs, FileStatus folder) throws IOException {
    long newest = 0;
    RemoteIterator<LocatedFileStatus> files = fs.listFiles(folder.getPath(), true);
    while (files.hasNext()) {
      newest = Math.max(newest, files.next().getModificationTime());
    }
    // An object store's folders have no time of their own
    return newest == 0 ? folder.getModificationTime() : newest;
  }
}
