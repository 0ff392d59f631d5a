package io.escala.spark.wine;

import io.escala.inference.BundleVersion;
import io.escala.inference.Datatype;
import io.escala.inference.Manifest;
import io.escala.inference.Sha256;
import io.escala.spark.bundle.NewBundle;
import io.escala.spark.data.DataFiles;
import io.escala.spark.onnx.SvmFormula;
import io.escala.spark.onnx.SvmGraph;
import io.escala.spark.storage.Locations;
import io.escala.spark.train.Version;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Fits the wine classifier and publishes it. Small enough for the driver alone. */
public final class WineTraining {
  private static final String DATA = "wine.csv";
  private static final String DATA_URI = "https://doi.org/10.24432/C5PC7J";
  private static final int GOLDEN_EVERY = 12;

  private final Configuration conf;
  private final String sparkVersion;

  public WineTraining(Configuration conf, String sparkVersion) {
    this.conf = conf;
    this.sparkVersion = sparkVersion;
  }

  /**
   * What to do.
   *
   * @param input a file with a header, or empty for the data that the job carries
   * @param models the root of the models
   * @param name of the model
   * @param seed of the cross-validation that the probabilities are fitted on
   * @param gitCommit of the job's code, for the provenance
   */
  public record Request(
      Optional<String> input, String models, String name, long seed, String gitCommit) {}

  /**
   * What came of it.
   *
   * @param right how many of the rows the model gives their own class
   */
  public record Result(int rows, int supportVectors, int right, Path bundle) {}

  private record Source(WineRows rows, String uri, String sha256) {}

  /**
   * Does it all.
   *
   * @throws io.escala.spark.Mistake if the input is not such a table
   */
  public Result run(Request request, Instant now) throws IOException {
    Source source = request.input().isPresent() ? given(request.input().get()) : carried();
    WineRows rows = source.rows();
    SvmFormula formula = WineSvm.fit(rows, request.seed());
    int right = 0;
    for (int row = 0; row < rows.size(); row++) {
      right += formula.label(rows.features()[row]) == rows.targets()[row] ? 1 : 0;
    }
    NewBundle bundle = bundle(request, source, formula, right, now);
    bundle.verify();
    Path models = Locations.path(request.models());
    Path folder = bundle.publish(conf, Locations.fileSystem(conf, models).makeQualified(models));
    return new Result(rows.size(), formula.size(), right, folder);
  }

  private static Source carried() throws IOException {
    byte[] content;
    try (InputStream in = WineTraining.class.getResourceAsStream(DATA)) {
      content = in.readAllBytes();
    }
    try (BufferedReader text =
        new BufferedReader(
            new InputStreamReader(new ByteArrayInputStream(content), StandardCharsets.UTF_8))) {
      return new Source(WineRows.read(DATA, text), DATA_URI, Sha256.of(content));
    }
  }

  private Source given(String input) throws IOException {
    DataFiles files = DataFiles.at(conf, input);
    Path file = files.files().get(0);
    try (BufferedReader text = files.text(file)) {
      return new Source(WineRows.read(files.named(file), text), files.uri(), files.sha256());
    }
  }

  private NewBundle bundle(
      Request request, Source source, SvmFormula formula, int right, Instant now) {
    byte[] model = SvmGraph.of(formula);
    Map<String, byte[]> files = Map.of(Manifest.MODEL_FILE, model);
    BundleVersion version = NewBundle.version(now, model);
    WineRows rows = source.rows();
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("trainingAccuracy", (double) right / rows.size());
    Manifest manifest =
        new Manifest(
            request.name(),
            version,
            now.truncatedTo(ChronoUnit.SECONDS),
            Manifest.Task.MULTICLASS_CLASSIFICATION,
            "Which of three growers made this wine? The support vector machine of scikit-learn's"
                + " SVC() with its defaults. As in libsvm, the label is the class with the most"
                + " pairwise votes, which need not be the one with the largest probability.",
            rows(formula),
            List.of(WineRows.TARGET),
            Manifest.Output.classifier(SvmFormula.CLASSES),
            List.of("0", "1", "2"),
            Optional.empty(),
            OptionalDouble.empty(),
            metrics,
            provenance(request, source, formula),
            NewBundle.hashes(files),
            golden(rows, formula));
    return new NewBundle(manifest, files);
  }

  private static List<Manifest.Input> rows(SvmFormula formula) {
    return formula.columns().stream().map(c -> Manifest.Input.of(c, Datatype.FP64)).toList();
  }

  private Manifest.Provenance provenance(Request request, Source source, SvmFormula formula) {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("kernel", "rbf");
    parameters.put("C", String.valueOf(WineSvm.C));
    parameters.put("gamma", String.valueOf(WineSvm.gamma(source.rows())));
    parameters.put("tolerance", String.valueOf(WineSvm.TOLERANCE));
    parameters.put("supportVectors", String.valueOf(formula.size()));
    return new Manifest.Provenance(
        source.uri(),
        Optional.of(source.sha256()),
        OptionalLong.of(source.rows().size()),
        "c-svc",
        Optional.of("wine"),
        parameters,
        OptionalLong.of(request.seed()),
        Optional.of(request.gitCommit()),
        Optional.of(sparkVersion),
        Optional.of(System.getProperty("java.version")),
        OptionalInt.of(SvmGraph.OPSET),
        Optional.of(Version.OF_THIS_JOB));
  }

  /** Every so many rows, so that each class is there, computed without the graph. */
  private static List<Manifest.Golden> golden(WineRows rows, SvmFormula formula) {
    List<Manifest.Golden> golden = new ArrayList<>();
    for (int row = 0; row < rows.size(); row += GOLDEN_EVERY) {
      double[] features = rows.features()[row];
      Map<String, Object> inputs = new LinkedHashMap<>();
      for (int c = 0; c < features.length; c++) {
        inputs.put(formula.columns().get(c), features[c]);
      }
      List<Double> probabilities = new ArrayList<>();
      for (double p : formula.probabilities(features)) {
        probabilities.add(p);
      }
      golden.add(
          new Manifest.Golden(inputs, String.valueOf(formula.label(features)), probabilities));
    }
    return golden;
  }
}
