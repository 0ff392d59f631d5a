package io.escala.spark.data;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.escala.spark.Steps;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A second look at files in which rows are at fault: where they stand, and what is wrong.
 *
 * <p>Spark reads files in blocks that know no line numbers. Lines are counted block by block; those
 * of the blocks before give the number of a block's first line.
 */
final class FaultSearch {
  private static final int SHOWN = 5;

  /** What a {@link FaultFinder} finds; the number counts lines or records from 1. */
  static final StructType FOUND =
      new StructType()
          .add("file", DataTypes.StringType)
          .add("block", DataTypes.LongType)
          .add("number", DataTypes.LongType)
          .add("column", DataTypes.StringType)
          .add("value", DataTypes.StringType)
          .add("reason", DataTypes.StringType)
          .add("row", DataTypes.StringType);

  /** What is written aside. */
  static final StructType WRITTEN =
      new StructType()
          .add("file", DataTypes.StringType)
          .add("line", DataTypes.LongType)
          .add("column", DataTypes.StringType)
          .add("value", DataTypes.StringType)
          .add("reason", DataTypes.StringType)
          .add("row", DataTypes.StringType);

  private final DataFiles files;
  private final Dataset<Row> suspects;
  private final Diagnosis diagnosis;

  /**
   * @param suspects {@code file, block, number, row, cells}: every line of the files, with neither
   *     number nor cells, or every record at fault with its own
   */
  FaultSearch(DataFiles files, Dataset<Row> suspects, Diagnosis diagnosis) {
    this.files = files;
    this.suspects = suspects;
    this.diagnosis = diagnosis;
  }

  private record Block(String file, long start) {
    static final Comparator<Block> IN_ORDER =
        Comparator.comparing(Block::name).thenComparingLong(Block::start);

    private String name() {
      return new Path(URI.create(file)).getName();
    }
  }

  private record Found(Block block, long number, Fault fault) {}

  /** The first rows at fault, one a line, in the order of the files. */
  List<String> first() {
    Dataset<Row> search =
        suspects.mapPartitions(new FaultFinder(diagnosis, Map.of(), SHOWN), Encoders.row(FOUND));
    List<Found> found = new ArrayList<>();
    for (Row row :
        Steps.describe(
            suspects.sparkSession(), "find the first rows at fault", search::collectAsList)) {
      found.add(
          new Found(
              new Block(row.getString(0), row.getLong(1)),
              row.getLong(2),
              new Fault(row.getString(3), row.getString(4), row.getString(5))));
    }
    found.sort(Comparator.comparing(Found::block, Block.IN_ORDER).thenComparingLong(Found::number));
    Map<Block, Long> before = linesBefore();
    return found.stream()
        .limit(SHOWN)
        .map(f -> described(f, before.getOrDefault(f.block(), 0L)))
        .toList();
  }

  /** Such as {@code bank.csv, line 4, column age: 'old' is not a whole number ...}. */
  private String described(Found found, long linesBefore) {
    return files.named(new Path(URI.create(found.block().file())))
        + (diagnosis.isOfLines() ? ", line " : ", row ")
        + (linesBefore + found.number())
        + ", "
        + found.fault().described();
  }

  /** Every row at fault, as {@link #WRITTEN} says. */
  Dataset<Row> all() {
    Map<String, Long> before = new HashMap<>();
    linesBefore().forEach((b, lines) -> before.put(FaultFinder.key(b.file(), b.start()), lines));
    HashMap<String, String> names = new HashMap<>();
    files.files().forEach(file -> names.put(file.getName(), files.named(file)));
    MapFunction<Row, Row> named =
        found ->
            RowFactory.create(
                names.get(new Path(URI.create(found.getString(0))).getName()),
                found.getLong(2),
                found.get(3),
                found.get(4),
                found.get(5),
                found.get(6));
    return suspects
        .mapPartitions(new FaultFinder(diagnosis, before, Integer.MAX_VALUE), Encoders.row(FOUND))
        .map(named, Encoders.row(WRITTEN));
  }

  /** How many lines of the same file stand before each block. */
  private Map<Block, Long> linesBefore() {
    Map<Block, Long> before = new HashMap<>();
    if (!diagnosis.isOfLines()) {
      return before;
    }
    Dataset<Row> counts = suspects.groupBy("file", "block").agg(count(lit(1)));
    TreeMap<Block, Long> lines = new TreeMap<>(Block.IN_ORDER);
    for (Row row :
        Steps.describe(suspects.sparkSession(), "count the lines", counts::collectAsList)) {
      lines.put(new Block(row.getString(0), row.getLong(1)), row.getLong(2));
    }
    String file = null;
    long sum = 0;
    for (Map.Entry<Block, Long> block : lines.entrySet()) {
      sum = block.getKey().file().equals(file) ? sum : 0;
      file = block.getKey().file();
      before.put(block.getKey(), sum);
      sum += block.getValue();
    }
    return before;
  }
}
