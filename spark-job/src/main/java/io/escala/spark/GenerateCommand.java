package io.escala.spark;

import io.escala.spark.generate.BankGenerator;
import io.escala.spark.storage.Locations;
import io.escala.spark.storage.StagedFolder;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Bank-like rows from a seed. */
@Command(
    name = "generate",
    description = {
      "Makes bank-like rows from a seed: each column distributed as in UCI's bank-full.csv, given",
      "the answer. The same seed and number of rows give the same bytes on any machine. CSV has",
      "the shape of bank-full.csv: separated by ; with quoted texts and the target y."
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Examples:",
      "  generate --rows 45211 --output-path bank",
      "  generate --rows 10000000 --seed 7 --format parquet --output-path s3://bucket/bank"
    })
final class GenerateCommand implements Callable<Integer> {
  /** How many rows a file holds: fixed, so that files do not depend on the machine. */
  private static final long ROWS_A_FILE = 1_000_000;

  private static final long MOST_ROWS = 100_000 * ROWS_A_FILE;

  @ParentCommand private SparkJob job;
  @Spec private CommandSpec spec;

  @Option(
      names = "--rows",
      defaultValue = "45211",
      paramLabel = "N",
      description = "how many (default: ${DEFAULT-VALUE}, as bank-full.csv has)")
  private long rows;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "default: ${DEFAULT-VALUE}")
  private long seed;

  @Option(
      names = {"--output-path", "--output_path"},
      required = true,
      paramLabel = "FOLDER",
      description = "where the files go; an earlier output there is replaced")
  private String output;

  @Option(
      names = "--format",
      defaultValue = "csv",
      paramLabel = "FORMAT",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  private TableFormat format;

  @Override
  public Integer call() throws Exception {
    if (rows < 1 || rows > MOST_ROWS) {
      throw new ParameterException(
          spec.commandLine(), "--rows is " + rows + ", but must be from 1 to " + MOST_ROWS);
    }
    SparkSession spark = job.spark();
    Configuration conf = spark.sparkContext().hadoopConfiguration();
    Path target = Locations.path(output);
    BankGenerator generator = new BankGenerator(seed);
    int files = (int) ((rows - 1) / ROWS_A_FILE) + 1;
    try (StagedFolder staged = StagedFolder.of(conf, target)) {
      Steps.describe(
          spark,
          "generate " + rows + " rows",
          () -> {
            if (format == TableFormat.csv) {
              generator.csvLines(spark, rows, files).write().text(staged.path().toString());
            } else {
              format.write(generator.table(spark, rows, files), staged.path());
            }
            return null;
          });
      nameByNumber(Locations.fileSystem(conf, staged.path()), staged.path());
      staged.publish();
    }
    job.out().println("rows     " + rows + " in " + files + (files == 1 ? " file" : " files"));
    job.out().println("table    " + target);
    return 0;
  }

  /** Spark gives files random names; here they are {@code part-00000.csv} and so on. */
  private void nameByNumber(FileSystem fs, Path folder) throws IOException {
    for (FileStatus file : fs.listStatus(folder)) {
      String name = file.getPath().getName();
      if (name.startsWith("part-")) {
        String numbered = name.substring(0, "part-00000".length()) + "." + format;
        if (!fs.rename(file.getPath(), new Path(folder, numbered))) {
          throw new IOException("cannot rename " + file.getPath() + " to " + numbered);
        }
      }
    }
  }
}
