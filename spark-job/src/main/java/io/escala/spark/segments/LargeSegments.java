package io.escala.spark.segments;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.pmod;
import static org.apache.spark.sql.functions.sum;

import io.escala.spark.Steps;
import io.escala.spark.evaluate.HeldOutMetrics;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Segments too large for a task, one after the other, each in chunks on all cores. Which chunk a
 * row belongs to depends on its content, and partial sums are added in the order of the chunks, so
 * the result does not depend on how many machines there are.
 */
final class LargeSegments {
  private static final String CHUNK = "_chunk";
  private static final int SAMPLED = 10;

  private LargeSegments() {}

  /** One of the chunks. */
  private record Chunk(int number, EncodedRows rows) implements Serializable {}

  /** What a chunk gave. */
  private record Part<T>(int number, T value) implements Serializable {}

  /** Rows of this segment alone; a missing value counts as one of its own. */
  static Column isOf(SegmentKey key) {
    return IntStream.range(0, key.columns().size())
        .mapToObj(i -> col(key.columns().get(i)).eqNullSafe(lit(key.values().get(i))))
        .reduce(Column::and)
        .orElseThrow();
  }

  /**
   * Fits, measures and publishes the segment's model.
   *
   * @param rows of {@link SegmentTable}
   * @param count how many rows of them are the segment's
   */
  static SegmentOutcome train(
      Dataset<Row> rows,
      SegmentKey key,
      long count,
      SegmentPlan plan,
      Sizes sizes,
      SegmentTrainer trainer) {
    SparkSession spark = rows.sparkSession();
    int chunks = (int) ((count - 1) / sizes.chunk()) + 1;
    Dataset<Row> chunked =
        rows.filter(isOf(key)).withColumn(CHUNK, pmod(col(SegmentTable.HASH), lit(chunks)));
    Dataset<Row> ordered =
        chunked
            .repartition(chunks, col(CHUNK))
            .sortWithinPartitions(SegmentTable.order(chunked, plan, List.of(CHUNK)));
    JavaRDD<Chunk> encoded =
        ((org.apache.spark.sql.classic.Dataset<Row>) ordered)
            .queryExecution()
            .toRdd()
            .toJavaRDD()
            .mapPartitions(sorted -> new Chunks(sorted, new RowReader(plan)))
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    try {
      return Steps.describe(
          spark,
          "fit segment " + key.described(),
          () -> trainer.train(key, new Spread(spark, encoded), sample(encoded, plan)));
    } finally {
      encoded.unpersist();
    }
  }

  /** The first rows of each chunk's first, for the manifest. */
  private static EncodedRows sample(JavaRDD<Chunk> chunks, SegmentPlan plan) {
    List<Part<EncodedRows>> samples =
        new ArrayList<>(
            chunks
                .map(
                    chunk -> {
                      EncodedRows rows = chunk.rows();
                      EncodedRows.Builder first = new RowReader(plan).builder();
                      for (int row = 0; row < Math.min(SAMPLED, rows.size()); row++) {
                        first.add(rows.texts(row), rows.numbers(row), rows.label(row), 0);
                      }
                      return new Part<>(chunk.number(), first.build());
                    })
                .collect());
    samples.sort(Comparator.comparing(Part::number));
    return samples.get(0).value();
  }

  /** One chunk in memory at a time. */
  private static final class Chunks implements Iterator<Chunk> {
    private final Iterator<InternalRow> rows;
    private final RowReader reader;
    private InternalRow next;

    Chunks(Iterator<InternalRow> rows, RowReader reader) {
      this.rows = rows;
      this.reader = reader;
      this.next = rows.hasNext() ? rows.next() : null;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Chunk next() {
      int column = next.numFields() - 1;
      long number = next.getLong(column);
      EncodedRows.Builder chunk = reader.builder();
      while (next != null && next.getLong(column) == number) {
        reader.add(next, chunk);
        next = rows.hasNext() ? rows.next() : null;
      }
      return new Chunk((int) number, chunk.build());
    }
  }

  /** Chunks wherever Spark keeps them. */
  private record Spread(SparkSession spark, JavaRDD<Chunk> chunks) implements RowBlocks {
    @Override
    public <T> List<T> map(Work<T> work) {
      List<Part<T>> parts =
          new ArrayList<>(
              chunks.map(chunk -> new Part<>(chunk.number(), work.of(chunk.rows()))).collect());
      parts.sort(Comparator.comparing(Part::number));
      return parts.stream().map(Part::value).toList();
    }

    @Override
    public Iterator<HeldOutMetrics.Scored> byFallingProbability(Work<Scores> scoring) {
      JavaRDD<Row> scored =
          chunks.flatMap(
              chunk -> {
                Scores scores = scoring.of(chunk.rows());
                return IntStream.range(0, scores.size())
                    .mapToObj(i -> RowFactory.create(scores.probability(i), (long) scores.label(i)))
                    .iterator();
              });
      StructType schema =
          new StructType()
              .add("probability", DataTypes.DoubleType)
              .add("positive", DataTypes.LongType);
      Iterator<Row> sorted =
          spark
              .createDataFrame(scored, schema)
              .groupBy("probability")
              .agg(sum("positive"), sum(lit(1L).minus(col("positive"))))
              .orderBy(desc("probability"))
              .toLocalIterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return sorted.hasNext();
        }

        @Override
        public HeldOutMetrics.Scored next() {
          Row row = sorted.next();
          return new HeldOutMetrics.Scored(row.getDouble(0), row.getLong(1), row.getLong(2));
        }
      };
    }
  }
}
