import io.escala.inference.Batch;
import io.escala.inference.Bundle;
import io.escala.inference.BundleFiles;
import io.escala.inference.EngineChoice;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.Predictions;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Times both engines on bundles' golden rows; see bench/engines. */
public final class Engines {
  private static final int TURNS = 7;
  private static final long NANOS_A_TURN = 300_000_000;

  private Engines() {}

  /** Takes bundles' folders. */
  public static void main(String[] folders) throws IOException {
    System.out.printf(
        "%-10s %5s %12s %16s %8s %12s%n",
        "model", "rows", "java us/row", "onnxruntime", "times", "difference");
    for (String folder : folders) {
      BundleFiles files = BundleFiles.of(Path.of(folder));
      try (Model java = Bundle.open(files);
          Model other = Bundle.open(files, EngineChoice.ONNX_RUNTIME)) {
        if (!java.engine().equals("java")) {
          System.out.printf("%-10s is computed by %s%n", java.manifest().name(), java.engine());
          continue;
        }
        for (int rows : new int[] {1, 64}) {
          compare(java, other, rows);
        }
      }
    }
  }

  private static void compare(Model java, Model other, int rows) {
    Batch one = batch(java, rows);
    Batch two = batch(other, rows);
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      ours.add(microsecondsARow(java, one));
      theirs.add(microsecondsARow(other, two));
    }
    System.out.printf(
        "%-10s %5d %12.2f %16.2f %8.1f %12.1e%n",
        java.manifest().name(),
        rows,
        median(ours),
        median(theirs),
        median(theirs) / median(ours),
        difference(java.predict(one), other.predict(two), java.manifest()));
  }

  private static Batch batch(Model model, int rows) {
    Manifest manifest = model.manifest();
    Batch batch = model.batch(rows);
    for (int row = 0; row < rows; row++) {
      Manifest.Golden golden = manifest.golden().get(row % manifest.golden().size());
      for (int input = 0; input < manifest.inputs().size(); input++) {
        batch.set(input, golden.inputs().get(manifest.inputs().get(input).name()));
      }
      batch.add();
    }
    return batch;
  }

  /** Of the processor: other work on the machine makes it wait, but does not count here. */
  private static double microsecondsARow(Model model, Batch batch) {
    long begun = now();
    long calls = 0;
    while (now() - begun < NANOS_A_TURN) {
      for (int i = 0; i < 20; i++, calls++) {
        model.predict(batch);
      }
    }
    return (now() - begun) / 1e3 / calls / batch.size();
  }

  private static long now() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static double difference(Predictions one, Predictions two, Manifest manifest) {
    double largest = 0;
    for (int row = 0; row < one.size(); row++) {
      for (int c = 0; c < manifest.classes().size(); c++) {
        largest = Math.max(largest, Math.abs(one.probability(row, c) - two.probability(row, c)));
      }
    }
    return largest;
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }
}
