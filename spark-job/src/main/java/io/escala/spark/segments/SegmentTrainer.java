package io.escala.spark.segments;

import io.escala.spark.bundle.NewBundle;
import io.escala.spark.evaluate.HeldOutMetrics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;

/** Fits, measures and publishes the model of one segment, or says why there is none. */
final class SegmentTrainer {
  private static final int FOLDS = 5;

  private final SegmentPlan plan;
  private final Sizes sizes;
  private final Configuration conf;
  private final ScoreHistogram pooled;

  /**
   * @param pooled counts the held-out rows of every model that is published
   */
  SegmentTrainer(SegmentPlan plan, Sizes sizes, Configuration conf, ScoreHistogram pooled) {
    this.plan = plan;
    this.sizes = sizes;
    this.conf = conf;
    this.pooled = pooled;
  }

  /** A segment whose rows are here. */
  SegmentOutcome train(SegmentKey key, EncodedRows rows) {
    return train(key, new LocalRows(rows), rows);
  }

  /**
   * A segment whose rows may be anywhere.
   *
   * @param sample some of its rows, the same in every run
   */
  SegmentOutcome train(SegmentKey key, RowBlocks blocks, EncodedRows sample) {
    ColumnSummary all = summary(blocks, Split.everything());
    try {
      String lacking = lacking(all);
      if (lacking != null) {
        boolean oneClass = all.positives() == 0 || all.positives() == all.rows();
        return without(
            key,
            all,
            oneClass ? SegmentOutcome.Status.ONE_CLASS : SegmentOutcome.Status.TOO_SMALL,
            lacking);
      }
      return all.rows() < sizes.few()
          ? byFolds(key, blocks, sample, all)
          : byHoldingOut(key, blocks, sample, all);
    } catch (RuntimeException | IOException e) {
      if (TaskContext.get() != null && TaskContext.get().isInterrupted()) {
        throw new IllegalStateException("the task was told to stop", e);
      }
      String said = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return without(key, all, SegmentOutcome.Status.FAILED, said.lines().findFirst().orElse(""));
    }
  }

  private static SegmentOutcome without(
      SegmentKey key, ColumnSummary all, SegmentOutcome.Status status, String reason) {
    return SegmentOutcome.without(key, all.rows(), all.positives(), status, reason);
  }

  private String lacking(ColumnSummary all) {
    long positives = all.positives();
    long fewer = Math.min(positives, all.rows() - positives);
    if (fewer == 0) {
      return "all of its " + all.rows() + " rows are " + (positives == 0 ? "no" : "yes");
    }
    if (all.rows() < plan.minRows()) {
      return "it has " + all.rows() + " rows, but --min-rows is " + plan.minRows();
    }
    if (fewer < plan.minClassRows()) {
      return "of its "
          + all.rows()
          + " rows "
          + fewer
          + " are "
          + (fewer == positives ? "yes" : "no")
          + ", but --min-class-rows is "
          + plan.minClassRows();
    }
    return null;
  }

  /** The rows of a small segment are too few to spare: each is scored by a model of the others. */
  private SegmentOutcome byFolds(
      SegmentKey key, RowBlocks blocks, EncodedRows rows, ColumnSummary all) throws IOException {
    int count = (int) Math.min(FOLDS, Math.min(all.positives(), all.rows() - all.positives()));
    LogisticFit fit = LogisticFit.of(blocks, Split.everything(), all, plan.regularization());
    int[] folds = Split.ByFold.deal(rows, count);
    List<Scores> scores = new ArrayList<>();
    for (int out = 0; out < count; out++) {
      Split split = new Split.ByFold(folds, out);
      ColumnSummary part = summary(blocks, split);
      if (part.positives() == 0 || part.positives() == part.rows()) {
        return without(
            key,
            all,
            SegmentOutcome.Status.ONE_CLASS,
            "too many of its rows are equal: without one fold all are "
                + (part.positives() == 0 ? "no" : "yes"));
      }
      scores.add(
          LogisticFit.from(fit, blocks, split, part, plan.regularization()).heldOut(rows, split));
    }
    Scores held = Scores.together(scores);
    return publish(
        key, all, fit, rows, count + "-fold", held.byFallingProbability(), List.of(held));
  }

  private SegmentOutcome byHoldingOut(
      SegmentKey key, RowBlocks blocks, EncodedRows sample, ColumnSummary all) throws IOException {
    Split split =
        new Split.ByHash(
            bound(blocks, 0, all.rows() - all.positives()), bound(blocks, 1, all.positives()));
    ColumnSummary part = summary(blocks, split);
    String oneClass = oneClass(part);
    if (oneClass != null) {
      return without(key, all, SegmentOutcome.Status.ONE_CLASS, oneClass);
    }
    LogisticFit fit = LogisticFit.of(blocks, split, part, plan.regularization());
    RowBlocks.Work<Scores> scoring = block -> fit.heldOut(block, split);
    List<ScoreHistogram> counted =
        blocks.map(
            block -> {
              ScoreHistogram histogram = new ScoreHistogram();
              histogram.add(scoring.of(block));
              return histogram;
            });
    SegmentOutcome outcome =
        publish(key, all, fit, sample, "held-out", blocks.byFallingProbability(scoring), List.of());
    counted.forEach(histogram -> pooled.add(histogram.counts()));
    return outcome;
  }

  private static String oneClass(ColumnSummary part) {
    if (part.positives() == 0 || part.positives() == part.rows()) {
      return "all " + part.rows() + " rows to fit are " + (part.positives() == 0 ? "no" : "yes");
    }
    long held = part.heldOutPositives();
    if (held == 0 || held == part.heldOut()) {
      return "all " + part.heldOut() + " held-out rows are " + (held == 0 ? "no" : "yes");
    }
    return null;
  }

  private static long bound(RowBlocks blocks, int label, long rows) {
    if (rows > Split.ByHash.COUNTED) {
      return Split.ByHash.bound();
    }
    List<long[]> hashes = blocks.map(block -> block.hashes(label));
    return Split.ByHash.bound(hashes.stream().flatMapToLong(Arrays::stream).toArray());
  }

  private static ColumnSummary summary(RowBlocks blocks, Split split) {
    return ColumnSummary.merged(blocks.map(block -> ColumnSummary.of(block, split)));
  }

  private SegmentOutcome publish(
      SegmentKey key,
      ColumnSummary all,
      LogisticFit fit,
      EncodedRows sample,
      String evaluation,
      Iterator<HeldOutMetrics.Scored> scored,
      List<Scores> scores)
      throws IOException {
    HeldOutMetrics metrics = HeldOutMetrics.of(scored, SegmentBundle.THRESHOLD);
    NewBundle bundle =
        new SegmentBundle(plan, fit).of(key, all.rows(), evaluation, metrics.toMap(), sample);
    bundle.verify();
    bundle.publishAgain(conf, new Path(plan.models()));
    scores.forEach(pooled::add);
    return new SegmentOutcome(
        key,
        all.rows(),
        all.positives(),
        SegmentOutcome.Status.FITTED,
        null,
        new SegmentOutcome.Published(
            bundle.manifest().name(),
            bundle.manifest().version().text(),
            evaluation,
            metrics,
            SegmentBundle.THRESHOLD));
  }

  /** Rows that are one block. */
  private record LocalRows(EncodedRows rows) implements RowBlocks {
    @Override
    public <T> List<T> map(Work<T> work) {
      return List.of(work.of(rows));
    }

    @Override
    public Iterator<HeldOutMetrics.Scored> byFallingProbability(Work<Scores> scoring) {
      return scoring.of(rows).byFallingProbability();
    }
  }
}
