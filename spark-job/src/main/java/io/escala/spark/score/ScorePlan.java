package io.escala.spark.score;

import io.escala.inference.Manifest;
import io.escala.spark.Mistake;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Which column is which input, and what is added to a row: texts of numeric inputs as numbers, then
 * the label and the probability.
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

  /** What the cells of an input are. */
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
   * @param place of its column in the table
   * @param whole whether the model takes whole numbers
   * @param text whether the model takes texts
   * @param precision and scale of a decimal
   */
  record Input(
      String name, int place, Cells cells, boolean whole, boolean text, int precision, int scale)
      implements Serializable {
    /** Whether the table has texts where the model takes numbers. */
    boolean isParsed() {
      return cells == Cells.TEXT && !text;
    }

    DataType parsedType() {
      return whole ? DataTypes.LongType : DataTypes.DoubleType;
    }
  }

  ScorePlan {
    inputs = new ArrayList<>(inputs);
  }

  /**
   * @throws Mistake if a column is missing or is of a type that the model does not take
   */
  static ScorePlan of(InputTable table, Manifest manifest) {
    List<String> columns = List.of(table.schema().fieldNames());
    List<String> missing =
        manifest.inputs().stream()
            .map(Manifest.Input::name)
            .filter(name -> !columns.contains(name))
            .toList();
    if (!missing.isEmpty()) {
      throw new Mistake(
          table.where()
              + ": there is no column "
              + String.join(", ", missing)
              + ", which model "
              + manifest.name()
              + " takes; the columns are "
              + shortened(String.join(", ", columns))
              + (table.kind() == InputTable.Kind.CSV
                  ? "; the first line must name the columns"
                  : ""));
    }
    List<Input> inputs = manifest.inputs().stream().map(i -> input(table, i)).toList();
    return new ScorePlan(
        inputs,
        table.kind() == InputTable.Kind.PARQUET ? -1 : columns.size(),
        manifest.positiveClass().map(manifest.classes()::indexOf).orElse(-1),
        table.kind() == InputTable.Kind.CSV);
  }

  private static Input input(InputTable table, Manifest.Input input) {
    int place = table.schema().fieldIndex(input.name());
    if (input.width() != 1) {
      throw new Mistake(
          table.where()
              + ", column "
              + input.name()
              + ": the model takes "
              + input.width()
              + " values a row, but score reads models with one value a row only");
    }
    DataType type = table.schema().fields()[place].dataType();
    boolean text = !input.datatype().isNumber();
    Optional<Cells> cells = cells(type);
    if (cells.isEmpty() || (text && cells.get() != Cells.TEXT)) {
      throw new Mistake(
          table.where()
              + ", column "
              + input.name()
              + ": it is "
              + type.simpleString()
              + ", but the model takes "
              + input.datatype().described()
              + "; cast it first");
    }
    return new Input(
        input.name(),
        place,
        cells.get(),
        !text && !input.datatype().isFloatingPoint(),
        text,
        type instanceof DecimalType decimal ? decimal.precision() : 0,
        type instanceof DecimalType decimal ? decimal.scale() : 0);
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

  private static String shortened(String text) {
    return text.length() <= 300 ? text : text.substring(0, 297) + "...";
  }

  /** The inputs whose texts become numbers. */
  List<Input> parsed() {
    return inputs.stream().filter(Input::isParsed).toList();
  }

  /** What {@link ScoreRows} adds to a row. */
  StructType added() {
    List<StructField> fields = new ArrayList<>();
    for (Input input : parsed()) {
      fields.add(DataTypes.createStructField(input.name(), input.parsedType(), true));
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
