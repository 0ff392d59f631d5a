package io.escala.spark.score;

import io.escala.spark.Mistake;
import io.escala.spark.TableFormat;
import io.escala.spark.data.DataFiles;
import io.escala.spark.storage.Locations;
import io.escala.spark.storage.StagedFolder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/** Any model over any table. */
public final class ScoreTable {
  private final SparkSession spark;
  private final Configuration conf;

  public ScoreTable(SparkSession spark) {
    this.spark = spark;
    this.conf = spark.sparkContext().hadoopConfiguration();
  }

  /**
   * What to do.
   *
   * @param input a file or a folder; of a stream, the folder in which files land
   * @param model the folder of a bundle, or of a model with a current one
   * @param output the folder of the scored table
   * @param batchSize how many rows the runtime scores at once
   * @param quarantine whether rows that the model refuses are set aside, or else a failure
   * @param maxBadShare more such rows than this share are a failure in any case
   * @param aside the folder where they are set aside
   * @param columns what columns of inputs are called, and which the output keeps
   */
  public record Request(
      String input,
      String model,
      String output,
      TableFormat format,
      int batchSize,
      boolean quarantine,
      double maxBadShare,
      String aside,
      ScoreColumns columns) {}

  /**
   * What came of it.
   *
   * @param rows of the input
   * @param bad how many of those were set aside
   * @param reasons how many of those for each column at fault
   * @param renamed columns of the input that have another name in the output
   * @param model and version, for a person
   */
  public record Result(
      long rows,
      long bad,
      Map<String, Long> reasons,
      Map<String, String> renamed,
      String model,
      Path table) {}

  /**
   * Scores the table. An earlier output is replaced at the end, as a whole.
   *
   * @throws Mistake if the table does not fit the model, or rows do not and more than may be; then
   *     nothing is written
   */
  public Result run(Request request) throws IOException {
    DataFiles files = DataFiles.at(conf, request.input());
    PublishedBundle bundle = PublishedBundle.at(conf, request.model());
    Path target = Locations.path(request.output());
    Path aside = Locations.path(request.aside());
    InputTable table = InputTable.open(spark, files, Optional.empty());
    try (StagedFolder output = StagedFolder.of(conf, target);
        StagedFolder refused = StagedFolder.of(conf, aside)) {
      output.mustNotHold(Locations.path(request.input()));
      refused.mustNotHold(Locations.path(request.input()));
      Scoring scoring = scoring(spark, bundle, request);
      Scoring.Outcome outcome = scoring.write(table, output, refused);
      if (outcome.rows() == 0) {
        throw new Mistake(request.input() + ": there is no row to score");
      }
      if (outcome.bad() > 0) {
        refused.publish();
      } else {
        removeEarlier(aside);
      }
      output.publish();
      return new Result(
          outcome.rows(),
          outcome.bad(),
          outcome.reasons(),
          renamed(table, request.columns()),
          bundle.manifest().name() + " " + bundle.manifest().version(),
          target);
    }
  }

  static Scoring scoring(SparkSession spark, PublishedBundle bundle, Request request) {
    return new Scoring(
        spark,
        bundle,
        request.batchSize(),
        request.format(),
        request.quarantine(),
        request.maxBadShare(),
        request.columns());
  }

  /** What an earlier run set aside does not belong to this output. */
  private void removeEarlier(Path aside) throws IOException {
    FileSystem fs = Locations.fileSystem(conf, aside);
    if (fs.exists(new Path(aside, "_SUCCESS"))) {
      fs.delete(aside, true);
    }
  }

  static Map<String, String> renamed(InputTable table, ScoreColumns columns) {
    Map<String, String> renamed = new LinkedHashMap<>();
    for (String column : table.schema().fieldNames()) {
      String name = ScorePlan.outputName(table.schema(), column);
      if (!name.equals(column) && columns.keeps(column)) {
        renamed.put(column, name);
      }
    }
    return renamed;
  }
}
