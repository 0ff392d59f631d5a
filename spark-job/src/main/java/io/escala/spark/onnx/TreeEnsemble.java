package io.escala.spark.onnx;

import java.util.ArrayList;
import java.util.List;

/**
 * Decision trees whose leaves add up. A row goes left where its feature is at most the split.
 *
 * @param roots the root of each tree
 * @param nodes of all trees
 */
public record TreeEnsemble(List<Integer> roots, List<Node> nodes) {
  public TreeEnsemble {
    roots = List.copyOf(roots);
    nodes = List.copyOf(nodes);
  }

  /**
   * A node.
   *
   * @param feature -1 for a leaf
   * @param value the split, or what the leaf adds
   * @param left the index of a node; of no meaning for a leaf
   * @param right the index of a node; of no meaning for a leaf
   */
  public record Node(int feature, double value, int left, int right) {
    boolean isLeaf() {
      return feature < 0;
    }
  }

  /** Collects trees from their leaves up. */
  public static final class Builder {
    private final List<Integer> roots = new ArrayList<>();
    private final List<Node> nodes = new ArrayList<>();

    /** Adds a leaf and returns its index. */
    public int leaf(double value) {
      nodes.add(new Node(-1, value, -1, -1));
      return nodes.size() - 1;
    }

    /** Adds a branch and returns its index. */
    public int branch(int feature, double split, int left, int right) {
      nodes.add(new Node(feature, split, left, right));
      return nodes.size() - 1;
    }

    /** Says that the node is the root of a tree. */
    public void root(int node) {
      roots.add(node);
    }

    public TreeEnsemble build() {
      return new TreeEnsemble(roots, nodes);
    }
  }
}
