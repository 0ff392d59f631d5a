package io.escala.spark;

import io.escala.spark.data.DataFiles;
import io.escala.spark.sql.BankSql;
import io.escala.spark.storage.Locations;
import io.escala.spark.storage.StagedFolder;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A query over bank rows: a table to look at, or files. */
@Command(
    name = "sql",
    description = {
      "Runs a query over bank marketing rows, which it calls bank_data_view, and shows the table or",
      "writes it. In the view age is an int, balance a double, every other column a string, and the",
      "target (y or deposit) 1 for yes and 0 for no.",
      "",
      "monthAsInt(month) is 1 for jan to 12 for dec, in any case. What is no month becomes null and",
      "is counted in a warning, over the whole result and not only the rows shown: put a limit into",
      "the query to look at less."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  sql --input-path bank.csv \\",
      "      --query 'select *, monthAsInt(month) as month_as_int from bank_data_view'",
      "  sql --input_path s3://bucket/bank/ --query_file by-month.sql --show 12",
      "  sql --input-path bank.parquet --query 'select job, avg(balance) from bank_data_view",
      "      group by job' --output_path out --format csv",
      "",
      "A row that breaks the data's contract stops it, as do values that break the query (a cast, a",
      "division by zero): the message names them and nothing is written. Of Parquet those columns",
      "alone are read and checked that the query uses."
    })
final class SqlCommand implements Callable<Integer> {
  private static final int SHOWN = 20;
  private static final int CHARACTERS = 20;

  @ParentCommand private SparkJob job;
  @Spec private CommandSpec spec;

  @Option(
      names = {"--input-path", "--input_path"},
      required = true,
      paramLabel = "PATH",
      description = "a CSV file with a header, a folder of them, or what prepare wrote")
  private String input;

  @ArgGroup(multiplicity = "1")
  private Query query;

  static final class Query {
    @Option(names = "--query", required = true, paramLabel = "SQL", description = "the query")
    private String text;

    @Option(
        names = {"--query-file", "--query_file"},
        required = true,
        paramLabel = "FILE",
        description = "where the query stands, as UTF-8")
    private String file;
  }

  @Option(
      names = "--show",
      paramLabel = "N",
      description =
          "prints the first N rows (default: "
              + SHOWN
              + " without --output-path, otherwise none), each cell cut to 20 characters")
  private Integer show;

  @Option(
      names = {"--output-path", "--output_path"},
      paramLabel = "FOLDER",
      description = "where the table goes; an earlier output there is replaced")
  private String output;

  @Option(
      names = "--format",
      defaultValue = "parquet",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private TableFormat format;

  @Option(
      names = "--strict",
      description = "fail where monthAsInt meets what is no month; nothing is shown or written")
  private boolean strict;

  @Override
  public Integer call() throws Exception {
    if (show != null && show < 1) {
      throw new ParameterException(
          spec.commandLine(), "--show is " + show + ", but must be 1 or more");
    }
    SparkSession spark = job.spark();
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    String text = query.text == null ? read(conf, query.file) : query.text;
    BankSql sql = BankSql.over(spark, DataFiles.at(conf, input));
    Dataset<Row> table = sql.query(text);
    if (output == null) {
      String shown = shown(sql, table, show == null ? SHOWN : show);
      if (BankSql.needsMonths(text) && !isWhole(shown)) {
        sql.run("check every month", () -> evaluate(table));
      }
      complain(sql);
      job.out().println(shown);
      return 0;
    }
    Path target = Locations.path(output);
    try (StagedFolder staged = StagedFolder.of(conf, target)) {
      staged.mustNotHold(Locations.path(input));
      Observation observed = new Observation("rows");
      Dataset<Row> counted = table.observe(observed, functions.count(functions.lit(1)).as("rows"));
      sql.run("run the query and write " + format, () -> written(counted, staged.path()));
      Optional<String> shown =
          show == null ? Optional.empty() : Optional.of(shown(sql, table, show));
      complain(sql);
      staged.publish();
      shown.ifPresent(job.out()::println);
      job.out().println("rows     " + observed.getAsJava().get("rows"));
      job.out().println("table    " + target);
    }
    return 0;
  }

  /** Whether what is shown is all there is, so that every row was evaluated for it. */
  private static boolean isWhole(String shown) {
    return !shown.stripTrailing().lines().reduce("", (a, b) -> b).startsWith("only showing top");
  }

  private static Object evaluate(Dataset<Row> table) {
    table.write().format("noop").mode("overwrite").save();
    return table;
  }

  private Object written(Dataset<Row> table, Path folder) {
    format.write(table, folder);
    return folder;
  }

  /** What {@code Dataset.show} prints; that prints to the JVM's own output only. */
  private static String shown(BankSql sql, Dataset<Row> table, int rows) throws IOException {
    return sql.run(
        "show " + rows + " rows",
        () ->
            ((org.apache.spark.sql.classic.Dataset<Row>) table)
                .showString(rows, CHARACTERS, false));
  }

  private void complain(BankSql sql) throws IOException {
    Optional<String> strangers = sql.strangers();
    if (strangers.isEmpty()) {
      return;
    }
    if (strict) {
      throw new Mistake(
          strangers.get() + "; expected jan to dec; with --strict nothing is shown or written");
    }
    job.err().println("warning: " + strangers.get() + "; their number is null");
  }

  private static String read(Configuration conf, String file) throws IOException {
    Path path = Locations.path(file);
    try (InputStream in = Locations.fileSystem(conf, path).open(path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (FileNotFoundException e) {
      throw new Mistake(file + ": there is no such file", e);
    }
  }
}
