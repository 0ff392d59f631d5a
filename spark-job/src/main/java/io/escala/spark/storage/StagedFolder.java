package io.escala.spark.storage;

import io.escala.spark.Mistake;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * An output folder that is written beside its place and moved there when it is complete, so that a
 * failed run leaves the old one or none. Closing it without {@link #publish} removes what was
 * written.
 *
 * <p>A process may be killed at any moment. On a local disk of Linux or macOS a reader then sees
 * the old complete output or the new complete output; elsewhere see {@link LocalReplacement},
 * {@link RenamingReplacement} and {@link ObjectReplacement}. Who lists a folder's files and opens
 * them later by their paths may find that they are gone meanwhile; no folder can keep that from
 * readers.
 */
public final class StagedFolder implements AutoCloseable {
  private final FileSystem fs;
  private final Replacement replacement;
  private final Path target;
  private final Path partial;
  private final Path staged;
  private final Path retired;

  private StagedFolder(FileSystem fs, Replacement replacement, Path target, Path beside) {
    this.fs = fs;
    this.replacement = replacement;
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
   * For a folder to be written or replaced. What killed runs left of the same output is put right
   * or removed first.
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
    Replacement replacement = replacement(fs, conf);
    replacement.recover(qualified);
    if (fs.exists(qualified)) {
      FileStatus status = fs.getFileStatus(qualified);
      if (status.isFile()) {
        throw new Mistake(target + " is a file; the output is a folder: choose another name");
      }
      if (fs.listStatus(qualified).length > 0
          && !fs.exists(new Path(qualified, Replacement.SUCCESS))
          && !replacement.isUnfinished(qualified)) {
        throw new Mistake(
            target
                + " is a folder that this job did not write (it has no _SUCCESS); it would be"
                + " replaced as a whole: choose another name or remove it");
      }
    }
    return new StagedFolder(
        fs, replacement, qualified, beside == null ? null : fs.makeQualified(beside));
  }

  private static Replacement replacement(FileSystem fs, Configuration conf) throws IOException {
    String scheme = fs.getUri().getScheme();
    if (scheme.equals("file")) {
      return new LocalReplacement();
    }
    return scheme.startsWith("s3") ? new ObjectReplacement(fs) : new RenamingReplacement(fs, conf);
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
    try {
      replacement.begin(partial);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return staged;
  }

  /** For an output of no rows. */
  public void createEmpty() throws IOException {
    fs.create(new Path(path(), Replacement.SUCCESS), true).close();
  }

  /** Puts what was written in the place of what was there. */
  public void publish() throws IOException {
    if (!partial.getParent().equals(target.getParent())) {
      fs.mkdirs(target.getParent());
    }
    replacement.replace(staged, target, retired);
  }

  @Override
  public void close() throws IOException {
    replacement.end(partial);
  }
}
