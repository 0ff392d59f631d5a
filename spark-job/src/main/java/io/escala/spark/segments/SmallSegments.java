package io.escala.spark.segments;

import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.SerializableConfiguration;

/** Segments that fit into a task: whole, one after the other, many tasks side by side. */
final class SmallSegments {
  /** Null in the summary's rows; each task adds one row that has nothing but its counts. */
  static final String HISTOGRAM = "_histogram";

  private SmallSegments() {}

  /**
   * Lazily, a row of the summary for each segment that is not large, and the histograms. Fitting
   * happens, and models are published, where the result is read: read it once.
   *
   * @param summary the schema of the summary
   */
  static JavaRDD<Row> train(
      JavaRDD<Segment> segments,
      SegmentPlan plan,
      Sizes sizes,
      StructType summary,
      Broadcast<SerializableConfiguration> conf) {
    int columns = withHistogram(summary).size();
    return segments
        .filter(segment -> segment.encoded() != null)
        .mapPartitions(whole -> new Outcomes(whole, plan, sizes, conf.value().value(), columns));
  }

  static StructType withHistogram(StructType summary) {
    return summary.add(HISTOGRAM, DataTypes.createArrayType(DataTypes.LongType));
  }

  /** One segment after the other, then the histogram. */
  private static final class Outcomes implements Iterator<Row> {
    private final Iterator<Segment> segments;
    private final ScoreHistogram pooled = new ScoreHistogram();
    private final SegmentTrainer trainer;
    private final int columns;
    private boolean ended;

    Outcomes(
        Iterator<Segment> segments,
        SegmentPlan plan,
        Sizes sizes,
        Configuration conf,
        int columns) {
      this.segments = segments;
      this.trainer = new SegmentTrainer(plan, sizes, conf, pooled);
      this.columns = columns;
      this.ended = !segments.hasNext();
    }

    @Override
    public boolean hasNext() {
      return !ended;
    }

    @Override
    public Row next() {
      if (ended) {
        throw new NoSuchElementException();
      }
      if (!segments.hasNext()) {
        ended = true;
        Object[] cells = new Object[columns];
        cells[columns - 1] = pooled.counts();
        return RowFactory.create(cells);
      }
      Segment segment = segments.next();
      Row row = trainer.train(segment.key(), segment.encoded()).toRow();
      Object[] cells = new Object[row.size()];
      Arrays.setAll(cells, row::get);
      return RowFactory.create(Arrays.copyOf(cells, columns));
    }
  }
}
