package io.escala.spark.digits;

import static io.escala.spark.digits.DigitNet.CLASSES;
import static io.escala.spark.digits.DigitNet.PARAMETERS;
import static io.escala.spark.digits.DigitNet.PIXELS;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Fits the network with Adam. A batch is always cut into the same groups of lanes, whose gradients
 * are added in the same order; the threads only decide how soon that is done. The same images,
 * epochs and seed give the same parameters to the last bit, on any number of cores.
 */
final class DigitTrainer implements AutoCloseable {
  static final int BATCH = 64;
  static final double LEARNING_RATE = 0.006;
  static final double WEIGHT_DECAY = 1e-4;

  private static final int GROUPS = BATCH / Lanes.COUNT;
  private static final double MOMENTUM = 0.9;
  private static final double SCALE_MEMORY = 0.999;
  private static final double EPSILON = 1e-8;

  private final List<Group> groups = new ArrayList<>();
  private final ExecutorService threads;

  DigitTrainer(int cores) {
    threads =
        Executors.newFixedThreadPool(
            Math.min(cores, GROUPS),
            task -> {
              Thread thread = new Thread(task, "escala-digits");
              thread.setDaemon(true);
              return thread;
            });
    for (int i = 0; i < GROUPS; i++) {
      groups.add(new Group());
    }
  }

  /**
   * The fitted parameters.
   *
   * @param images at least {@link #BATCH}
   * @param progress told the number of batches done, of {@link #batches}
   */
  float[] fit(Digits images, int epochs, long seed, IntConsumer progress) {
    if (images.size() < BATCH) {
      throw new IllegalArgumentException("there are fewer than " + BATCH + " images");
    }
    float[] parameters = DigitNet.random(new SplittableRandom(seed));
    Adam adam = new Adam();
    int steps = images.size() / BATCH;
    for (int epoch = 0; epoch < epochs; epoch++) {
      int[] order = shuffled(images.size(), mix(seed, epoch, -1));
      for (int step = 0; step < steps; step++) {
        double done = (epoch + (double) step / steps) / epochs;
        double rate = LEARNING_RATE * 0.5 * (1 + StrictMath.cos(Math.PI * done));
        gradients(images, order, step * BATCH, parameters, mix(seed, epoch, step));
        adam.step(parameters, rate);
        progress.accept(epoch * steps + step + 1);
      }
    }
    return parameters;
  }

  /** How many batches it takes to see so many images so often; what does not fill one waits. */
  static int batches(int images, int epochs) {
    return images / BATCH * epochs;
  }

  /** The probabilities of each image, by image and class. */
  float[] probabilities(Digits images, float[] parameters) {
    float[] result = new float[images.size() * CLASSES];
    int rounds = (images.size() + BATCH - 1) / BATCH;
    for (int round = 0; round < rounds; round++) {
      int first = round * BATCH;
      each(group -> group.score(images, first, parameters, result));
    }
    return result;
  }

  private void gradients(
      Digits images, int[] order, int first, float[] parameters, long randomSeed) {
    each(group -> group.learn(images, order, first, parameters, randomSeed));
  }

  private void each(Consumer<Group> work) {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (Group group : groups) {
      tasks.add(
          () -> {
            work.accept(group);
            return null;
          });
    }
    try {
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("training was interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("training failed", e.getCause());
    }
  }

  private static int[] shuffled(int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int[] order = new int[size];
    Arrays.setAll(order, i -> i);
    for (int i = size - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }

  private static long mix(long seed, long epoch, long step) {
    return (seed * 0x9E3779B97F4A7C15L + epoch) * 0xBF58476D1CE4E5B9L + step;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }

  /** Some lanes with what they need beside them. */
  private final class Group {
    private final Lanes lanes = new Lanes();
    private final Distortion distortion = new Distortion();
    private final float[] image = new float[PIXELS];
    private final float[] distorted = new float[PIXELS];
    private final float[] slopes = new float[Lanes.COUNT * CLASSES];
    private final int start = groups.size() * Lanes.COUNT;

    void learn(Digits images, int[] order, int first, float[] parameters, long randomSeed) {
      SplittableRandom random = new SplittableRandom(randomSeed + start);
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        images.copyTo(image, order[first + start + lane]);
        distortion.apply(image, random, distorted);
        lanes.setImage(lane, distorted);
      }
      lanes.forward(parameters);
      softmax(lanes, slopes);
      for (int lane = 0; lane < Lanes.COUNT; lane++) {
        slopes[lane * CLASSES + images.labels()[order[first + start + lane]]] -= 1;
      }
      lanes.backward(parameters, slopes);
    }

    void score(Digits images, int first, float[] parameters, float[] result) {
      int here = Math.min(Lanes.COUNT, images.size() - first - start);
      for (int lane = 0; lane < here; lane++) {
        images.copyTo(image, first + start + lane);
        lanes.setImage(lane, image);
      }
      if (here > 0) {
        lanes.forward(parameters);
        softmax(lanes, slopes);
        System.arraycopy(slopes, 0, result, (first + start) * CLASSES, here * CLASSES);
      }
    }
  }

  private static void softmax(Lanes lanes, float[] to) {
    double[] powers = new double[CLASSES];
    for (int lane = 0; lane < Lanes.COUNT; lane++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int c = 0; c < CLASSES; c++) {
        largest = Math.max(largest, lanes.score(lane, c));
      }
      double sum = 0;
      for (int c = 0; c < CLASSES; c++) {
        powers[c] = StrictMath.exp(lanes.score(lane, c) - largest);
        sum += powers[c];
      }
      for (int c = 0; c < CLASSES; c++) {
        to[lane * CLASSES + c] = (float) (powers[c] / sum);
      }
    }
  }

  /** D. P. Kingma, J. Ba, "Adam", 2015, with decay of the weights apart from the gradient. */
  private final class Adam {
    private final float[] mean = new float[PARAMETERS];
    private final float[] square = new float[PARAMETERS];
    private double meanLeft = 1;
    private double squareLeft = 1;

    void step(float[] parameters, double rate) {
      meanLeft *= MOMENTUM;
      squareLeft *= SCALE_MEMORY;
      double meanScale = 1 / (1 - meanLeft);
      double squareScale = 1 / (1 - squareLeft);
      for (int i = 0; i < PARAMETERS; i++) {
        float slope = 0;
        for (Group group : groups) {
          slope += group.lanes.gradient[i];
        }
        slope /= BATCH;
        mean[i] = (float) (MOMENTUM * mean[i] + (1 - MOMENTUM) * slope);
        square[i] = (float) (SCALE_MEMORY * square[i] + (1 - SCALE_MEMORY) * slope * slope);
        double size = Math.sqrt(square[i] * squareScale) + EPSILON;
        parameters[i] -=
            (float) (rate * (mean[i] * meanScale / size + WEIGHT_DECAY * parameters[i]));
      }
      DigitNet.keepPaperQuiet(parameters);
    }
  }
}
