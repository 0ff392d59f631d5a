package io.escala.inference.image;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A digit as somebody writes it: smooth strokes through points, several ways for most digits, no
 * two alike. The same random numbers give the same digit.
 */
final class PenStrokes {
  /** For each digit the ways to write it, each a list of strokes x, y, x, y... in a 12x20 box. */
  private static final List<List<double[][]>> WAYS =
      List.of(
          List.of(
              way("6 0 2 3 0 10 2 17 6 20 10 17 12 10 10 3 6 0"),
              way("8 0 3 2 0 8 1 15 5 20 10 18 12 11 11 4 7 0 5 1")),
          List.of(way("2 5 6 1 7 0 7 7 7 14 7 20"), way("6 0 6 7 6 14 6 20"), way("8 0 7 7 5 20")),
          List.of(
              way("1 4 3 1 7 0 11 2 11 7 7 12 1 20 1 20 6 20 12 20"),
              way("0 5 3 0 8 0 11 4 9 10 4 16 2 19 4 20 8 18 12 20")),
          List.of(
              way("1 2 5 0 10 1 11 5 8 9 5 9 9 10 12 14 10 19 5 20 0 18"),
              way("1 0 6 0 11 0 11 0 8 4 5 8 10 10 12 14 9 19 4 20 0 17")),
          List.of(
              way("4 0 2 6 0 13 0 13 6 13 12 13", "9 5 9 12 8 20"),
              way("9 20 9 10 9 0 9 0 5 6 0 14 0 14 6 14 12 14")),
          List.of(
              way("2 0 1 4 1 8 1 8 6 7 11 10 11 16 7 20 1 19", "2 0 6 0 11 0"),
              way("11 0 6 0 2 0 2 0 2 4 1 8 1 8 6 7 11 11 10 17 5 20 0 18")),
          List.of(
              way("9 0 4 4 1 10 1 16 5 20 10 18 11 14 8 11 4 12 1 15"),
              way("7 0 3 6 1 13 3 19 8 20 11 16 9 12 5 12 2 15")),
          List.of(
              way("0 1 6 1 12 0 12 0 8 9 5 20"),
              way("0 1 6 1 12 0 12 0 8 9 5 20", "4 11 7 11 11 10")),
          List.of(
              way("6 9 2 6 3 1 6 0 10 1 10 6 6 9 1 14 2 19 6 20 11 18 11 14 6 9"),
              way("10 3 6 0 2 2 2 6 6 9 11 13 10 19 5 20 1 17 3 12 8 8 10 3")),
          List.of(
              way("11 4 7 0 2 2 1 7 5 10 10 7 11 3 11 10 10 20"),
              way("11 5 8 0 3 1 1 6 4 10 9 8 11 4 10 12 6 20")));

  private static final int STEPS = 8;

  private PenStrokes() {}

  private static double[][] way(String... strokes) {
    double[][] parsed = new double[strokes.length][];
    for (int s = 0; s < strokes.length; s++) {
      parsed[s] =
          Arrays.stream(strokes[s].split(" ", -1)).mapToDouble(Double::parseDouble).toArray();
    }
    return parsed;
  }

  /** Strokes of short, straight pieces, in the same box or a little beyond. */
  static double[][] of(int digit, SplittableRandom random) {
    List<double[][]> ways = WAYS.get(digit);
    double[][] way = ways.get(random.nextInt(ways.size()));
    double slant = random.nextDouble(-0.25, 0.25);
    double turn = random.nextDouble(-0.14, 0.14);
    double wide = random.nextDouble(0.75, 1.25);
    double[][] written = new double[way.length][];
    for (int s = 0; s < way.length; s++) {
      double[] points = way[s].clone();
      for (int p = 0; p < points.length; p += 2) {
        boolean corner = p >= 2 && way[s][p] == way[s][p - 2] && way[s][p + 1] == way[s][p - 1];
        double x = (way[s][p] - 6 + random.nextDouble(-0.5, 0.5)) * wide;
        double y = way[s][p + 1] - 10 + random.nextDouble(-0.5, 0.5);
        double slanted = x - slant * y;
        points[p] = corner ? points[p - 2] : 6 + slanted * Math.cos(turn) - y * Math.sin(turn);
        points[p + 1] = corner ? points[p - 1] : 10 + slanted * Math.sin(turn) + y * Math.cos(turn);
      }
      written[s] = smooth(points);
    }
    return written;
  }

  /** A Catmull-Rom curve; a point given twice is a corner. */
  private static double[] smooth(double[] points) {
    int count = points.length / 2;
    double[] curve = new double[2 * ((count - 1) * STEPS + 1)];
    int out = 0;
    for (int p = 0; p < count - 1; p++) {
      for (int step = 0; step < STEPS; step++) {
        double t = (double) step / STEPS;
        curve[out++] = between(points, p, 0, t);
        curve[out++] = between(points, p, 1, t);
      }
    }
    curve[out++] = points[points.length - 2];
    curve[out] = points[points.length - 1];
    return curve;
  }

  private static double between(double[] points, int p, int axis, double t) {
    int last = points.length / 2 - 1;
    double b = points[2 * p + axis];
    double c = points[2 * p + 2 + axis];
    double a = points[2 * Math.max(p - 1, 0) + axis];
    double d = points[2 * Math.min(p + 2, last) + axis];
    return 0.5
        * (2 * b + t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * b - a - 3 * c + d))));
  }
}
