package io.escala.spark.data;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.desc;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import io.escala.spark.Steps;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Texts that are sound because their column is open, but that the contract does not list. */
public final class UnlistedTexts {
  private static final int SHOWN = 3;

  private UnlistedTexts() {}

  /** Aggregate for the pass in which the caller counts: how many rows have such a text. */
  static Column counted() {
    Column any = lit(false);
    for (BankColumn column : BankColumns.FEATURES) {
      any = column.open() ? any.or(column.isUnlisted()) : any;
    }
    return count(when(any, 1)).as("unlisted");
  }

  /** One line for each column that has them, the most frequent first. */
  public static List<String> described(Dataset<Row> table) {
    List<BankColumn> open = BankColumns.FEATURES.stream().filter(BankColumn::open).toList();
    Column[] counts = open.stream().map(c -> count(when(c.isUnlisted(), 1))).toArray(Column[]::new);
    Row counted =
        Steps.describe(
            table.sparkSession(),
            "count the texts that the contract does not list",
            () -> table.agg(count(lit(1)), counts).first());
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < open.size(); i++) {
      if (counted.getLong(i + 1) > 0) {
        lines.add(described(table, open.get(i), counted.getLong(i + 1)));
      }
    }
    return lines;
  }

  private static String described(Dataset<Row> table, BankColumn column, long rows) {
    Dataset<Row> most =
        table
            .filter(column.isUnlisted())
            .groupBy(column.name())
            .agg(count(lit(1)).as("rows"))
            .orderBy(desc("rows"), col(column.name()))
            .limit(SHOWN + 1);
    List<String> texts =
        Steps.describe(
                table.sparkSession(),
                "find the " + column.name() + " that the contract does not list",
                most::collectAsList)
            .stream()
            .map(row -> row.getString(0))
            .toList();
    String shown = String.join(", ", texts.subList(0, Math.min(SHOWN, texts.size())));
    return rows
        + (rows == 1 ? " row holds a " : " rows hold a ")
        + column.name()
        + " that the contract does not list ("
        + shown
        + (texts.size() > SHOWN ? ", ..." : "")
        + "): kept";
  }
}
