package io.escala.spark;

import io.escala.spark.data.BadRowPolicy;
import io.escala.spark.data.BadRows;
import io.escala.spark.data.BankRows;
import io.escala.spark.data.DataFiles;
import io.escala.spark.data.SoundRows;
import io.escala.spark.data.UnlistedTexts;
import io.escala.spark.storage.Locations;
import io.escala.spark.storage.StagedFolder;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      "  prepare --input-path bank.csv --output-path bank.parquet --bad-rows quarantine",
      "",
      "Rows that break the data contract (docs/data-contract.md) stop it: the first five are named",
      "with file, line, column and value, and nothing is written. With --bad-rows quarantine they",
      "are written aside as JSON lines with the reason, and the other rows go on.",
      "Exit codes: 0 done, 1 failed, 2 wrong usage."
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

  @Mixin private BadRowOptions badRows;

  @Override
  public Integer call() throws Exception {
    BadRowPolicy policy = badRows.policy(output);
    SparkSession spark = job.spark();
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    DataFiles files = DataFiles.at(conf, input);
    Path target = Locations.path(output);
    BankRows source = BankRows.read(spark, files);
    Path from = Locations.path(input);
    long rows;
    List<String> bad;
    List<String> unlisted = List.of();
    try (StagedFolder staged = StagedFolder.of(conf, target);
        BadRows aside = BadRows.of(conf, policy, from, target)) {
      staged.mustNotHold(from);
      staged.mustNotHold(policy.aside());
      SoundRows sound = source.sound();
      Steps.describe(
          spark,
          "label the rows and write " + format,
          () -> {
            format.write(sound.rows(), staged.path());
            return null;
          });
      SoundRows.Counts counts = sound.counts().call();
      rows = counts.sound();
      aside.settle(source, rows + counts.faults(), counts.faults());
      if (counts.unlisted() > 0) {
        unlisted =
            UnlistedTexts.described(format.read(spark, sound.rows().schema(), staged.path()));
      }
      bad = aside.publish();
      staged.publish();
    }
    job.out().println("rows     " + rows);
    bad.forEach(job.out()::println);
    unlisted.forEach(line -> job.out().println("warning  " + line));
    job.out().println("table    " + target);
    return 0;
  }
}
