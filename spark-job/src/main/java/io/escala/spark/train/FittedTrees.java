package io.escala.spark.train;

import static org.apache.spark.ml.functions.vector_to_array;
import static org.apache.spark.sql.functions.col;

import io.escala.spark.onnx.Answer;
import io.escala.spark.onnx.EncodedColumn;
import io.escala.spark.onnx.TreeEnsemble;
import io.escala.spark.onnx.TreesGraph;
import java.util.List;
import java.util.Map;
import org.apache.spark.ml.classification.DecisionTreeClassificationModel;
import org.apache.spark.ml.classification.GBTClassificationModel;
import org.apache.spark.ml.classification.ProbabilisticClassificationModel;
import org.apache.spark.ml.classification.RandomForestClassificationModel;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.regression.DecisionTreeRegressionModel;
import org.apache.spark.ml.tree.ContinuousSplit;
import org.apache.spark.ml.tree.InternalNode;
import org.apache.spark.ml.tree.LeafNode;
import org.apache.spark.ml.tree.Node;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Boosted trees or a forest over encoded numbers. */
final class FittedTrees implements FittedClassifier {
  private static final String VECTOR = "_probability";

  private final ProbabilisticClassificationModel<Vector, ?> model;
  private final TreeEnsemble trees;
  private final TreesGraph.Link link;
  private final Vector importances;

  private FittedTrees(
      ProbabilisticClassificationModel<Vector, ?> model,
      TreeEnsemble trees,
      TreesGraph.Link link,
      Vector importances) {
    this.model = model;
    this.trees = trees;
    this.link = link;
    this.importances = importances;
    model.setFeaturesCol(FullModel.FEATURES);
    model.setRawPredictionCol("");
    model.setPredictionCol("");
    model.setProbabilityCol(VECTOR);
  }

  static FittedTrees of(GBTClassificationModel model) {
    TreeEnsemble.Builder trees = new TreeEnsemble.Builder();
    double[] weights = model.treeWeights();
    DecisionTreeRegressionModel[] boosted = model.trees();
    for (int i = 0; i < boosted.length; i++) {
      double weight = weights[i];
      trees.root(add(trees, boosted[i].rootNode(), leaf -> leaf.prediction() * weight));
    }
    return new FittedTrees(
        model, trees.build(), TreesGraph.Link.BOOSTED, model.featureImportances());
  }

  static FittedTrees of(RandomForestClassificationModel model) {
    TreeEnsemble.Builder trees = new TreeEnsemble.Builder();
    int count = model.trees().length;
    for (DecisionTreeClassificationModel tree : model.trees()) {
      trees.root(add(trees, tree.rootNode(), leaf -> shareOfYes(leaf) / count));
    }
    // A copy has no training summary, which would travel with every task and drag the session along
    return new FittedTrees(
        model.copy(ParamMap.empty()),
        trees.build(),
        TreesGraph.Link.AVERAGED,
        model.featureImportances());
  }

  private static double shareOfYes(LeafNode leaf) {
    double[] counts = leaf.impurityStats().stats();
    return counts[1] / (counts[0] + counts[1]);
  }

  private interface Leaf {
    double value(LeafNode leaf);
  }

  private static int add(TreeEnsemble.Builder trees, Node node, Leaf value) {
    if (node instanceof LeafNode leaf) {
      return trees.leaf(value.value(leaf));
    }
    InternalNode branch = (InternalNode) node;
    int left = add(trees, branch.leftChild(), value);
    int right = add(trees, branch.rightChild(), value);
    ContinuousSplit split = (ContinuousSplit) branch.split();
    return trees.branch(split.featureIndex(), split.threshold(), left, right);
  }

  @Override
  public Dataset<Row> withYes(Dataset<Row> rows, List<EncodedColumn> columns) {
    return model
        .transform(rows.withColumn(FullModel.FEATURES, VectorEncoder.numbers(columns)))
        .withColumn(FullModel.YES, vector_to_array(col(VECTOR), "float64").getItem(1))
        .drop(FullModel.FEATURES, VECTOR);
  }

  @Override
  public byte[] onnx(List<EncodedColumn> columns, Answer answer) {
    return TreesGraph.of(columns, trees, link, answer);
  }

  @Override
  public Map<String, Double> importances(List<EncodedColumn> columns) {
    Importances all = new Importances();
    for (int i = 0; i < columns.size(); i++) {
      all.add(columns.get(i).column(), importances.apply(i));
    }
    return all.shares();
  }
}
