package io.escala.spark;

import io.escala.spark.data.BankRows;
import io.escala.spark.data.DataFiles;
import io.escala.spark.storage.Locations;
import io.escala.spark.storage.StagedFolder;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** CSV in, typed and labelled table out, in one pass. */
@Command(
    name = "prepare",
    description = {
      "Reads bank marketing rows, checks every one, adds the column label (1 where the target is",
      "yes) and writes a typed table. The separator (; or ,) and the target column (y or deposit)",
      "are recognised from the header."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  prepare --input-path bank-full.csv --output-path bank.parquet",
      "  prepare --input_path s3://bucket/data/bank.csv --output_path s3://bucket/bank.parquet",
      "",
      "A row that breaks the data's contract stops it: the message names the file, the line, the",
      "column and the value, and nothing is written."
    })
final class PrepareCommand implements Callable<Integer> {
  @ParentCommand private SparkJob job;

  @Option(
      names = {"--input-path", "--input_path"},
      required = true,
      paramLabel = "PATH",
      description = "a CSV file with a header, or a folder of such files")
  private String input;

  @Option(
      names = {"--output-path", "--output_path"},
      required = true,
      paramLabel = "FOLDER",
      description = "where the table goes; an earlier output there is replaced")
  private String output;

  @Option(
      names = "--format",
      defaultValue = "parquet",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private TableFormat format;

  @Override
  public Integer call() throws Exception {
    SparkSession spark = job.spark();
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    DataFiles files = DataFiles.at(conf, input);
    Path target = Locations.path(output);
    BankRows source = BankRows.read(spark, files);
    long rows;
    try (StagedFolder staged = StagedFolder.of(conf, target)) {
      staged.mustNotHold(Locations.path(input));
      Observation observed = new Observation("rows");
      Dataset<Row> table =
          source
              .rows()
              .observe(observed, BankRows.counted(), BankRows.faulty())
              .drop(BankRows.FAULT);
      Steps.describe(
          spark,
          "label the rows and write " + format,
          () -> {
            format.write(table, staged.path());
            return null;
          });
      Map<String, Object> counts = observed.getAsJava();
      rows = (Long) counts.get("rows");
      source.check(rows, (Long) counts.get("faults"));
      staged.publish();
    }
    job.out().println("rows     " + rows);
    job.out().println("table    " + target);
    return 0;
  }
}
