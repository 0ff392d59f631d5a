package io.escala.spark.evaluate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The figures of a training run for a terminal, those measured in other ways beside them. */
public final class FiguresTable {
  private static final int NAME_WIDTH = 16;
  private static final String MAJORITY = "majorityAccuracy";

  /** The gap before a column; a number takes at least six places. */
  private static final int GAP = 3;

  private static final List<Figure> FIGURES =
      List.of(
          new Figure("ROC-AUC", "rocAuc"),
          new Figure("PR-AUC", "prAuc"),
          new Figure("log loss", "logLoss"),
          new Figure("Brier score", "brier"),
          new Figure("accuracy", "accuracy"),
          new Figure("  always", MAJORITY),
          new Figure("precision", "precision"),
          new Figure("recall", "recall"),
          new Figure("F1", "f1"));

  private record Figure(String words, String name) {}

  private record Column(String header, Map<String, Double> values) {}

  private FiguresTable() {}

  /**
   * Lines without line ends.
   *
   * @param negative what the other class is called, such as {@code no}
   * @param positive what the class is called whose probability the model gives
   */
  public static List<String> of(Measurements measured, String negative, String positive) {
    HeldOutMetrics metrics = measured.heldOut().metrics();
    // The later rows may have another majority
    boolean oneMajority =
        measured
            .timeSplit()
            .map(t -> t.metrics().positiveRate() > 0.5 == metrics.positiveRate() > 0.5)
            .orElse(true);
    String majority =
        oneMajority ? " " + (metrics.positiveRate() > 0.5 ? positive : negative) : " the same";
    List<Column> columns = columns(measured);
    List<String> lines = new ArrayList<>();
    StringBuilder header = new StringBuilder(pad(""));
    columns.forEach(c -> header.append(" ".repeat(GAP)).append(c.header()));
    lines.add(header.toString());
    for (Figure figure : FIGURES) {
      boolean constant = figure.name().equals(MAJORITY);
      StringBuilder line =
          new StringBuilder(pad(constant ? figure.words() + majority : figure.words()));
      for (Column column : columns) {
        String number = String.format(Locale.ROOT, "%.4f", column.values().get(figure.name()));
        line.append(" ".repeat(GAP + column.header().length() - number.length())).append(number);
      }
      lines.add(line.toString());
    }
    explained(measured).ifPresent(lines::add);
    return lines;
  }

  private static List<Column> columns(Measurements measured) {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("held out", measured.heldOut().metrics().toMap()));
    if (!measured.folds().isEmpty()) {
      Map<String, FoldStatistics> folds = FoldStatistics.of(measured.folds());
      columns.add(
          new Column(
              "mean of " + measured.folds().size() + " folds",
              FoldStatistics.each(folds, FoldStatistics::mean)));
      columns.add(new Column("deviation", FoldStatistics.each(folds, FoldStatistics::deviation)));
    }
    measured.timeSplit().ifPresent(t -> columns.add(new Column("later rows", t.metrics().toMap())));
    return columns;
  }

  private static Optional<String> explained(Measurements measured) {
    return measured
        .timeSplit()
        .map(
            t ->
                String.format(
                    Locale.ROOT,
                    "later rows: fitted to the first %d of the input, measured on the last %d; if"
                        + " that is the order of time, expect these",
                    t.trainRows(),
                    t.metrics().rows()));
  }

  private static String pad(String name) {
    return name + " ".repeat(Math.max(0, NAME_WIDTH - name.length()));
  }
}
