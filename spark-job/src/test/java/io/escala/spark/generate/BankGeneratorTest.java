package io.escala.spark.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.escala.spark.JobRun;
import io.escala.spark.TestSpark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BankGeneratorTest {
  @TempDir Path folder;

  @Test
  void shouldMakeTheSameRowsWhateverThePartitions() {
    BankGenerator generator = new BankGenerator(7);

    List<Row> one = generator.table(TestSpark.session(), 500, 1).collectAsList();
    List<Row> five = generator.table(TestSpark.session(), 500, 5).collectAsList();
    List<Row> fewer = generator.table(TestSpark.session(), 100, 3).collectAsList();

    assertThat(five).isEqualTo(one);
    assertThat(fewer).isEqualTo(one.subList(0, 100));
    assertThat(new BankGenerator(8).table(TestSpark.session(), 500, 1).collectAsList())
        .isNotEqualTo(one);
  }

  @Test
  void shouldWriteTheSameBytesForTheSameSeed() throws IOException {
    JobRun.of("generate", "--rows", "2000", "--seed", "3", "--output-path", path("a"));
    JobRun.of("generate", "--rows", "2000", "--seed", "3", "--output-path", path("b"));

    String first = Files.readString(folder.resolve("a/part-00000.csv"));
    assertThat(first).isEqualTo(Files.readString(folder.resolve("b/part-00000.csv")));
    assertThat(first.lines())
        .hasSize(2001)
        .first()
        .asString()
        .startsWith("\"age\";\"job\";\"marital\"")
        .endsWith("\"poutcome\";\"y\"");
    assertThat(first.lines().skip(1))
        .allMatch(l -> l.matches("\\d+;\"[a-z.-]+\";\"[a-z]+\";.*;\"(yes|no)\""));
  }

  @Test
  void shouldFollowTheRealDistributions() {
    Dataset<Row> rows = new BankGenerator(1).table(TestSpark.session(), 45_211, 2).cache();

    assertThat(share(rows, "y = 'yes'")).isCloseTo(0.117, within(0.006));
    assertThat(share(rows, "job = 'blue-collar'")).isCloseTo(9732 / 45211.0, within(0.01));
    assertThat(share(rows.filter("poutcome = 'success'"), "y = 'yes'"))
        .isCloseTo(978 / 1511.0, within(0.05));
    assertThat(share(rows.filter("housing = 'yes'"), "y = 'yes'"))
        .isCloseTo(1935 / 25130.0, within(0.01));
    Row quantiles =
        rows.selectExpr("percentile(age, 0.5)", "percentile(balance, 0.5)", "max(day)").first();
    assertThat(quantiles.getDouble(0)).isCloseTo(39, within(1.0));
    assertThat(quantiles.getDouble(1)).isCloseTo(448, within(40.0));
    assertThat(quantiles.getInt(2)).isEqualTo(31);
    assertThat(rows.filter("(poutcome = 'unknown') <> (pdays = -1 and previous = 0)").count())
        .isZero();
    rows.unpersist();
  }

  private static double share(Dataset<Row> rows, String condition) {
    return (double) rows.filter(condition).count() / rows.count();
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }
}
