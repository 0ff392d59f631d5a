package io.escala.spark.score;

import io.escala.inference.Batch;
import io.escala.inference.InputException;
import io.escala.inference.Model;
import io.escala.inference.Predictions;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.codegen.UnsafeRowWriter;
import org.apache.spark.unsafe.types.UTF8String;
import org.apache.spark.util.LongAccumulator;

/**
 * Scores the rows of a partition in batches. Gives the sound rows, each with what {@link
 * ScorePlan#added} says; or instead the others, each with the column at fault and the reason. The
 * rows it gives are valid until the next is asked for, as Spark's own are.
 */
final class ScoreRows implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<Map<String, byte[]>> bundle;
  private final ScorePlan plan;
  private final int batchSize;
  private final boolean faults;
  private final LongAccumulator rows;
  private final LongAccumulator faulty;

  /**
   * @param faults whether to give the rows that cannot be scored rather than those that can
   * @param rows counts all
   * @param faulty counts those that cannot be scored
   */
  ScoreRows(
      Broadcast<Map<String, byte[]>> bundle,
      ScorePlan plan,
      int batchSize,
      boolean faults,
      LongAccumulator rows,
      LongAccumulator faulty) {
    this.bundle = bundle;
    this.plan = plan;
    this.batchSize = batchSize;
    this.faults = faults;
    this.rows = rows;
    this.faulty = faulty;
  }

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> partition) {
    return new Scored(partition, ExecutorModels.of(bundle.value()));
  }

  private final class Scored implements Iterator<InternalRow> {
    private final Iterator<InternalRow> partition;
    private final Model model;
    private final Batch batch;
    private final RowReader reader;
    private final InternalRow[] sound;
    private final InternalRow[] unsound;
    private final RowReader.Fault[] reasons;
    private final UTF8String[] classes;
    private final JoinedRow joined = new JoinedRow();
    private final UnsafeRowWriter added;
    private Predictions predictions;
    private int faultsHere;
    private int next;
    private int ready;

    Scored(Iterator<InternalRow> partition, Model model) {
      this.partition = partition;
      this.model = model;
      this.batch = model.batch(batchSize);
      this.reader = new RowReader(plan, batchSize);
      this.sound = new InternalRow[batchSize];
      this.unsound = new InternalRow[batchSize];
      this.reasons = new RowReader.Fault[batchSize];
      this.classes =
          model.manifest().classes().stream()
              .map(UTF8String::fromString)
              .toArray(UTF8String[]::new);
      this.added = new UnsafeRowWriter(faults ? 2 : reader.parsedColumns() + 2);
    }

    @Override
    public boolean hasNext() {
      while (next == ready && partition.hasNext()) {
        score();
      }
      return next < ready;
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      int row = next++;
      added.reset();
      added.zeroOutNullBytes();
      if (faults) {
        added.write(0, UTF8String.fromString(reasons[row].column()));
        added.write(1, UTF8String.fromString(reasons[row].reason()));
        return joined.apply(unsound[row], added.getRow());
      }
      int field = 0;
      for (; field < reader.parsedColumns(); field++) {
        if (reader.isAbsent(field, row)) {
          added.setNullAt(field);
        } else {
          added.write(field, reader.bits(field, row));
        }
      }
      int label = predictions.labelIndex(row);
      added.write(field, classes[label]);
      added.write(
          field + 1, predictions.probability(row, plan.positive() < 0 ? label : plan.positive()));
      return joined.apply(sound[row], added.getRow());
    }

    private void score() {
      batch.clear();
      faultsHere = 0;
      int read = 0;
      while (read < batchSize && partition.hasNext()) {
        InternalRow row = partition.next().copy(); // Spark uses the row again
        read++;
        take(row);
      }
      rows.add(read);
      try {
        predictions = model.predict(batch);
      } catch (InputException e) {
        scoreWithoutTheUnscorable();
      }
      faulty.add(faultsHere);
      next = 0;
      ready = faults ? faultsHere : batch.size();
    }

    private void take(InternalRow row) {
      RowReader.Fault fault = reader.read(row, batch);
      if (fault == null) {
        sound[batch.size()] = row;
        batch.add();
      } else {
        refuse(row, fault);
      }
    }

    private void refuse(InternalRow row, RowReader.Fault fault) {
      unsound[faultsHere] = row;
      reasons[faultsHere++] = fault;
    }

    /** Some rows are sound by the manifest, and yet the graph gives them no probability. */
    private void scoreWithoutTheUnscorable() {
      InternalRow[] all = java.util.Arrays.copyOf(sound, batch.size());
      boolean[] scorable = new boolean[all.length];
      String[] why = new String[all.length];
      for (int row = 0; row < all.length; row++) {
        batch.clear();
        reader.read(all[row], batch);
        batch.add();
        try {
          model.predict(batch);
          scorable[row] = true;
        } catch (InputException e) {
          why[row] = e.getMessage().replace("rows[0]", "the row");
        }
      }
      batch.clear();
      for (int row = 0; row < all.length; row++) {
        if (scorable[row]) {
          take(all[row]);
        } else {
          refuse(all[row], new RowReader.Fault("*", why[row]));
        }
      }
      predictions = model.predict(batch);
    }
  }
}
