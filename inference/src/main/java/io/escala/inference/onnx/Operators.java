package io.escala.inference.onnx;

/** Which class computes which operator. */
final class Operators {
  private Operators() {}

  static void compile(Node node, Compiler compiler) {
    switch (node.domain()) {
      case "" -> standard(node, compiler);
      case "ai.onnx.ml" -> machineLearning(node, compiler);
      default -> throw new UnsupportedGraphException("operators of " + node.domain());
    }
  }

  private static void standard(Node node, Compiler compiler) {
    switch (node.operator()) {
      case "Add", "Sub", "Mul", "Div", "Greater" -> Arithmetic.compile(node, compiler);
      case "ArgMax" -> ArgMax.compile(node, compiler);
      case "Cast" -> Cast.compile(node, compiler);
      case "Concat" -> Concat.compile(node, compiler);
      case "Conv" -> Convolution.compile(node, compiler);
      case "Flatten" -> Shapes.flatten(node, compiler);
      case "Gather" -> Gather.compile(node, compiler);
      case "Gemm" -> Product.gemm(node, compiler);
      case "Identity" -> compiler.alias(node, compiler.input(node, 0));
      case "MatMul" -> Product.matMul(node, compiler);
      case "MaxPool" -> MaxPool.compile(node, compiler);
      case "Clip", "Exp", "IsNaN", "Neg", "Relu", "Sigmoid" -> Pointwise.compile(node, compiler);
      case "ReduceSum" -> ReduceSum.compile(node, compiler);
      case "Reshape" -> Shapes.reshape(node, compiler);
      case "Slice" -> Slice.compile(node, compiler);
      case "Softmax" -> Softmax.compile(node, compiler);
      case "Squeeze" -> Shapes.squeeze(node, compiler);
      case "Where" -> Where.compile(node, compiler);
      default -> throw new UnsupportedGraphException("the operator " + node.operator());
    }
  }

  private static void machineLearning(Node node, Compiler compiler) {
    switch (node.operator()) {
      case "LabelEncoder" -> LabelEncoder.compile(node, compiler);
      case "OneHotEncoder" -> OneHotEncoder.compile(node, compiler);
      case "TreeEnsemble" -> TreeEnsemble.compile(node, compiler);
      default -> throw new UnsupportedGraphException("the operator " + node.operator());
    }
  }
}
