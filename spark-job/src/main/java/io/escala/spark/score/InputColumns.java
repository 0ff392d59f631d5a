package io.escala.spark.score;

import io.escala.inference.Manifest;
import io.escala.spark.Mistake;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The columns of a table that hold a model's inputs. An input with one value a row is the column of
 * its name. One with n values is the column of its name, of arrays; or, where there is none, n
 * columns of one prefix and a number, from 0 on (or from 1 on, where there is none with 0).
 */
final class InputColumns {
  private static final int MISSING_SHOWN = 20;

  private final Map<String, List<String>> byInput;

  private InputColumns(Map<String, List<String>> byInput) {
    this.byInput = byInput;
  }

  /**
   * @throws Mistake that names all the columns that are missing
   */
  static InputColumns of(InputTable table, Manifest manifest, ScoreColumns columns) {
    Set<String> there = new LinkedHashSet<>(Arrays.asList(table.schema().fieldNames()));
    Map<String, List<String>> byInput = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    checkPrefixes(manifest, columns);
    for (Manifest.Input input : manifest.inputs()) {
      List<String> names = names(input, there, columns);
      byInput.put(input.name(), names);
      if (names.size() > 1 && !there.contains(names.get(0)) && !there.contains(names.get(1))) {
        missing.add(
            (columns.hasPrefix(input.name()) ? "" : input.name() + " (of arrays) or ")
                + names.get(0)
                + " to "
                + names.get(names.size() - 1));
      } else {
        names.stream().filter(name -> !there.contains(name)).forEach(missing::add);
      }
    }
    if (!missing.isEmpty()) {
      throw missing(table, manifest, missing);
    }
    return new InputColumns(byInput);
  }

  /** One column, or one for each value of a row. */
  List<String> of(Manifest.Input input) {
    return byInput.get(input.name());
  }

  private static List<String> names(Manifest.Input input, Set<String> there, ScoreColumns columns) {
    int width = input.width();
    if (width == 1 || (!columns.hasPrefix(input.name()) && there.contains(input.name()))) {
      return List.of(input.name());
    }
    String prefix = columns.prefix(input.name());
    int first = !there.contains(prefix + 0) && there.contains(prefix + width) ? 1 : 0;
    return IntStream.range(first, first + width).mapToObj(i -> prefix + i).toList();
  }

  private static void checkPrefixes(Manifest manifest, ScoreColumns columns) {
    List<String> several =
        manifest.inputs().stream().filter(i -> i.width() > 1).map(Manifest.Input::name).toList();
    for (String named : columns.prefixes().keySet()) {
      if (!several.contains(named)) {
        throw new Mistake(
            "--values names "
                + named
                + ", which is no input of model "
                + manifest.name()
                + " with several values a row; "
                + (several.isEmpty() ? "it has none" : "such are " + String.join(", ", several)));
      }
    }
  }

  private static Mistake missing(InputTable table, Manifest manifest, List<String> missing) {
    boolean several = manifest.inputs().stream().anyMatch(i -> i.width() > 1);
    return new Mistake(
        table.where()
            + ": there is no column "
            + String.join(", ", missing.subList(0, Math.min(MISSING_SHOWN, missing.size())))
            + (missing.size() > MISSING_SHOWN
                ? " and " + (missing.size() - MISSING_SHOWN) + " others"
                : "")
            + ", which model "
            + manifest.name()
            + " takes; the columns are "
            + table.columnsShown()
            + (several ? "; --values says what columns of single values are called" : "")
            + (table.kind() == InputTable.Kind.CSV
                ? "; the first line must name the columns"
                : ""));
  }
}
