package io.escala.spark.score;

import io.escala.spark.Mistake;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What columns of single values are called, and which columns the output keeps.
 *
 * @param prefixes of inputs with several values a row whose columns are not called as usual
 * @param kept names of columns; empty for all
 */
public record ScoreColumns(Map<String, String> prefixes, Optional<List<String>> kept) {
  /** As usual, and all. */
  public static final ScoreColumns ALL = new ScoreColumns(Map.of(), Optional.empty());

  public ScoreColumns {
    prefixes = Map.copyOf(prefixes);
    kept = kept.map(List::copyOf);
  }

  boolean hasPrefix(String input) {
    return prefixes.containsKey(input);
  }

  /** What stands before the number in the names of columns with single values of an input. */
  String prefix(String input) {
    return prefixes.getOrDefault(input, input + "_");
  }

  boolean keeps(String column) {
    return kept.isEmpty() || kept.get().contains(column);
  }

  /**
   * @throws Mistake if the table lacks a column that is to be kept
   */
  void check(InputTable table) {
    List<String> there = List.of(table.schema().fieldNames());
    for (String column : kept.orElse(List.of())) {
      if (!there.contains(column)) {
        throw new Mistake(
            table.where()
                + ": there is no column "
                + column
                + ", which --keep names; the columns are "
                + table.columnsShown());
      }
    }
  }
}
