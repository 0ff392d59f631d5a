package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.CLASSES;

import java.util.LinkedHashMap;
import java.util.Map;

/** How a classifier does on images that it was not fitted to. */
final class Confusion {
  private final int[][] counts = new int[CLASSES][CLASSES];
  private double logLoss;
  private int rows;

  /**
   * @param probabilities by image and class
   */
  static Confusion of(byte[] labels, float[] probabilities) {
    Confusion confusion = new Confusion();
    for (int i = 0; i < labels.length; i++) {
      int best = 0;
      for (int c = 1; c < CLASSES; c++) {
        best = probabilities[i * CLASSES + c] > probabilities[i * CLASSES + best] ? c : best;
      }
      confusion.counts[labels[i]][best]++;
      double ofTruth = Math.max(probabilities[i * CLASSES + labels[i]], 1e-15);
      confusion.logLoss -= StrictMath.log(ofTruth);
    }
    confusion.rows = labels.length;
    return confusion;
  }

  int rows() {
    return rows;
  }

  double accuracy() {
    int right = 0;
    for (int c = 0; c < CLASSES; c++) {
      right += counts[c][c];
    }
    return (double) right / rows;
  }

  /** Accuracy, log loss, then precision and recall of each class that occurs. */
  Map<String, Double> metrics() {
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("accuracy", accuracy());
    metrics.put("logLoss", logLoss / rows);
    for (int c = 0; c < CLASSES; c++) {
      int said = 0;
      int are = 0;
      for (int other = 0; other < CLASSES; other++) {
        said += counts[other][c];
        are += counts[c][other];
      }
      if (said > 0 && are > 0) {
        metrics.put("precision." + c, (double) counts[c][c] / said);
        metrics.put("recall." + c, (double) counts[c][c] / are);
      }
    }
    return metrics;
  }

  /** A line for each digit there is, a column for each digit that was said. */
  String toCsv() {
    StringBuilder csv = new StringBuilder("digit");
    for (int c = 0; c < CLASSES; c++) {
      csv.append(",said_").append(c);
    }
    for (int digit = 0; digit < CLASSES; digit++) {
      csv.append('\n').append(digit);
      for (int said : counts[digit]) {
        csv.append(',').append(said);
      }
    }
    return csv.append('\n').toString();
  }
}
