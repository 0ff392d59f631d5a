package io.escala.spark.sql;

import io.escala.spark.Mistake;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.CompoundBody;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ParsedStatement;
import org.apache.spark.sql.catalyst.trees.TreeNode;

/** A text that asks and changes nothing. */
record QueryText(String text) {

  /**
   * Parses it without running it: Spark runs a statement such as {@code drop} as soon as it is
   * given one.
   *
   * @throws Mistake if it is no SQL, or SQL that does more than ask
   */
  static QueryText of(SparkSession spark, String text) {
    LogicalPlan plan =
        QueryMistakes.named(
            () ->
                ((org.apache.spark.sql.classic.SparkSession) spark)
                    .sessionState()
                    .sqlParser()
                    .parsePlan(text));
    int i = 0;
    for (TreeNode<?> node = plan; node != null; node = plan.apply(++i)) {
      if (node instanceof Command
          || node instanceof ParsedStatement
          || node instanceof CompoundBody) {
        throw new Mistake(
            "the query: it starts with '"
                + firstWord(text)
                + "' and is a statement; only queries are taken, such as select * from "
                + BankSql.VIEW);
      }
    }
    return new QueryText(text);
  }

  /** Whether the function may be in it; a comment that names it counts. */
  boolean mentions(String function) {
    return text.toLowerCase(Locale.ROOT).contains(function.toLowerCase(Locale.ROOT));
  }

  private static String firstWord(String text) {
    return text.strip().split("\\s", 2)[0];
  }
}
