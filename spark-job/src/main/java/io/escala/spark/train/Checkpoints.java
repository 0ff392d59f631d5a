package io.escala.spark.train;

import io.escala.spark.storage.SmallFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;

/**
 * A folder beside the output for the errors that boosting is at. Without it each tree would carry
 * the way to them over all earlier trees along in every task, and the last trees would take several
 * times as long as the first.
 */
final class Checkpoints implements AutoCloseable {
  /** After how many trees one is written. */
  static final int INTERVAL = 10;

  private final Configuration conf;
  private final Path folder;

  private Checkpoints(Configuration conf, Path folder) {
    this.conf = conf;
    this.folder = folder;
  }

  static Checkpoints in(SparkContext context, String output) {
    Path folder = new Path(output, "_checkpoints." + UUID.randomUUID());
    context.setCheckpointDir(folder.toString());
    return new Checkpoints(context.hadoopConfiguration(), folder);
  }

  @Override
  public void close() {
    try {
      new SmallFiles(conf).deleteFolder(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
