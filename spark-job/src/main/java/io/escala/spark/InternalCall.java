package io.escala.spark;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.objects.Invoke;
import org.apache.spark.sql.classic.ColumnNodeToExpressionConverter$;
import org.apache.spark.sql.classic.ExpressionUtils;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.ObjectType;

/**
 * A call of a Java method from a query's generated code. Unlike a user-defined function the method
 * takes and gives what Spark itself computes with ({@code UTF8String}, {@code InternalRow}), so
 * that no value is converted: that is most of what a cheap function costs.
 */
public final class InternalCall {
  private InternalCall() {}

  /**
   * The method's answer for each row. It is called for null arguments too, and must give the same
   * for the same arguments.
   *
   * @param target serializable, of a public class; every task has one of its own
   * @param method the name of a public method that takes a {@code struct} column as {@code
   *     InternalRow} and a text as {@code UTF8String}
   * @param type of the answer
   */
  public static Column of(Object target, String method, DataType type, Column... arguments) {
    // Spark makes a list of Scala's of the arguments itself when it makes any call of them
    Expression any =
        ColumnNodeToExpressionConverter$.MODULE$.apply(functions.array(arguments).node());
    return ExpressionUtils.column(
        new Invoke(
            Literal.fromObject(target, new ObjectType(target.getClass())),
            method,
            type,
            any.children(),
            Invoke.$lessinit$greater$default$5(),
            false,
            true,
            true));
  }
}
