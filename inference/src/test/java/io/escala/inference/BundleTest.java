package io.escala.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.inference.fixture.BankModel;
import io.escala.inference.fixture.OnnxGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BundleTest {
  private static final BankModel BANK = new BankModel(-2.5);
  private static final Instant CREATED = Instant.parse("2026-11-23T19:45:00Z");

  @TempDir Path root;
  private Manifest manifest;
  private Path folder;

  @BeforeEach
  void write() throws IOException {
    manifest = BANK.write(root, "bank", CREATED);
    folder = root.resolve("bank").resolve(manifest.version().text());
  }

  @Test
  void shouldVerifyABundleWhoseGraphAgreesWithTraining() throws IOException {
    assertThat(Bundle.verify(folder)).isEqualTo(manifest);
  }

  @Test
  void shouldRefuseAFolderWithoutManifest() throws IOException {
    Files.delete(folder.resolve("manifest.json"));
    assertRefused("has no manifest.json");
  }

  @Test
  void shouldRefuseAMissingFile() throws IOException {
    Files.delete(folder.resolve("model.onnx"));
    assertRefused("has no model.onnx");
  }

  @Test
  void shouldRefuseAFileThatIsNotTheOneOfTheManifest() throws IOException {
    Files.write(folder.resolve("model.onnx"), new BankModel(0).graph());
    assertRefused("model.onnx has SHA-256");
  }

  @Test
  void shouldServeWithoutReadingTheReportButVerifyIt() throws IOException {
    Map<String, String> files = new java.util.LinkedHashMap<>(manifest.files());
    files.put(Manifest.REPORT_FILE, Sha256.of("<p>good</p>".getBytes(UTF_8)));
    Manifest reported =
        copy(
            manifest,
            manifest.version(),
            manifest.inputs(),
            manifest.threshold(),
            files,
            manifest.golden());
    Files.writeString(folder.resolve("manifest.json"), reported.toJson());

    Bundle.open(BundleFiles.of(folder)).close();
    assertRefused("has no report.html");
    Files.writeString(folder.resolve("report.html"), "<p>better</p>");
    assertRefused("report.html has SHA-256");
    Files.writeString(folder.resolve("report.html"), "<p>good</p>");
    assertThat(Bundle.verify(folder)).isEqualTo(reported);
  }

  @Test
  void shouldRefuseAGraphThatOnnxRuntimeCannotOpen() throws IOException {
    rewrite("not a graph".getBytes(java.nio.charset.StandardCharsets.UTF_8), m -> m);
    assertRefused("model.onnx cannot be opened by ONNX Runtime");
  }

  @Test
  void shouldRefuseAGraphThatGivesNoNumber() throws IOException {
    rewrite(new BankModel(Double.NaN).graph(), m -> m);
    assertRefused("the golden rows cannot be scored: golden[0]");
  }

  @Test
  void shouldRefuseAGraphWithoutAnInputOfTheManifest() throws IOException {
    byte[] graph =
        new OnnxGraph()
            .input("age", Datatype.FP64, -1, 1)
            .output("probabilities", Datatype.FP64, -1, 1)
            .node("Identity", List.of("age"), "probabilities")
            .toBytes();
    rewrite(graph, m -> m);
    assertRefused("the manifest has the input \"balance\", but the graph does not");
  }

  static Stream<Arguments> manifestsThatDoNotFitTheGraph() {
    return Stream.of(
        Arguments.of(
            change(golden("no", 0.7, 0.3)),
            "golden[0] has probability ",
            "but training computed 0.7"),
        Arguments.of(
            change(golden("yes", 0.7, 0.3)),
            "golden[0] is \"no\" by the graph",
            "training said \"yes\""),
        Arguments.of(
            replaceInput("age", Manifest.Input.of("age", Datatype.FP32).withNullAsNaN()),
            "the input \"age\" is FP32 in the manifest",
            "DOUBLE"),
        Arguments.of(
            replaceInput(
                "job",
                Manifest.Input.of("job", Datatype.BYTES)
                    .withNullAs("")
                    .withValues(List.of("\uD83D\uDE00"), Manifest.OtherValues.ACCEPTED)),
            "input \"job\" has the value",
            "cannot pass on"),
        Arguments.of(
            replaceInput("age", Manifest.Input.of("age", Datatype.FP64)),
            "golden[1] lacks the field \"age\"",
            ""),
        Arguments.of(
            (UnaryOperator<Manifest>)
                m -> with(m, m.inputs().subList(0, 3), List.of(noJob(m)), m.threshold()),
            "the graph has the input \"job\", but the manifest does not",
            ""),
        Arguments.of(
            (UnaryOperator<Manifest>) m -> with(m, m.inputs(), m.golden(), OptionalDouble.of(0.01)),
            "does not follow from the manifest's threshold 0.01",
            ""));
  }

  @ParameterizedTest
  @MethodSource("manifestsThatDoNotFitTheGraph")
  void shouldRefuseAManifestThatDoesNotFitTheGraph(
      UnaryOperator<Manifest> change, String first, String second) throws IOException {
    rewrite(BANK.graph(), change);
    assertRefused(first, second);
  }

  private void assertRefused(String... parts) {
    assertThatThrownBy(() -> Bundle.verify(folder))
        .isInstanceOf(BundleException.class)
        .hasMessageContainingAll(parts);
  }

  private void rewrite(byte[] graph, UnaryOperator<Manifest> change) throws IOException {
    String sha256 = Sha256.of(graph);
    Manifest changed = change.apply(manifest);
    Manifest rehashed =
        copy(
            changed,
            BundleVersion.of(CREATED, sha256),
            changed.inputs(),
            changed.threshold(),
            Map.of(Manifest.MODEL_FILE, sha256),
            changed.golden());
    Files.write(folder.resolve("model.onnx"), graph);
    Files.writeString(folder.resolve("manifest.json"), rehashed.toJson());
  }

  private static UnaryOperator<Manifest> change(Manifest.Golden golden) {
    return m -> with(m, m.inputs(), List.of(golden), m.threshold());
  }

  private static Manifest.Golden golden(String label, double no, double yes) {
    return new Manifest.Golden(
        BankModel.row(33.0, -12.5, 31L, "never seen"), label, List.of(no, yes));
  }

  private static Manifest.Golden noJob(Manifest manifest) {
    Map<String, Object> row = new java.util.HashMap<>(manifest.golden().get(0).inputs());
    row.remove("job");
    return new Manifest.Golden(
        row, manifest.golden().get(0).label(), manifest.golden().get(0).probabilities());
  }

  private static UnaryOperator<Manifest> replaceInput(String name, Manifest.Input input) {
    return m ->
        with(
            m,
            m.inputs().stream().map(i -> i.name().equals(name) ? input : i).toList(),
            m.golden(),
            m.threshold());
  }

  private static Manifest with(
      Manifest m,
      List<Manifest.Input> inputs,
      List<Manifest.Golden> golden,
      OptionalDouble threshold) {
    return copy(m, m.version(), inputs, threshold, m.files(), golden);
  }

  private static Manifest copy(
      Manifest m,
      BundleVersion version,
      List<Manifest.Input> inputs,
      OptionalDouble threshold,
      Map<String, String> files,
      List<Manifest.Golden> golden) {
    return new Manifest(
        m.name(),
        version,
        m.created(),
        m.task(),
        m.description(),
        inputs,
        m.ignored(),
        m.outputs(),
        m.classes(),
        m.positiveClass(),
        threshold,
        m.metrics(),
        m.provenance(),
        files,
        golden);
  }
}
