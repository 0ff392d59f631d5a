package io.escala.spark.sql;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.escala.spark.TestSpark;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class MonthsTest {
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

  @Test
  void shouldNumberTheMonthsInAnyCaseByEitherWay() {
    for (int i = 0; i < MONTHS.size(); i++) {
      String month = MONTHS.get(i);
      String capital = month.substring(0, 1).toUpperCase(Locale.ROOT) + month.substring(1);
      for (String text : List.of(month, capital, month.toUpperCase(Locale.ROOT))) {
        assertThat(numbers(text)).as(text).containsExactly(i + 1, i + 1, i + 1);
      }
    }
  }

  @ParameterizedTest
  @NullAndEmptySource
  @ValueSource(
      strings = {
        "june",
        "ju",
        "may ",
        " may",
        "anf",
        "jan,feb",
        ",",
        ",jan",
        "5",
        "05",
        "janfeb",
        "m\u00e4r",
        "\u017fep",
        "n\u00f6v",
        "mayo",
        "may\u0000",
        "unknown"
      })
  void shouldGiveNullForWhatIsNoMonthByEitherWay(String text) {
    assertThat(numbers(text)).containsExactly(null, null, null);
  }

  @Test
  void shouldGiveAnInt() {
    Dataset<Row> table =
        TestSpark.session()
            .createDataset(List.of("may"), Encoders.STRING())
            .select(Months.monthAsInt(col("value")), Months.builtIn(col("value")));

    assertThat(table.schema().fields())
        .allSatisfy(f -> assertThat(f.dataType()).isEqualTo(DataTypes.IntegerType));
  }

  @Test
  void shouldCompileTheBuiltInWithTheRestOfTheQuery() {
    Dataset<Row> table =
        TestSpark.session()
            .range(10)
            .selectExpr("cast(id as string) as m")
            .select(Months.builtIn(col("m")));

    String plan = table.queryExecution().executedPlan().toString();
    assertThat(plan).contains("*(1) Project").doesNotContain("UDF");
  }

  /** By the function itself, by the DataFrame function, by the built-in expression. */
  private static List<Integer> numbers(String text) {
    Row row =
        TestSpark.session()
            .createDataset(Arrays.asList(text), Encoders.STRING())
            .select(Months.monthAsInt(col("value")), Months.builtIn(col("value")))
            .first();
    return Arrays.asList(new MonthAsInt().call(text), row.getAs(0), row.getAs(1));
  }
}
