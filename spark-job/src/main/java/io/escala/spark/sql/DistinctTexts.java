package io.escala.spark.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.spark.util.AccumulatorV2;

/**
 * The different texts that tasks met, at most {@link #MOST} of them, the first in order. Unlike a
 * count it stays right when Spark evaluates a row again: for a retried task, a lost executor, the
 * sample that a sort takes first, or an expression that the optimizer put in two places.
 */
final class DistinctTexts extends AccumulatorV2<String, List<String>> {
  private static final long serialVersionUID = 1L;
  static final int MOST = 100;

  private final NavigableSet<String> texts = new TreeSet<>();

  @Override
  public synchronized void add(String text) {
    if (texts.add(text) && texts.size() > MOST) {
      texts.pollLast();
    }
  }

  @Override
  public synchronized void merge(AccumulatorV2<String, List<String>> other) {
    other.value().forEach(this::add);
  }

  @Override
  public synchronized List<String> value() {
    return new ArrayList<>(texts);
  }

  @Override
  public synchronized boolean isZero() {
    return texts.isEmpty();
  }

  @Override
  public synchronized void reset() {
    texts.clear();
  }

  @Override
  public synchronized DistinctTexts copy() {
    DistinctTexts copy = new DistinctTexts();
    copy.texts.addAll(texts);
    return copy;
  }
}
