package io.escala.inference.image;

import java.util.ArrayList;
import java.util.List;

/** The connected pieces of ink, of which specks and what comes in from the edge are left out. */
final class Pieces {
  private final int width;
  private final int height;
  private final boolean[] inked;
  private final int[] piece;
  private final int[] waiting;
  private final List<Piece> pieces = new ArrayList<>();

  /**
   * @param size how many pixels
   * @param touches the edge of the picture
   */
  private record Piece(int size, boolean touches) {}

  private Pieces(float[] ink, float threshold, int width, int height) {
    this.width = width;
    this.height = height;
    this.inked = new boolean[ink.length];
    for (int i = 0; i < ink.length; i++) {
      inked[i] = ink[i] >= threshold;
    }
    this.piece = new int[ink.length];
    this.waiting = new int[ink.length];
    for (int i = 0; i < ink.length; i++) {
      if (inked[i] && piece[i] == 0) {
        pieces.add(flood(i, pieces.size() + 1));
      }
    }
  }

  /**
   * Which pixels belong to the writing.
   *
   * @param smallest of a piece, as a share of the largest
   */
  static boolean[] keep(float[] ink, float threshold, int width, int height, float smallest) {
    Pieces all = new Pieces(ink, threshold, width, height);
    int largest = 0;
    int largestInside = 0;
    for (Piece p : all.pieces) {
      largest = Math.max(largest, p.size);
      largestInside = p.touches ? largestInside : Math.max(largestInside, p.size);
    }
    // The shade of a hand, the edge of the sheet: not when a digit lies clear of the edge
    boolean insideOnly = largestInside >= 0.1f * largest && largestInside >= 0.002f * ink.length;
    float least = smallest * (insideOnly ? largestInside : largest);
    boolean[] kept = new boolean[ink.length];
    for (int i = 0; i < kept.length; i++) {
      if (all.piece[i] > 0) {
        Piece p = all.pieces.get(all.piece[i] - 1);
        kept[i] = p.size >= least && !(insideOnly && p.touches);
      }
    }
    return kept;
  }

  private Piece flood(int start, int number) {
    int size = 0;
    boolean touches = false;
    int last = 0;
    waiting[last++] = start;
    piece[start] = number;
    while (last > 0) {
      int at = waiting[--last];
      size++;
      int x = at % width;
      int y = at / width;
      touches |= x == 0 || y == 0 || x == width - 1 || y == height - 1;
      for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
          if (x + dx >= 0 && x + dx < width && y + dy >= 0 && y + dy < height) {
            int to = at + dy * width + dx;
            if (inked[to] && piece[to] == 0) {
              piece[to] = number;
              waiting[last++] = to;
            }
          }
        }
      }
    }
    return new Piece(size, touches);
  }
}
