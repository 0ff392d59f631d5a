package io.escala.spark.generate;

import io.escala.spark.data.BankColumn;
import io.escala.spark.data.BankColumns;
import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Bank-like rows: first the answer, then each column independently of the others, distributed as in
 * the real data among customers with that answer. What belongs together stays together: who was
 * never contacted before has {@code poutcome} unknown, {@code pdays} -1 and {@code previous} 0.
 *
 * <p>A row depends on the seed and its number alone, not on the partition that makes it.
 */
public final class BankGenerator implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final String TARGET = BankColumns.TARGETS.get(0);

  private final long seed;

  public BankGenerator(long seed) {
    this.seed = seed;
  }

  /**
   * Rows {@code 0} to {@code rows - 1} with the columns of the contract and the target {@code y}.
   */
  public Dataset<Row> table(SparkSession spark, long rows, int partitions) {
    StructType schema = BankColumns.schema(TARGET);
    MapPartitionsFunction<Long, Row> make =
        ids -> {
          BankMarginals marginals = BankMarginals.load();
          return stream(ids).map(id -> RowFactory.create(row(marginals, id))).iterator();
        };
    return spark.range(0, rows, 1, partitions).mapPartitions(make, Encoders.row(schema));
  }

  /** The same rows as lines in the shape of {@code bank-full.csv}; each partition has a header. */
  public Dataset<String> csvLines(SparkSession spark, long rows, int partitions) {
    MapPartitionsFunction<Long, String> make =
        ids -> {
          BankMarginals marginals = BankMarginals.load();
          return Stream.concat(Stream.of(header()), stream(ids).map(id -> line(row(marginals, id))))
              .iterator();
        };
    return spark.range(0, rows, 1, partitions).mapPartitions(make, Encoders.STRING());
  }

  private static Stream<Long> stream(Iterator<Long> ids) {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(ids, Spliterator.ORDERED), false);
  }

  private static String header() {
    return Stream.of(BankColumns.schema(TARGET).fieldNames())
        .map(name -> "\"" + name + "\"")
        .collect(Collectors.joining(";"));
  }

  private static String line(Object[] row) {
    StringBuilder line = new StringBuilder();
    for (Object value : row) {
      line.append(line.isEmpty() ? "" : ";");
      if (value instanceof String text) {
        line.append('"').append(text).append('"');
      } else {
        line.append(((Number) value).longValue());
      }
    }
    return line.toString();
  }

  private Object[] row(BankMarginals marginals, long id) {
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + id);
    boolean yes = random.nextDouble() < marginals.yesShare();
    String outcome = marginals.category("poutcome", yes, random.nextDouble());
    boolean contacted = !outcome.equals("unknown");
    List<BankColumn> columns = BankColumns.FEATURES;
    Object[] row = new Object[columns.size() + 1];
    for (int i = 0; i < columns.size(); i++) {
      double u = random.nextDouble();
      String name = columns.get(i).name();
      row[i] =
          switch (name) {
            case "poutcome" -> outcome;
            case "pdays" -> contacted ? marginals.number(name, yes, u) : -1;
            case "previous" -> contacted ? marginals.number(name, yes, u) : 0;
            case "age", "duration", "campaign" -> marginals.number(name, yes, u);
            case "balance" -> (double) marginals.number(name, yes, u);
            case "day" -> Integer.parseInt(marginals.category(name, yes, u));
            default -> marginals.category(name, yes, u);
          };
    }
    row[columns.size()] = yes ? BankColumns.POSITIVE : BankColumns.NEGATIVE;
    return row;
  }
}
