package io.escala.spark.report;

import static io.escala.spark.report.Numbers.count;
import static io.escala.spark.report.Numbers.fixed;
import static io.escala.spark.report.Numbers.percent;

import io.escala.spark.evaluate.Decile;
import io.escala.spark.evaluate.HeldOutMetrics;
import io.escala.spark.evaluate.Measurements;
import java.util.ArrayList;
import java.util.List;

/** How good the model is, in sentences. */
final class Verdict {
  /** A fall of ROC-AUC over time that is worth a warning. */
  private static final double NOTABLE = 0.02;

  private Verdict() {}

  static List<String> sentences(ReportData data) {
    Measurements measured = data.measurements();
    HeldOutMetrics metrics = measured.heldOut().metrics();
    String yes = data.positive();
    Decile first = measured.heldOut().deciles().get(0);
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "On "
            + count(metrics.rows())
            + " rows that it had not seen, the model ranks "
            + word(metrics.rocAuc())
            + ": of a row that is "
            + yes
            + " and one that is "
            + data.negative()
            + ", it gives the former the higher probability "
            + fixed(100 * metrics.rocAuc(), 0)
            + " times in 100 (ROC-AUC "
            + fixed(metrics.rocAuc(), 3)
            + "; chance is 0.5).");
    sentences.add(
        "The tenth of the rows that it rates highest holds "
            + percent(first.gain())
            + " of all "
            + yes
            + ": "
            + fixed(first.lift(), 1)
            + " times as many as a tenth chosen at random.");
    sentences.add(accuracy(data, metrics));
    measured.timeSplit().ifPresent(split -> sentences.add(overTime(metrics, split.metrics())));
    return sentences;
  }

  private static String word(double rocAuc) {
    if (rocAuc < 0.5) {
      return "worse than chance";
    } else if (rocAuc < 0.55) {
      return "hardly better than chance";
    } else if (rocAuc < 0.65) {
      return "weakly";
    } else if (rocAuc < 0.75) {
      return "fairly well";
    } else if (rocAuc < 0.85) {
      return "well";
    } else if (rocAuc < 0.98) {
      return "very well";
    }
    return "almost perfectly, which is worth a second look for a column that knows the answer";
  }

  private static String accuracy(ReportData data, HeldOutMetrics metrics) {
    double gain = metrics.accuracy() - metrics.majorityAccuracy();
    String majority = metrics.positiveRate() > 0.5 ? data.positive() : data.negative();
    String baseline =
        "it is right about "
            + percent(metrics.accuracy())
            + " of the rows; always saying "
            + majority
            + " would be right about "
            + percent(metrics.majorityAccuracy());
    String threshold =
        "At the threshold " + fixed(data.measurements().heldOut().threshold(), 3) + " ";
    String found =
        ", and it finds "
            + percent(metrics.recall())
            + " of all "
            + data.positive()
            + ", "
            + percent(metrics.precision())
            + " of those that it calls so being right.";
    if (gain >= 0.0005) {
      return threshold + baseline + found;
    }
    return threshold
        + baseline
        + found
        + " By accuracy alone it is "
        + (gain > -0.0005 ? "no better" : "worse")
        + " than that constant answer; its use is in the order of the rows.";
  }

  private static String overTime(HeldOutMetrics metrics, HeldOutMetrics later) {
    String figures =
        "Fitted to the first rows of the input and asked about the "
            + count(later.rows())
            + " after them, it reaches ROC-AUC "
            + fixed(later.rocAuc(), 3)
            + " and PR-AUC "
            + fixed(later.averagePrecision(), 3)
            + " where "
            + percent(later.positiveRate())
            + " of the rows are positive: ";
    if (later.rocAuc() < metrics.rocAuc() - NOTABLE) {
      return figures
          + "the past tells less about the future than the figures on this page suggest. If the"
          + " input is in the order of time, expect this one in use.";
    }
    return figures + "what it learned holds over time.";
  }
}
