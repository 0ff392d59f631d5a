package io.escala.spark.storage;

import io.escala.spark.Mistake;
import java.io.IOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * An output folder that is written beside its place and moved there when it is complete, so that a
 * failed run leaves the old one or none. Closing it without {@link #publish} removes what was
 * written. On an object store a move is a copy on the server's side.
 */
public final class StagedFolder implements AutoCloseable {
  private final FileSystem fs;
  private final Path target;
  private final Path partial;
  private final Path staged;
  private final Path retired;

  private StagedFolder(FileSystem fs, Path target, Path beside) {
    this.fs = fs;
    this.target = target;
    // Names that start with an underscore, and have no =, are hidden from whoever reads the parent
    // as a table
    String hidden =
        "_"
            + target.getName().replace('=', '-')
            + "."
            + UUID.randomUUID().toString().substring(0, 8);
    this.partial = new Path(beside, hidden + ".partial");
    this.staged = new Path(partial, target.getName());
    this.retired = new Path(beside, hidden + ".old");
  }

  /**
   * For a folder to be written or replaced.
   *
   * @throws Mistake if the target is there and is no output of an earlier run: a file, or a folder
   *     with something in it and no {@code _SUCCESS}
   */
  public static StagedFolder of(Configuration conf, Path target) throws IOException {
    Path qualified = Locations.fileSystem(conf, target).makeQualified(target);
    return of(conf, target, qualified.getParent());
  }

  /**
   * The same, written below a folder of the same file system that is not the target's own.
   *
   * @param beside need not exist
   */
  public static StagedFolder of(Configuration conf, Path target, Path beside) throws IOException {
    FileSystem fs = Locations.fileSystem(conf, target);
    Path qualified = fs.makeQualified(target);
    if (qualified.isRoot()) {
      throw new Mistake(target + " is a root folder; choose a folder to be written below it");
    }
    if (fs.exists(qualified)) {
      FileStatus status = fs.getFileStatus(qualified);
      if (status.isFile()) {
        throw new Mistake(target + " is a file; the output is a folder: choose another name");
      }
      if (fs.listStatus(qualified).length > 0 && !fs.exists(new Path(qualified, "_SUCCESS"))) {
        throw new Mistake(
            target
                + " is a folder that this job did not write (it has no _SUCCESS); it would be"
                + " replaced as a whole: choose another name or remove it");
      }
    }
    return new StagedFolder(fs, qualified, beside == null ? null : fs.makeQualified(beside));
  }

  /**
   * Refuses to replace what is read.
   *
   * @throws Mistake if this input lies in the folder that would be replaced
   */
  public void mustNotHold(Path input) {
    for (Path at = fs.makeQualified(input); at != null; at = at.getParent()) {
      if (at.equals(target)) {
        throw new Mistake(
            input + " would be replaced by the output " + target + "; choose another output");
      }
    }
  }

  /** Where to write. Does not exist yet. */
  public Path path() {
    return staged;
  }

  /** Puts what was written in the place of what was there. */
  public void publish() throws IOException {
    boolean replaces = fs.exists(target);
    if (replaces) {
      move(target, retired);
    } else {
      fs.mkdirs(target.getParent());
    }
    try {
      move(staged, target);
    } catch (IOException e) {
      if (replaces) {
        move(retired, target);
      }
      throw e;
    }
    fs.delete(retired, true);
  }

  private void move(Path from, Path to) throws IOException {
    if (!fs.rename(from, to)) {
      throw new IOException("cannot move " + from + " to " + to);
    }
  }

  @Override
  public void close() throws IOException {
    fs.delete(partial, true);
  }
}
