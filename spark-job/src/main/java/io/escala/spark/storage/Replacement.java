package io.escala.spark.storage;

import java.io.IOException;
import org.apache.hadoop.fs.Path;

/** How a kind of storage puts a staged folder in the place of an earlier one. */
interface Replacement {
  /** The file that Spark writes when an output is complete. */
  String SUCCESS = "_SUCCESS";

  /** Brings back what a killed run left half replaced, and removes what killed runs left. */
  void recover(Path target) throws IOException;

  /** Called before anything is written below the folder. */
  void begin(Path partial) throws IOException;

  /** Whether a killed run of this job left the target without {@link #SUCCESS}. */
  boolean isUnfinished(Path target) throws IOException;

  /**
   * Replaces the target.
   *
   * @param staged complete
   * @param retired a name beside the target for the earlier output, if it needs one
   */
  void replace(Path staged, Path target, Path retired) throws IOException;

  /** Removes the folder, below which nothing is written any more. */
  void end(Path partial) throws IOException;
}
