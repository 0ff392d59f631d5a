package io.escala.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlCommandTest {
  private static final String MONTHS =
      "select *, monthAsInt(month) as month_as_int from bank_data_view";
  private static final String HEADER =
      "age,job,marital,education,default,balance,housing,loan,contact,day,month,duration,campaign,"
          + "pdays,previous,poutcome,deposit";
  private static final String MAY =
      "59,admin.,married,secondary,no,2343,yes,no,unknown,5,may,1042,1,-1,0,unknown,yes";

  private static final String MONTH = "sum(monthAsInt(month)) from bank_data_view";

  @TempDir Path folder;

  @Test
  void shouldShowTheTablesOfTheSourceDocument() {
    String bank = RealData.file("bank-deposit.csv").toString();

    JobRun months = JobRun.of("sql", "--input-path", bank, "--query", MONTHS);
    JobRun ten =
        JobRun.of(
            "sql", "--input-path", bank, "--query", "select * from bank_data_view", "--show", "10");

    assertThat(months).extracting(JobRun::code, JobRun::complaint).containsExactly(0, "");
    assertThat(months.out())
        .startsWith(
            """
            +---+-----------+--------+---------+-------+-------+-------+----+-------+---+-----+--------+--------+-----+--------+--------+-------+------------+
            |age|        job| marital|education|default|balance|housing|loan|contact|day|month|duration|campaign|pdays|previous|poutcome|deposit|month_as_int|
            +---+-----------+--------+---------+-------+-------+-------+----+-------+---+-----+--------+--------+-----+--------+--------+-------+------------+
            | 59|     admin.| married|secondary|     no| 2343.0|    yes|  no|unknown|  5|  may|    1042|       1|   -1|       0| unknown|      1|           5|
            | 56|     admin.| married|secondary|     no|   45.0|     no|  no|unknown|  5|  may|    1467|       1|   -1|       0| unknown|      1|           5|
            | 41| technician| married|secondary|     no| 1270.0|    yes|  no|unknown|  5|  may|    1389|       1|   -1|       0| unknown|      1|           5|
            | 55|   services| married|secondary|     no| 2476.0|    yes|  no|unknown|  5|  may|     579|       1|   -1|       0| u""")
        .endsWith("+------------+\nonly showing top 20 rows\n");
    assertThat(months.out().lines()).hasSize(25);
    assertThat(ten.out())
        .startsWith(
            """
            +---+----------+--------+---------+-------+-------+-------+----+-------+---+-----+--------+--------+-----+--------+--------+-------+
            |age|       job| marital|education|default|balance|housing|loan|contact|day|month|duration|campaign|pdays|previous|poutcome|deposit|
            +---+----------+--------+---------+-------+-------+-------+----+-------+---+-----+--------+--------+-----+--------+--------+-------+
            | 59|    admin.| married|secondary|     no| 2343.0|    yes|  no|unknown|  5|  may|    1042|       1|   -1|       0| unknown|      1|
            | 56|    admin.| married|secondary|     no|   45.0|     no|  no|unknown|  5|  may|    1467|       1|   -1|       0| unknown|      1|
            | 41|technician| married|secondary|     no| 1270.0|    yes|  no|unknown|  5|  may|    1389|       1|   -1|       0| unknown|      1|
            | 55|  services| married|secondary|     no| 2476.0|    yes|  no|unknown|  5|  may|     579|       1|   -1|       0| unknown|      1|
            | 54|    admin.| married| tertiary|     no|  184.0|     no|  no|unkno""");
    assertThat(ten.out().lines()).hasSize(15);
  }

  @Test
  void shouldGiveTheViewTheTypesOfTheSourceDocumentWhateverTheInput() throws IOException {
    Path csv = file("bank.csv", MAY, MAY.replace(",yes,no,", ",no,no,").replaceAll("yes$", "no"));
    Path quoted = folder.resolve("quoted.csv");
    Files.writeString(
        quoted,
        Files.readString(csv)
            .replace(",deposit", ",y")
            .replaceAll("([a-z.]+)", "\"$1\"")
            .replace(',', ';'));
    JobRun.of("prepare", "--input-path", csv.toString(), "--output-path", path("table"));

    for (Path input : List.of(csv, quoted, folder.resolve("table"))) {
      JobRun run =
          JobRun.of(
              "sql",
              "--input-path",
              input.toString(),
              "--query",
              "select * from bank_data_view",
              "--output-path",
              path("out"));

      assertThat(run).extracting(JobRun::code, JobRun::complaint).containsExactly(0, "");
      Dataset<Row> out = table("out");
      String target = input.equals(quoted) ? "y" : "deposit";
      assertThat(out.schema().toDDL())
          .isEqualTo(
              "age INT,job STRING,marital STRING,education STRING,default STRING,balance DOUBLE,"
                  + "housing STRING,loan STRING,contact STRING,day STRING,month STRING,"
                  + "duration STRING,campaign STRING,pdays STRING,previous STRING,"
                  + "poutcome STRING,"
                  + target
                  + " INT");
      assertThat(out.orderBy(target).collectAsList())
          .extracting(r -> r.getInt(16), r -> r.getString(1), r -> r.getString(9))
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple(0, "admin.", "5"),
              org.assertj.core.groups.Tuple.tuple(1, "admin.", "5"));
    }
  }

  @ParameterizedTest
  @CsvSource({"csv", "json", "parquet"})
  void shouldWriteAndShowWhenAskedForBoth(String format) throws IOException {
    Path bank = file("bank.csv", MAY, MAY.replace("may", "DEC"));
    Path query = folder.resolve("query.sql");
    Files.writeString(
        query, "select age, monthAsInt(month) as m\nfrom bank_data_view order by m\n");

    JobRun run =
        JobRun.of(
            "sql",
            "--input_path",
            bank.toString(),
            "--query_file",
            query.toString(),
            "--output_path",
            path("out"),
            "--format",
            format,
            "--show",
            "1");

    assertThat(run).extracting(JobRun::code, JobRun::complaint).containsExactly(0, "");
    assertThat(run.out())
        .isEqualTo(
            "+---+---+\n|age|  m|\n+---+---+\n| 59|  5|\n+---+---+\nonly showing top 1 row\n"
                + "rows     2\ntable    "
                + path("out")
                + "\n");
    Dataset<Row> written =
        TestSpark.session()
            .read()
            .format(format)
            .option("header", true)
            .schema("age int, m int")
            .load(path("out"));
    assertThat(written.orderBy("m").collectAsList())
        .extracting(r -> r.getInt(1))
        .containsExactly(5, 12);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        MONTHS,
        // Spark samples before it sorts, and evaluates a filter's function apart from the column's
        MONTHS + " order by month_as_int",
        "select * from (" + MONTHS + ") where month_as_int is null",
        "select monthAsInt(month), count(*) from bank_data_view group by monthAsInt(month)"
      })
  void shouldCountEachValueThatIsNoMonthOnce(String query) throws IOException {
    Path data = Files.createDirectory(folder.resolve("data"));
    file("data/a.csv", MAY, MAY, MAY.replace("may", ""));
    file("data/b.csv", MAY, MAY.replace("may", "zoo"), MAY.replace("may", "june"), MAY);
    file("data/c.csv", MAY.replace("may", "june"), MAY);
    String expected =
        "monthAsInt: 3 of 8 values of column month are no month (first: 'zoo' in "
            + data.resolve("b.csv")
            + ", line 3)";

    JobRun shown = JobRun.of("sql", "--input-path", data.toString(), "--query", query);
    JobRun written =
        JobRun.of(
            "sql",
            "--input-path",
            data.toString(),
            "--query",
            query,
            "--show",
            "3",
            "--output-path",
            path("out"));

    assertThat(shown.code()).isZero();
    assertThat(shown.complaint()).isEqualTo("warning: " + expected + "; their number is null");
    assertThat(written.complaint()).isEqualTo(shown.complaint());
    JobRun strict =
        JobRun.of(
            "sql",
            "--input-path",
            data.toString(),
            "--query",
            query,
            "--strict",
            "--output-path",
            path("strict"));
    assertThat(strict.code()).isEqualTo(1);
    assertThat(strict.complaint()).startsWith("error: " + expected).hasLineCount(1);
    assertThat(folder.resolve("strict")).doesNotExist();
    assertThat(strict.out()).isEmpty();
  }

  @Test
  void shouldNotCountWhatWasNotAskedFromTheColumnMonth() throws IOException {
    Path bank = file("bank.csv", MAY, MAY.replace("admin.", "student"));

    JobRun run =
        JobRun.of(
            "sql",
            "--input-path",
            bank.toString(),
            "--query",
            "select monthAsInt(job) from bank_data_view");

    assertThat(run.complaint())
        .isEqualTo(
            "warning: monthAsInt: 2 different texts were no month, such as 'admin.'; their number is"
                + " null");
  }

  @Test
  void shouldSayNothingOfMonthsThatTheQueryDoesNotAskFor() throws IOException {
    Path bank = file("bank.csv", MAY, MAY.replace("may", "foo"));

    JobRun run =
        JobRun.of(
            "sql", "--input-path", bank.toString(), "--query", "select * from bank_data_view");

    assertThat(run).extracting(JobRun::code, JobRun::complaint).containsExactly(0, "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          selec 1 | the query, line 1, column 1: Syntax error at or near 'selec'.
          select monht from bank_data_view | the query, line 1, column 8: A column, variable, or function parameter with name `monht` cannot be resolved. Did you mean
          select * from nowhere | the query, line 1, column 15: The table or view `nowhere` cannot be found.
          select nix(month) from bank_data_view | the query, line 1, column 8: Cannot resolve routine `nix`
          select cast(job as int) from bank_data_view | the query, line 1, column 8: The value 'admin.' of the type "STRING" cannot be cast to "INT" because it is malformed.
          select age / (day - 5) from bank_data_view | the query, line 1, column 8: Division by zero.
          drop view bank_data_view | the query: it starts with 'drop' and is a statement; only queries are taken
          insert into t select 1 | the query: it starts with 'insert' and is a statement; only queries are taken
          create table t as select 1 | the query: it starts with 'create' and is a statement; only queries are taken
          with t as (select 1) insert into u select * from t | the query: it starts with 'with' and is a statement; only queries are taken
          set spark.sql.ansi.enabled=false | the query: it starts with 'set' and is a statement; only queries are taken
          begin select 1; end | the query: it starts with 'begin' and is a statement; only queries are taken
          """)
  void shouldSayInOneLineWhatIsWrongWithAQuery(String query, String expected) throws IOException {
    Path bank = file("bank.csv", MAY);

    JobRun run =
        JobRun.of(
            "sql",
            "--input-path",
            bank.toString(),
            "--query",
            query,
            "--show",
            "5",
            "--output-path",
            path("out"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.complaint()).startsWith("error: " + expected).hasLineCount(1);
    assertThat(run.out()).isEmpty();
    assertThat(folder.resolve("out")).doesNotExist();
    assertThat(TestSpark.session().catalog().tableExists("bank_data_view")).isTrue();
  }

  @Test
  void shouldWriteCsvThatOthersReadAsItIs() throws IOException {
    // given
    Path bank = file("bank.csv", MAY);

    // when
    JobRun run =
        toCsv(bank, "select 'a, \"b\"' as quoted, ' c ' as spaced, '' as empty, 'd\\\\e' as slash");

    // then
    assertThat(run.complaint()).isEmpty();
    try (Stream<Path> parts = Files.list(folder.resolve("out"))) {
      Path part =
          parts.filter(p -> p.getFileName().toString().startsWith("part-")).findFirst().get();
      assertThat(Files.readString(part))
          .isEqualTo("quoted,spaced,empty,slash\n\"a, \"\"b\"\"\", c ,\"\",d\\e\n");
    }
  }

  @Test
  void shouldSayThatACsvFileHoldsNoLists() throws IOException {
    Path bank = file("bank.csv", MAY);
    JobRun run = toCsv(bank, "select array(1) as a");
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.complaint()).startsWith("error: the query: The CSV datasource").hasLineCount(1);
  }

  private JobRun toCsv(Path input, String query) {
    return JobRun.of(
        "sql",
        "--input-path",
        input.toString(),
        "--query",
        query,
        "--format",
        "csv",
        "--output-path",
        path("out"));
  }

  @Test
  void shouldRefuseRowsThatBreakTheContract() throws IOException {
    Path bank = file("bank.csv", MAY, MAY.replace("59,", "old,"));

    JobRun run =
        JobRun.of(
            "sql",
            "--input-path",
            bank.toString(),
            "--query",
            "select count(*) from bank_data_view",
            "--output-path",
            path("out"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.complaint())
        .startsWith("error: " + bank + ", line 3, column age: 'old' is not a whole number");
    assertThat(run.out()).isEmpty();
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void shouldCheckOfParquetTheColumnsThatAQueryUses() throws IOException {
    // given a table whose second row has an age that no contract allows
    Path bank = file("bank.csv", MAY, MAY.replace("59", "60"));
    JobRun.of("prepare", "--input-path", bank.toString(), "--output-path", path("prepared"));
    TestSpark.session()
        .read()
        .parquet(path("prepared"))
        .withColumn("age", functions.expr("if(age = 60, 600, age)"))
        .write()
        .parquet(path("table"));

    // when one query uses that column, another in its condition, and a third does not
    List<JobRun> runs =
        Stream.of("sum(age) from bank_data_view", "1 from bank_data_view where age > 100", MONTH)
            .map(q -> JobRun.of("sql", "--input-path", path("table"), "--query", "select " + q))
            .toList();

    // then the first two name the row, and the third answers
    assertThat(runs).extracting(JobRun::code).containsExactly(1, 1, 0);
    assertThat(runs.subList(0, 2))
        .allSatisfy(
            run -> {
              assertThat(run.complaint())
                  .contains("row 2, column age: '600' is not a whole number from 10 to 120");
              assertThat(run.out()).isEmpty();
            });
    assertThat(runs.get(2).out()).contains("|                    10|");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--input-path a",
        "--input-path a --query x --query-file y",
        "--input-path a --query x --show 0",
        "--query x"
      })
  void shouldExitWith2OnWrongUsage(String options) {
    JobRun run = JobRun.of(("sql " + options).split(" ", -1));

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).doesNotContain("\tat ");
  }

  @Test
  void shouldTeachWithExamples() {
    assertThat(JobRun.of("sql", "--help").out())
        .contains("Examples:", "monthAsInt(month)", "--query_file", "--output_path");
  }

  private Path file(String name, String... rows) throws IOException {
    return Files.writeString(folder.resolve(name), HEADER + "\n" + String.join("\n", rows) + "\n");
  }

  private Dataset<Row> table(String name) {
    return TestSpark.session().read().parquet(path(name));
  }

  private String path(String name) {
    return folder.resolve(name).toString();
  }
}
