package io.escala.spark.sql;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import io.escala.spark.Mistake;
import io.escala.spark.Steps;
import io.escala.spark.data.BankColumns;
import io.escala.spark.data.BankRows;
import io.escala.spark.data.DataFiles;
import io.escala.spark.data.LineNumbers;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * SQL over bank marketing rows as the source document has it: the view {@code bank_data_view} and
 * the function {@code monthAsInt}.
 *
 * <p>In the view {@code age} is an int, {@code balance} a double, the target an int (1 for yes, 0
 * for no) under its own name, and every other column a string. What {@code monthAsInt} could not
 * turn into a number is null, and {@link #strangers} tells of it after a run.
 */
public final class BankSql {
  /** What queries call the rows. */
  public static final String VIEW = "bank_data_view";

  /** What queries call {@link MonthAsInt}. */
  public static final String FUNCTION = "monthAsInt";

  private static final String MONTH = "month";

  private final SparkSession spark;
  private final DataFiles files;
  private final BankRows source;
  private final Dataset<Row> view;
  private final DistinctTexts faults = new DistinctTexts();
  private final DistinctTexts strangers = new DistinctTexts();

  private BankSql(SparkSession spark, DataFiles files, BankRows source) {
    this.spark = spark;
    this.files = files;
    this.source = source;
    this.view = checked().select(source.columns().stream().map(this::shown).toArray(Column[]::new));
  }

  /**
   * Creates the view and the function in the session.
   *
   * @throws Mistake if a header or a schema breaks the contract
   */
  public static BankSql over(SparkSession spark, DataFiles files) throws IOException {
    BankSql sql = new BankSql(spark, files, BankRows.read(spark, files));
    spark.sparkContext().register(sql.faults);
    spark.sparkContext().register(sql.strangers);
    spark.udf().register(FUNCTION, new NotingMonthAsInt(sql.strangers), DataTypes.IntegerType);
    sql.view.createOrReplaceTempView(VIEW);
    return sql;
  }

  /** Rows whose faults are remembered, for {@link #run} to complain. */
  private Dataset<Row> checked() {
    DistinctTexts noted = faults;
    UDF1<Integer, Boolean> note =
        fault -> {
          noted.add(fault.toString());
          return false;
        };
    return source.checkedAsUsed(udf(note, DataTypes.BooleanType));
  }

  private Column shown(String column) {
    return switch (column) {
      case "age", "balance" -> col(column);
      case "y", "deposit" -> col(BankColumns.LABEL).as(column);
      default -> col(column).cast(DataTypes.StringType);
    };
  }

  /**
   * The table that a query asks for. Nothing runs yet.
   *
   * @throws Mistake if it is no query, or asks for what there is not
   */
  public Dataset<Row> query(String text) {
    QueryText query = QueryText.of(spark, text);
    return QueryMistakes.named(() -> spark.sql(query.text()));
  }

  /** Whether running this query can tell of {@link #strangers}. */
  public static boolean needsMonths(String text) {
    return new QueryText(text).mentions(FUNCTION);
  }

  /**
   * Does something with a query's table.
   *
   * @throws Mistake if a value breaks the query, or a row that it read breaks the contract
   */
  public <T> T run(String description, Callable<T> work) throws IOException {
    T result = Steps.describe(spark, description, () -> QueryMistakes.named(work));
    if (!faults.isZero()) {
      Row counted =
          Steps.describe(
              spark,
              "count the bad rows",
              () -> source.rows().agg(BankRows.counted(), BankRows.faulty()).first());
      source.check(counted.getLong(0), counted.getLong(1));
    }
    return result;
  }

  /**
   * What the runs so far asked of {@code monthAsInt} that is no month, in one line; empty if all
   * were months or null. If they stand in the input's column {@code month}, they are counted there:
   * every row of the input once, whatever the query does with it and however often Spark read it.
   */
  public Optional<String> strangers() throws IOException {
    List<String> met = strangers.value();
    if (met.isEmpty()) {
      return Optional.empty();
    }
    Column month = col(MONTH);
    Column strange = month.isNotNull().and(Months.builtIn(month).isNull());
    Row counted =
        Steps.describe(
            spark,
            "count what is no month",
            () ->
                view.agg(
                        count(month),
                        count(when(strange, 1)),
                        countDistinct(when(month.isin(met.toArray()), month)))
                    .first());
    if (counted.getLong(2) < met.size()) {
      return Optional.of(
          "monthAsInt: "
              + (met.size() == DistinctTexts.MOST ? "at least " : "")
              + (met.size() == 1 ? "one text was" : met.size() + " different texts were")
              + " no month, such as "
              + quoted(met.get(0)));
    }
    return Optional.of(
        "monthAsInt: "
            + counted.getLong(1)
            + " of "
            + counted.getLong(0)
            + " values of column month are no month (first: "
            + firstPlace(strange)
            + ")");
  }

  private String firstPlace(Column strange) throws IOException {
    Dataset<Row> places =
        source.placed().filter(strange).orderBy(BankRows.FILE, BankRows.BLOCK, BankRows.ROW);
    Row first =
        Steps.describe(
            spark,
            "find the first that is no month",
            () -> places.select(BankRows.FILE, MONTH).first());
    Path file = new Path(URI.create(first.getString(0)));
    OptionalLong line = LineNumbers.first(files, file, MONTH, first.getString(1));
    return quoted(first.getString(1))
        + " in "
        + files.named(file)
        + (line.isPresent() ? ", line " + line.getAsLong() : "");
  }

  private static String quoted(String text) {
    return "'" + (text.length() <= 60 ? text : text.substring(0, 57) + "...") + "'";
  }
}
