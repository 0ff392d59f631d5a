package io.escala.spark.segments;

import io.escala.spark.evaluate.HeldOutMetrics;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;

/** All rows of a segment, in blocks whose order and content depend on the rows alone. */
interface RowBlocks {
  /** What is computed from one block, wherever the block is. */
  @FunctionalInterface
  interface Work<T> extends Serializable {
    T of(EncodedRows block);
  }

  /** The work's results in the order of the blocks. */
  <T> List<T> map(Work<T> work);

  /** The scores of all blocks as one, by falling probability. */
  Iterator<HeldOutMetrics.Scored> byFallingProbability(Work<Scores> scoring);
}
