package io.escala.inference.image;

/**
 * A picture small enough to look at closely: upright, on paper where it was transparent, its longer
 * side at most {@link #LONGEST_SIDE}, each pixel the mean of what it covers.
 */
final class WorkingCopy {
  static final int LONGEST_SIDE = 480;

  private static final int OPAQUE = 255;

  private final int width;
  private final int height;
  private final float[] luma;

  private WorkingCopy(int width, int height, float[] luma) {
    this.width = width;
    this.height = height;
    this.luma = luma;
  }

  int width() {
    return width;
  }

  int height() {
    return height;
  }

  /** Row by row, 0 (black) to 255 (white). */
  float[] luma() {
    return luma;
  }

  static WorkingCopy of(Picture picture) {
    int width = picture.width();
    int height = picture.height();
    int longer = Math.max(width, height);
    int side = Math.min(longer, LONGEST_SIDE);
    int toWidth = Math.max(1, Math.round((float) width * side / longer));
    int toHeight = Math.max(1, Math.round((float) height * side / longer));
    int paper = picture.alpha() == null ? 0 : paper(picture);
    float[] mean = new float[toWidth * toHeight];
    for (int y = 0; y < toHeight; y++) {
      int top = (int) ((long) y * height / toHeight);
      int bottom = (int) ((long) (y + 1) * height / toHeight);
      for (int x = 0; x < toWidth; x++) {
        int left = (int) ((long) x * width / toWidth);
        int right = (int) ((long) (x + 1) * width / toWidth);
        mean[y * toWidth + x] = mean(picture, left, top, right, bottom, paper);
      }
    }
    return upright(new WorkingCopy(toWidth, toHeight, mean), picture.turn());
  }

  /** What lies behind transparent pixels: the contrary of what is drawn. */
  private static int paper(Picture picture) {
    long drawn = 0;
    long opaque = 0;
    for (int i = 0; i < picture.alpha().length; i++) {
      int alpha = picture.alpha()[i] & 0xFF;
      drawn += (long) alpha * (picture.luma()[i] & 0xFF);
      opaque += alpha;
    }
    return drawn > opaque * 127 ? 0 : OPAQUE;
  }

  private static float mean(Picture picture, int left, int top, int right, int bottom, int paper) {
    long sum = 0;
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        int at = y * picture.width() + x;
        int value = picture.luma()[at] & 0xFF;
        int alpha = picture.alpha() == null ? OPAQUE : picture.alpha()[at] & 0xFF;
        sum += (long) value * alpha + (long) paper * (OPAQUE - alpha);
      }
    }
    return (float) sum / OPAQUE / ((right - left) * (bottom - top));
  }

  private static WorkingCopy upright(WorkingCopy copy, int turn) {
    if (turn == 1) {
      return copy;
    }
    boolean sideways = turn >= 5;
    int width = sideways ? copy.height : copy.width;
    int height = sideways ? copy.width : copy.height;
    float[] turned = new float[copy.luma.length];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int fromX = sideways ? y : x;
        int fromY = sideways ? x : y;
        if (turn == 2 || turn == 3 || turn == 7 || turn == 8) {
          fromX = copy.width - 1 - fromX;
        }
        if (turn == 3 || turn == 4 || turn == 6 || turn == 7) {
          fromY = copy.height - 1 - fromY;
        }
        turned[y * width + x] = copy.luma[fromY * copy.width + fromX];
      }
    }
    return new WorkingCopy(width, height, turned);
  }
}
