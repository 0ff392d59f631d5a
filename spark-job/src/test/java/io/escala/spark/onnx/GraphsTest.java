package io.escala.spark.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.escala.inference.onnx.Program;
import java.nio.DoubleBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

/** Graphs as ONNX Runtime understands them. */
class GraphsTest {
  private static final double TINY = 1e-15;

  /** So close above a third that a float cannot tell them apart. */
  private static final double SPLIT = 1.0 / 3;

  private static final List<EncodedColumn> COLUMNS =
      List.of(
          new EncodedColumn.Amount("age", 40),
          new EncodedColumn.Level("job", List.of("", "admin."), List.of(0.25, 0.5), 0.125));

  @Test
  void shouldSplitDoublesExactly() throws Exception {
    // given age <= 1/3 ? 0.1 : 0.7
    TreeEnsemble.Builder trees = new TreeEnsemble.Builder();
    trees.root(trees.branch(0, SPLIT, trees.leaf(0.1), trees.leaf(0.7)));
    byte[] graph = averaged(trees, OptionalDouble.empty());

    // then
    double[] ages = {SPLIT, Math.nextUp(SPLIT), Math.nextDown(SPLIT), Double.NaN};
    assertThat(yes(graph, ages, "x", "x", "x", "x"))
        .containsExactly(new double[] {0.1, 0.7, 0.1, 0.7}, within(TINY));
  }

  @Test
  void shouldTellMissingAndUnseenTextsApart() throws Exception {
    // given job <= 0.125 ? 0.1 : job <= 0.25 ? 0.2 : 0.3
    TreeEnsemble.Builder trees = new TreeEnsemble.Builder();
    int known = trees.branch(1, 0.25, trees.leaf(0.2), trees.leaf(0.3));
    trees.root(trees.branch(1, 0.125, trees.leaf(0.1), known));
    byte[] graph = averaged(trees, OptionalDouble.empty());

    // then
    assertThat(yes(graph, new double[] {1, 1, 1}, "", "admin.", "astronaut"))
        .containsExactly(new double[] {0.2, 0.3, 0.1}, within(TINY));
  }

  @Test
  void shouldTakeTreesThatAreJustALeaf() throws Exception {
    // given
    TreeEnsemble.Builder trees = new TreeEnsemble.Builder();
    trees.root(trees.leaf(0.25));
    trees.root(trees.branch(0, 30, trees.leaf(0.125), trees.leaf(0.5)));
    trees.root(trees.leaf(0.0625));

    // then
    assertThat(yes(averaged(trees, OptionalDouble.empty()), new double[] {30, 31}, "", ""))
        .containsExactly(new double[] {0.4375, 0.8125}, within(TINY));
  }

  @Test
  void shouldCorrectForTheShareOfYes() throws Exception {
    // given a balanced fit that says a half where 1 in 10 are yes
    TreeEnsemble.Builder trees = new TreeEnsemble.Builder();
    trees.root(trees.leaf(0.5));

    // then
    assertThat(yes(averaged(trees, OptionalDouble.of(0.1)), new double[] {30}, "")[0])
        .isCloseTo(0.1, within(TINY));
  }

  @Test
  void shouldAddThePointsOfAScorecard() throws Exception {
    // given
    List<EncodedColumn> points =
        List.of(
            new EncodedColumn.Steps("age", 5, List.of(10.0, 20.0), List.of(1.0, 2.0, 4.0)),
            new EncodedColumn.Level("job", List.of("admin."), List.of(8.0), 0));
    byte[] graph = ScorecardGraph.of(points, -10, new Answer(OptionalDouble.empty(), 0.5));

    // then
    double[] ages = {10, 10.5, 20.5, Double.NaN};
    assertThat(yes(graph, ages, "admin.", "admin.", "x", ""))
        .containsExactly(
            new double[] {logistic(-1), logistic(0), logistic(-6), logistic(-9)}, within(TINY));
  }

  @Test
  void shouldTakeAColumnThatHadOneValueAndComputeItInJavaToo() throws Exception {
    // given
    List<EncodedColumn> points =
        List.of(
            new EncodedColumn.Steps("age", 5, List.of(), List.of(3.0)),
            new EncodedColumn.Level("job", List.of("admin."), List.of(8.0), 0));

    // when
    byte[] graph = ScorecardGraph.of(points, -10, new Answer(OptionalDouble.empty(), 0.5));

    // then
    double[] ages = {10, Double.NaN};
    assertThat(yes(graph, ages, "admin.", "x"))
        .containsExactly(new double[] {logistic(1), logistic(-7)}, within(TINY));
    assertThat(Program.of(graph).inputs()).hasSize(2);
  }

  private static byte[] averaged(TreeEnsemble.Builder trees, OptionalDouble prior) {
    return TreesGraph.of(COLUMNS, trees.build(), TreesGraph.Link.AVERAGED, new Answer(prior, 0.5));
  }

  private static double logistic(double margin) {
    return 1 / (1 + Math.exp(-margin));
  }

  private static double[] yes(byte[] graph, double[] ages, String... jobs) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] shape = {ages.length, 1};
    try (OrtSession session = environment.createSession(graph);
        OnnxTensor age = OnnxTensor.createTensor(environment, DoubleBuffer.wrap(ages), shape);
        OnnxTensor job = OnnxTensor.createTensor(environment, jobs, shape);
        OrtSession.Result result = session.run(Map.of("age", age, "job", job))) {
      double[][] both = (double[][]) result.get("probabilities").orElseThrow().getValue();
      long[] labels = (long[]) result.get("label").orElseThrow().getValue();
      double[] yes = new double[both.length];
      for (int i = 0; i < yes.length; i++) {
        yes[i] = both[i][1];
        assertThat(both[i][0]).isCloseTo(1 - yes[i], within(TINY));
        assertThat(labels[i]).isEqualTo(yes[i] > 0.5 ? 1 : 0);
      }
      return yes;
    }
  }
}
