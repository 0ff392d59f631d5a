package io.escala.spark.segments;

import static org.apache.spark.sql.functions.col;

import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;

/**
 * Puts rows together by segment. They are sorted by one number, a hash of the segment, which Spark
 * does by radix; the few rows of a segment are then sorted as numbers.
 */
final class Segments implements Iterator<Segment> {
  private final Iterator<InternalRow> rows;
  private final SegmentPlan plan;
  private final RowReader reader;
  private final long most;
  private final Deque<Segment> ready = new ArrayDeque<>();
  private InternalRow next;

  private Segments(Iterator<InternalRow> rows, SegmentPlan plan, long most) {
    this.rows = rows;
    this.plan = plan;
    this.reader = new RowReader(plan);
    this.most = most;
    this.next = rows.hasNext() ? rows.next() : null;
  }

  /**
   * Each segment once.
   *
   * @param rows of {@link SegmentTable}
   * @param tasks over how many tasks the segments are spread
   */
  static JavaRDD<Segment> of(Dataset<Row> rows, SegmentPlan plan, Sizes sizes, int tasks) {
    long most = sizes.large();
    Dataset<Row> sorted =
        rows.repartition(tasks, col(SegmentTable.SEGMENT))
            .sortWithinPartitions(SegmentTable.SEGMENT);
    return ((org.apache.spark.sql.classic.Dataset<Row>) sorted)
        .queryExecution()
        .toRdd()
        .toJavaRDD()
        .mapPartitions(part -> new Segments(part, plan, most));
  }

  /** How many there are of everything, and the keys of segments that are large. */
  record Counts(long rows, long faults, long segments, List<Large> large) implements Serializable {

    /** As one, the largest segment first. */
    static Counts together(List<Counts> parts) {
      return new Counts(
          parts.stream().mapToLong(Counts::rows).sum(),
          parts.stream().mapToLong(Counts::faults).sum(),
          parts.stream().mapToLong(Counts::segments).sum(),
          parts.stream()
              .flatMap(part -> part.large().stream())
              .sorted(
                  Comparator.comparing(Large::rows)
                      .reversed()
                      .thenComparing(large -> large.key().described()))
              .toList());
    }
  }

  /** A segment too large for a task. */
  record Large(SegmentKey key, long rows) implements Serializable {}

  /** Counts what a task has. */
  static Counts count(Iterator<Segment> segments, long most) {
    long rows = 0;
    long faults = 0;
    long count = 0;
    List<Large> large = new ArrayList<>();
    while (segments.hasNext()) {
      Segment segment = segments.next();
      rows += segment.rows();
      faults += segment.faults();
      count++;
      if (segment.rows() > most) {
        large.add(new Large(segment.key(), segment.rows()));
      }
    }
    return new Counts(rows, faults, count, large);
  }

  @Override
  public boolean hasNext() {
    return next != null || !ready.isEmpty();
  }

  @Override
  public Segment next() {
    if (ready.isEmpty()) {
      readAhead();
    }
    return ready.remove();
  }

  /** All segments of one hash: one, but for a null among several columns or rare chance. */
  private void readAhead() {
    if (next == null) {
      throw new NoSuchElementException();
    }
    Map<SegmentKey, Collected> collected = new LinkedHashMap<>();
    long hash = next.getLong(plan.segment());
    Object[] values = null;
    Collected segment = null;
    while (next != null && next.getLong(plan.segment()) == hash) {
      if (values == null || !reader.isOf(values, next)) {
        values = reader.segment(next);
        segment = collected.computeIfAbsent(reader.key(values), k -> new Collected());
      }
      segment.add(next);
      next = rows.hasNext() ? rows.next() : null;
    }
    collected.forEach((k, c) -> ready.add(c.segment(k)));
  }

  private final class Collected {
    private EncodedRows.Builder encoded = reader.builder();
    private long count;
    private long faults;

    void add(InternalRow row) {
      count++;
      if (!row.isNullAt(plan.fault())) {
        faults++;
      } else if (count > most) {
        encoded = null;
      } else if (encoded != null) {
        reader.add(row, encoded);
      }
    }

    Segment segment(SegmentKey key) {
      boolean isLarge = encoded == null || count > most;
      return new Segment(key, count, faults, isLarge ? null : encoded.build().sorted());
    }
  }
}
