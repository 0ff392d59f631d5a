package io.escala.inference;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Opens bundles: checks the files by their hashes, opens the graph, scores the golden rows. A model
 * that comes out of here gives the answers that training computed.
 */
public final class Bundle {
  /** How far a probability of a golden row may be from what training computed. */
  public static final double PROBABILITY_TOLERANCE = 1e-6;

  private Bundle() {}

  /**
   * Checks a bundle's folder as every loader will, and its report too, and that ONNX Runtime
   * agrees. For whoever writes bundles: call it before the pointer is written.
   *
   * @return the bundle's manifest
   * @throws BundleException if a loader would refuse it
   * @throws IOException if a file cannot be read
   */
  public static Manifest verify(Path folder) throws IOException {
    BundleFiles files = BundleFiles.of(folder);
    try (Model model = openVerified(files)) {
      String report = model.manifest().files().get(Manifest.REPORT_FILE);
      if (report != null) {
        check(Manifest.REPORT_FILE, files.read(Manifest.REPORT_FILE), report);
      }
      return model.manifest();
    }
  }

  /**
   * A model that is ready to answer, of a bundle that holds in ONNX Runtime too, with which others
   * read it even if Java computes it here. For whoever writes bundles. The caller closes it.
   *
   * @throws BundleException if the bundle would be refused, or ONNX Runtime does not give the
   *     golden rows' answers
   * @throws IOException if a file cannot be read
   */
  public static Model openVerified(BundleFiles files) throws IOException {
    Manifest manifest = Manifest.fromJson(files.read(Manifest.FILE_NAME));
    byte[] graph = graph(files, manifest);
    Model model = open(manifest, graph, EngineChoice.FITTING);
    try {
      if (model.engine().equals(Model.JAVA)) {
        open(manifest, graph, EngineChoice.ONNX_RUNTIME).close();
      }
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * A model that is ready to answer. The caller closes it. The report is not read: it is many times
   * the size of a model, and a start would wait for it.
   *
   * @throws BundleException if the bundle is refused
   * @throws IOException if a file cannot be read now
   */
  public static Model open(BundleFiles files) throws IOException {
    return open(files, EngineChoice.FITTING);
  }

  /**
   * The same, with a say in who computes the graph.
   *
   * @throws BundleException if the bundle is refused
   * @throws IOException if a file cannot be read now
   */
  public static Model open(BundleFiles files, EngineChoice engine) throws IOException {
    Manifest manifest = Manifest.fromJson(files.read(Manifest.FILE_NAME));
    return open(manifest, graph(files, manifest), engine);
  }

  /** The graph, once all files but the report have the hashes that the manifest says. */
  private static byte[] graph(BundleFiles files, Manifest manifest) throws IOException {
    byte[] graph = null;
    for (Map.Entry<String, String> file : manifest.files().entrySet()) {
      if (file.getKey().equals(Manifest.REPORT_FILE)) {
        continue;
      }
      byte[] content = files.read(file.getKey());
      check(file.getKey(), content, file.getValue());
      if (file.getKey().equals(Manifest.MODEL_FILE)) {
        graph = content;
      }
    }
    return graph;
  }

  private static Model open(Manifest manifest, byte[] graph, EngineChoice engine) {
    Model model = Model.open(manifest, graph, engine);
    try {
      checkGolden(model);
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private static void check(String name, byte[] content, String expected) {
    String sha256 = Sha256.of(content);
    if (!sha256.equals(expected)) {
      throw new BundleException(
          name + " has SHA-256 " + sha256 + ", but the manifest says " + expected);
    }
  }

  private static void checkGolden(Model model) {
    Manifest manifest = model.manifest();
    List<Manifest.Golden> golden = manifest.golden();
    Predictions predictions;
    try {
      List<Map<String, Object>> rows = new ArrayList<>();
      for (Manifest.Golden row : golden) {
        rows.add(row.inputs());
      }
      predictions = model.predict(rows, "golden");
    } catch (InputException | ScoringException e) {
      throw new BundleException("the golden rows cannot be scored: " + e.getMessage(), e);
    }
    for (int row = 0; row < golden.size(); row++) {
      Manifest.Golden expected = golden.get(row);
      if (!predictions.label(row).equals(expected.label())) {
        throw new BundleException(
            "golden["
                + row
                + "] is \""
                + predictions.label(row)
                + "\" by the graph, but training said \""
                + expected.label()
                + "\"");
      }
      for (int column = 0; column < manifest.classes().size(); column++) {
        double actual = predictions.probability(row, column);
        if (!(Math.abs(actual - expected.probabilities().get(column)) <= PROBABILITY_TOLERANCE)) {
          throw new BundleException(
              "golden["
                  + row
                  + "] has probability "
                  + actual
                  + " of \""
                  + manifest.classes().get(column)
                  + "\" by the graph, but training computed "
                  + expected.probabilities().get(column));
        }
      }
      checkThreshold(manifest, predictions, row);
    }
  }

  private static void checkThreshold(Manifest manifest, Predictions predictions, int row) {
    if (manifest.positiveClass().isEmpty()) {
      return;
    }
    String positive = manifest.positiveClass().get();
    double above =
        predictions.probability(row, manifest.classes().indexOf(positive))
            - manifest.threshold().getAsDouble();
    if (Math.abs(above) > PROBABILITY_TOLERANCE
        && (above > 0) != predictions.label(row).equals(positive)) {
      throw new BundleException(
          "golden["
              + row
              + "] is \""
              + predictions.label(row)
              + "\", which does not follow from the manifest's threshold "
              + manifest.threshold().getAsDouble());
    }
  }
}
