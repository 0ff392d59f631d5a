package io.escala.spark.segments;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
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
   * Lazily, a row of the summary for each segment, and the histograms. Fitting happens, and models
   * are published, where the result is read: read it once.
   *
   * @param rows of {@link SegmentTable}
   * @param summary the schema of the summary
   */
  static Dataset<Row> train(
      Dataset<Row> rows,
      long count,
      SegmentPlan plan,
      Sizes sizes,
      StructType summary,
      Broadcast<SerializableConfiguration> conf) {
    int cores = rows.sparkSession().sparkContext().defaultParallelism();
    int tasks = (int) Math.max(4L * cores, count / sizes.task() + 1);
    StructType schema = withHistogram(summary);
    MapPartitionsFunction<Row, Row> work =
        sorted -> new Outcomes(sorted, plan, sizes, conf.value().value(), schema.size());
    return rows.repartition(tasks, SegmentTable.by(plan))
        .sortWithinPartitions(SegmentTable.order(rows, plan, plan.by()))
        .mapPartitions(work, Encoders.row(schema));
  }

  static StructType withHistogram(StructType summary) {
    return summary.add(HISTOGRAM, DataTypes.createArrayType(DataTypes.LongType));
  }

  /** One segment in memory at a time. */
  private static final class Outcomes implements Iterator<Row> {
    private final Iterator<Row> rows;
    private final RowReader reader;
    private final ScoreHistogram pooled = new ScoreHistogram();
    private final SegmentTrainer trainer;
    private final int columns;
    private Row next;
    private boolean ended;

    Outcomes(Iterator<Row> rows, SegmentPlan plan, Sizes sizes, Configuration conf, int columns) {
      this.rows = rows;
      this.reader = new RowReader(plan);
      this.trainer = new SegmentTrainer(plan, sizes, conf, pooled);
      this.columns = columns;
      this.next = rows.hasNext() ? rows.next() : null;
      this.ended = next == null;
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
      Object[] cells = new Object[columns];
      if (next == null) {
        ended = true;
        cells[columns - 1] = pooled.counts();
        return RowFactory.create(cells);
      }
      SegmentKey key = reader.key(next);
      EncodedRows.Builder segment = reader.builder();
      while (next != null && reader.isOf(key, next)) {
        reader.add(next, segment);
        next = rows.hasNext() ? rows.next() : null;
      }
      List<Object> outcome = new ArrayList<>();
      Row row = trainer.train(key, segment.build()).toRow();
      for (int i = 0; i < row.size(); i++) {
        outcome.add(row.get(i));
      }
      return RowFactory.create(Arrays.copyOf(outcome.toArray(), columns));
    }
  }
}
