package io.escala.spark.data;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The data contract: the columns of the bank marketing data (UCI, doi 10.24432/C5K306), with the
 * types of the source document. Any feature may be null; the target is {@code yes} or {@code no}.
 */
public final class BankColumns {
  /** Every column but the target, in the order of the published files. */
  public static final List<BankColumn> FEATURES =
      List.of(
          new BankColumn("age", DataTypes.IntegerType, "years"),
          new BankColumn("job", DataTypes.StringType, "kind of work"),
          new BankColumn("marital", DataTypes.StringType, "marital status"),
          new BankColumn("education", DataTypes.StringType, "highest level"),
          new BankColumn("default", DataTypes.StringType, "has credit in default"),
          new BankColumn("balance", DataTypes.DoubleType, "yearly average, euros"),
          new BankColumn("housing", DataTypes.StringType, "has a housing loan"),
          new BankColumn("loan", DataTypes.StringType, "has a personal loan"),
          new BankColumn("contact", DataTypes.StringType, "how the customer was reached"),
          new BankColumn("day", DataTypes.IntegerType, "of the month, of the last contact"),
          new BankColumn("month", DataTypes.StringType, "of the last contact, jan to dec"),
          new BankColumn("duration", DataTypes.IntegerType, "of the last contact, seconds"),
          new BankColumn("campaign", DataTypes.IntegerType, "contacts in this campaign"),
          new BankColumn("pdays", DataTypes.IntegerType, "days since an earlier campaign, or -1"),
          new BankColumn("previous", DataTypes.IntegerType, "contacts before this campaign"),
          new BankColumn("poutcome", DataTypes.StringType, "outcome of the earlier campaign"));

  /** What the target is called: in the UCI files, and in the derived file with header commas. */
  public static final List<String> TARGETS = List.of("y", "deposit");

  /** 1 where the target is {@link #POSITIVE}, 0 where it is {@link #NEGATIVE}. */
  public static final String LABEL = "label";

  public static final String POSITIVE = "yes";
  public static final String NEGATIVE = "no";

  private BankColumns() {}

  /** The feature of this name. */
  public static BankColumn feature(String name) {
    return FEATURES.stream()
        .filter(c -> c.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no column is called " + name));
  }

  /** The types of a table with this target, without the label. */
  public static StructType schema(String target) {
    return new StructType(
        Stream.concat(
                FEATURES.stream().map(c -> DataTypes.createStructField(c.name(), c.type(), true)),
                Stream.of(DataTypes.createStructField(target, DataTypes.StringType, true)))
            .toArray(StructField[]::new));
  }

  /** For messages: {@code age, job, ..., poutcome and y (or deposit)}. */
  static String listed() {
    return String.join(", ", FEATURES.stream().map(BankColumn::name).toList())
        + " and "
        + String.join(" or ", TARGETS);
  }
}
