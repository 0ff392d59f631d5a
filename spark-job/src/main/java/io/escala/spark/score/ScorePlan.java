package io.escala.spark.score;

import io.escala.inference.Manifest;
import io.escala.spark.Mistake;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Which columns are which input, and what is added to a row: texts of numeric inputs as numbers,
 * then the label and the probability.
 *
 * @param inputs in the order of the manifest
 * @param malformed the place of {@link InputTable#MALFORMED}, or -1
 * @param positive the class whose probability is given, or -1 for that of the label
 * @param emptyIsNull whether an empty text is no value, as in CSV
 */
record ScorePlan(List<Input> inputs, int malformed, int positive, boolean emptyIsNull)
    implements Serializable {
  static final String LABEL = "label";
  static final String PROBABILITY = "probability";

  /** What the cells of a column are, or the elements of its arrays. */
  enum Cells {
    TEXT,
    BYTE,
    SHORT,
    INT,
    LONG,
    FLOAT,
    DOUBLE,
    DECIMAL
  }

  /**
   * One input of the model.
   *
   * @param width how many values it has in a row
   * @param array whether they stand in the arrays of one column
   * @param sources that column, or else a column for each value
   * @param whole whether the model takes whole numbers
   * @param text whether the model takes texts
   */
  record Input(
      String name, int width, boolean array, List<Source> sources, boolean whole, boolean text)
      implements Serializable {
    Input {
      sources = new ArrayList<>(sources);
    }

    /** Whether the texts of one of its columns become numbers in the output. */
    boolean isParsed(Source source) {
      return !text && !array && source.kept() && source.cells() == Cells.TEXT;
    }

    List<Source> parsed() {
      return sources.stream().filter(this::isParsed).toList();
    }

    DataType parsedType() {
      return whole ? DataTypes.LongType : DataTypes.DoubleType;
    }
  }

  /**
   * A column that holds values of an input.
   *
   * @param place of the column in the table
   * @param precision and scale of a decimal
   * @param kept whether it is in the output
   */
  record Source(String column, int place, Cells cells, int precision, int scale, boolean kept)
      implements Serializable {}

  ScorePlan {
    inputs = new ArrayList<>(inputs);
  }

  /**
   * @throws Mistake if a column is missing or is of a type that the model does not take
   */
  static ScorePlan of(InputTable table, Manifest manifest, ScoreColumns columns) {
    InputColumns found = InputColumns.of(table, manifest, columns);
    List<Input> inputs =
        manifest.inputs().stream().map(i -> input(table, i, found.of(i), columns)).toList();
    return new ScorePlan(
        inputs,
        table.kind() == InputTable.Kind.PARQUET ? -1 : table.schema().length(),
        manifest.positiveClass().map(manifest.classes()::indexOf).orElse(-1),
        table.kind() == InputTable.Kind.CSV);
  }

  private static Input input(
      InputTable table, Manifest.Input input, List<String> names, ScoreColumns columns) {
    int width = input.width();
    boolean text = !input.datatype().isNumber();
    boolean array = width > 1 && names.size() == 1;
    List<Source> sources = new ArrayList<>();
    for (String column : names) {
      DataType type = table.schema().apply(column).dataType();
      DataType values =
          array && type instanceof ArrayType arrays ? arrays.elementType() : array ? null : type;
      Optional<Cells> cells = Optional.ofNullable(values).flatMap(ScorePlan::cells);
      if (cells.isEmpty() || (text && cells.get() != Cells.TEXT)) {
        throw unfit(table, input, column, type, array);
      }
      sources.add(
          new Source(
              column,
              table.schema().fieldIndex(column),
              cells.get(),
              values instanceof DecimalType decimal ? decimal.precision() : 0,
              values instanceof DecimalType decimal ? decimal.scale() : 0,
              columns.keeps(column)));
    }
    return new Input(
        input.name(), width, array, sources, !text && !input.datatype().isFloatingPoint(), text);
  }

  private static Mistake unfit(
      InputTable table, Manifest.Input input, String column, DataType type, boolean array) {
    String taken = input.datatype().described();
    return new Mistake(
        table.where()
            + ", column "
            + column
            + ": it is "
            + type.simpleString()
            + ", but the model takes "
            + (array
                ? "an array of "
                    + input.width()
                    + " values, each "
                    + taken
                    + ", or a column for each of them"
                : taken + "; cast it first"));
  }

  private static Optional<Cells> cells(DataType type) {
    if (type instanceof DecimalType) {
      return Optional.of(Cells.DECIMAL);
    }
    return switch (type.typeName()) {
      case "string" -> Optional.of(Cells.TEXT);
      case "byte" -> Optional.of(Cells.BYTE);
      case "short" -> Optional.of(Cells.SHORT);
      case "integer" -> Optional.of(Cells.INT);
      case "long" -> Optional.of(Cells.LONG);
      case "float" -> Optional.of(Cells.FLOAT);
      case "double" -> Optional.of(Cells.DOUBLE);
      default -> Optional.empty();
    };
  }

  /** The columns that become numbers, in the order in which {@link ScoreRows} adds them. */
  List<Source> parsed() {
    return inputs.stream().flatMap(i -> i.parsed().stream()).toList();
  }

  /** What {@link ScoreRows} adds to a row. */
  StructType added() {
    List<StructField> fields = new ArrayList<>();
    for (Input input : inputs) {
      for (Source source : input.parsed()) {
        fields.add(DataTypes.createStructField(source.column(), input.parsedType(), true));
      }
    }
    fields.add(DataTypes.createStructField(LABEL, DataTypes.StringType, false));
    fields.add(DataTypes.createStructField(PROBABILITY, DataTypes.DoubleType, false));
    return new StructType(fields.toArray(StructField[]::new));
  }

  /**
   * What a column of the table is called in the output: its own name, unless label or probability
   * needs it; then that name with {@code input_} before it, as often as it takes.
   */
  static String outputName(StructType schema, String column) {
    String name = column;
    if (name.equalsIgnoreCase(LABEL) || name.equalsIgnoreCase(PROBABILITY)) {
      do {
        name = "input_" + name;
      } while (has(schema, name));
    }
    return name;
  }

  private static boolean has(StructType schema, String name) {
    return Arrays.stream(schema.fieldNames())
        .anyMatch(n -> n.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)));
  }
}
