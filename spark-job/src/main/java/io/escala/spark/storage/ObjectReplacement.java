package io.escala.spark.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;

/**
 * An object store renames nothing: each object is copied. So a reader has to look for {@code
 * _SUCCESS}: it is deleted before anything else of the earlier output and comes after everything of
 * the new one. What stands there in between is marked, so that the next run may replace it.
 */
final class ObjectReplacement implements Replacement {
  /** Stands in the output while it is being replaced. */
  static final String MARK = "_REPLACING";

  private static final int COPIES_AT_ONCE = 16;

  private final FileSystem fs;

  ObjectReplacement(FileSystem fs) {
    this.fs = fs;
  }

  @Override
  public void recover(Path target) throws IOException {
    Leftovers.sweepOldPartials(fs, target);
  }

  @Override
  public void begin(Path partial) {}

  @Override
  public boolean isUnfinished(Path target) throws IOException {
    return fs.exists(new Path(target, MARK));
  }

  @Override
  public void replace(Path staged, Path target, Path retired) throws IOException {
    Path mark = new Path(target, MARK);
    fs.create(mark, true).close();
    fs.delete(new Path(target, SUCCESS), false);
    for (FileStatus earlier : fs.listStatus(target)) {
      if (!earlier.getPath().getName().equals(MARK)) {
        delete(earlier.getPath());
      }
    }
    List<Path> files = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> found = fs.listFiles(staged, true);
    while (found.hasNext()) {
      files.add(found.next().getPath());
    }
    files.remove(new Path(staged, SUCCESS));
    moveAll(files, staged, target);
    fs.create(new Path(target, SUCCESS), true).close();
    fs.delete(mark, false);
  }

  private void delete(Path path) throws IOException {
    if (!fs.delete(path, true) && fs.exists(path)) {
      throw new IOException("cannot delete " + path);
    }
  }

  private void moveAll(List<Path> files, Path staged, Path target) throws IOException {
    ExecutorService copies = Executors.newFixedThreadPool(COPIES_AT_ONCE);
    try {
      List<Callable<Void>> moves = new ArrayList<>();
      for (Path file : files) {
        String relative = staged.toUri().relativize(file.toUri()).getPath();
        moves.add(
            () -> {
              move(file, new Path(target, relative));
              return null;
            });
      }
      for (Future<Void> move : copies.invokeAll(moves)) {
        move.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while moving files to " + target, e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException failed ? failed : new IOException(e.getCause());
    } finally {
      copies.shutdownNow();
    }
  }

  private void move(Path from, Path to) throws IOException {
    fs.mkdirs(to.getParent());
    if (!fs.rename(from, to)) {
      throw new IOException("cannot move " + from + " to " + to);
    }
  }

  @Override
  public void end(Path partial) throws IOException {
    fs.delete(partial, true);
  }
}
