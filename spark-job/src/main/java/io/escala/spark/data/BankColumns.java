package io.escala.spark.data;

import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The data contract: the columns of the bank marketing data (UCI, doi 10.24432/C5K306), with the
 * types of the source document, and ranges that no real row comes near to while nonsense does. Any
 * feature may be null; the target is {@code yes} or {@code no}. People read it in {@code
 * docs/data-contract.md}.
 */
public final class BankColumns {
  private static final String UNKNOWN = "unknown";
  private static final List<String> ANSWERS = List.of("yes", "no", UNKNOWN);
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> JOBS =
      List.of(
          "admin.",
          "blue-collar",
          "entrepreneur",
          "housemaid",
          "management",
          "retired",
          "self-employed",
          "services",
          "student",
          "technician",
          "unemployed",
          UNKNOWN);

  /** Every column but the target, in the order of the published files. */
  public static final List<BankColumn> FEATURES =
      List.of(
          // No bank calls children, and nobody has lived longer than 122 years
          BankColumn.whole("age", 10, 120, "years"),
          BankColumn.open("job", JOBS, "kind of work"),
          BankColumn.open("marital", List.of("divorced", "married", "single"), "marital status"),
          BankColumn.open(
              "education", List.of("primary", "secondary", "tertiary", UNKNOWN), "highest level"),
          BankColumn.closed("default", ANSWERS, "has credit in default"),
          // A debt that large is a misplaced cell; so is more than the richest own
          BankColumn.number("balance", DataTypes.DoubleType, -1e8, 1e9, "yearly average, euros"),
          BankColumn.closed("housing", ANSWERS, "has a housing loan"),
          BankColumn.closed("loan", ANSWERS, "has a personal loan"),
          BankColumn.open(
              "contact", List.of("cellular", "telephone", UNKNOWN), "how the customer was reached"),
          BankColumn.whole("day", 1, 31, "of the month, of the last contact"),
          BankColumn.closed("month", MONTHS, "of the last contact"),
          // More than a day on the telephone is no call
          BankColumn.whole("duration", 0, 100_000, "of the last contact, seconds"),
          BankColumn.whole("campaign", 1, 10_000, "contacts in this campaign"),
          // Fifty years
          BankColumn.whole("pdays", -1, 20_000, "days since an earlier campaign, or -1"),
          BankColumn.whole("previous", 0, 10_000, "contacts before this campaign"),
          BankColumn.open(
              "poutcome",
              List.of("failure", "other", "success", UNKNOWN),
              "outcome of the earlier campaign"));

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
