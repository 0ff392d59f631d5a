package io.escala.spark.storage;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * On a distributed file system such as HDFS: two renames, for there is no exchange. A process
 * killed between them leaves no output but a {@code .old} one, which the next run brings back. A
 * rename refuses a target that is there, so two runs at once end with one of them failing.
 */
final class RenamingReplacement implements Replacement {
  private final FileSystem fs;
  private final FileContext context;

  RenamingReplacement(FileSystem fs, Configuration conf) throws IOException {
    this.fs = fs;
    this.context = FileContext.getFileContext(fs.getUri(), conf);
  }

  @Override
  public void recover(Path target) throws IOException {
    for (FileStatus old : Leftovers.beside(fs, target, "old")) {
      if (fs.exists(target)) {
        fs.delete(old.getPath(), true); // its run was done with it
      } else {
        context.rename(old.getPath(), target);
      }
    }
    Leftovers.sweepOldPartials(fs, target);
  }

  @Override
  public void begin(Path partial) {}

  @Override
  public boolean isUnfinished(Path target) {
    return false;
  }

  @Override
  public void replace(Path staged, Path target, Path retired) throws IOException {
    boolean replaces = fs.exists(target);
    if (replaces) {
      context.rename(target, retired);
    }
    try {
      context.rename(staged, target);
    } catch (IOException e) {
      if (replaces && !fs.exists(target)) {
        context.rename(retired, target);
      }
      throw e;
    }
    fs.delete(retired, true);
  }

  @Override
  public void end(Path partial) throws IOException {
    fs.delete(partial, true);
  }
}
