package io.escala.spark.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.escala.spark.RealData;
import io.escala.spark.TestSpark;
import io.escala.spark.profile.ColumnProfile.Part;
import java.util.List;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

class DataProfileTest {

  @Test
  void shouldCountMissingDistinctAndTheRateOfYes() {
    // given
    Dataset<Row> rows =
        TestSpark.session()
            .sql(
                "select * from values ('a', 1, 1), ('b', 2, 0), ('a', 3, 0), (null, 4, 1),"
                    + " ('a', cast(null as int), 1) as t(letter, number, label)");

    // when
    DataProfile profile = DataProfile.of(rows, List.of("letter", "number"), "label");

    // then
    assertThat(profile.rows()).isEqualTo(5);
    assertThat(profile.positives()).isEqualTo(3);
    ColumnProfile letter = profile.columns().get(0);
    assertThat(letter.type()).isEqualTo("string");
    assertThat(letter.missing()).isEqualTo(1);
    assertThat(letter.distinct()).hasValue(2);
    assertThat(letter.parts()).containsExactly(new Part("a", 3, 2), new Part("b", 1, 0));
    ColumnProfile number = profile.columns().get(1);
    assertThat(number.missing()).isEqualTo(1);
    assertThat(number.spread()).hasValue(new ColumnProfile.Spread(1, 1, 2, 3, 4, true));
    assertThat(number.parts())
        .containsExactly(
            new Part("up to 1", 1, 1),
            new Part("over 1 to 2", 1, 0),
            new Part("over 2 to 3", 1, 0),
            new Part("over 3", 1, 1));
  }

  @Test
  void shouldNotDependOnPartitionsBeyondTheLimitOfDistinctValues() {
    Dataset<Row> rows =
        TestSpark.session()
            .range(0, 20_000, 1, 1)
            .selectExpr(
                "(id - 10000) / 7.0D as x",
                "cast(id as string) as text",
                "int(id % 3 = 0) as label");

    DataProfile one = DataProfile.of(rows, List.of("x", "text"), "label");
    DataProfile many = DataProfile.of(rows.repartition(5), List.of("x", "text"), "label");

    assertThat(many).isEqualTo(one);
    assertThat(one.columns().get(1).distinct()).isEmpty();
    assertThat(one.columns().get(1).parts()).isEmpty();
    ColumnProfile.Spread spread = one.columns().get(0).spread().orElseThrow();
    assertThat(spread.exact()).isFalse();
    assertThat(spread.min()).isEqualTo(-10000 / 7.0);
    assertThat(spread.max()).isEqualTo(9999 / 7.0);
    assertThat(spread.upperQuartile()).isCloseTo(5000 / 7.0, within(5000 / 7.0 * 0.004));
    assertThat(spread.lowerQuartile()).isCloseTo(-5000 / 7.0, within(5000 / 7.0 * 0.004));
  }

  @Test
  void shouldDescribeColumnsWithoutAnyValueAndTablesWithoutRows() {
    Dataset<Row> rows =
        TestSpark.session()
            .sql("select cast(null as double) as x, cast(null as string) as t, 0 as label");

    assertThat(DataProfile.of(rows, List.of("x", "t"), "label").columns())
        .allMatch(c -> c.missing() == 1 && c.parts().isEmpty())
        .allMatch(c -> c.distinct().equals(OptionalLong.of(0)));
    assertThat(DataProfile.of(rows.limit(0), List.of("x"), "label").rows()).isZero();
  }

  @Test
  void shouldFindThePublishedFiguresOfTheBankData() {
    // given what pandas says: df.age.describe(), df.balance.describe(), df.job.value_counts()
    Dataset<Row> rows =
        TestSpark.session()
            .read()
            .option("header", true)
            .option("sep", ";")
            .csv(RealData.file("bank-full.csv").toString())
            .selectExpr(
                "int(age) as age", "double(balance) as balance", "job", "int(y = 'yes') as label");

    DataProfile profile = DataProfile.of(rows, List.of("age", "balance", "job"), "label");

    assertThat(profile.rows()).isEqualTo(45_211);
    assertThat(profile.positives()).isEqualTo(5_289);
    assertThat(profile.columns().get(0).spread())
        .hasValue(new ColumnProfile.Spread(18, 33, 39, 48, 95, true));
    ColumnProfile.Spread balance = profile.columns().get(1).spread().orElseThrow();
    assertThat(balance.min()).isEqualTo(-8019);
    assertThat(balance.median()).isCloseTo(448, within(2.0));
    assertThat(balance.upperQuartile()).isCloseTo(1428, within(6.0));
    assertThat(profile.columns().get(2).parts().get(0))
        .isEqualTo(new Part("blue-collar", 9732, 708));
  }
}
