package io.escala.spark.score;

import io.escala.spark.TestSpark;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/** Wine rows with an id each, landing as files do: written under a hidden name, then renamed. */
final class WineFiles {
  static final Path MODEL =
      Path.of(System.getProperty("escala.root")).resolve("models").resolve("wine");

  private WineFiles() {}

  static Path land(Path landing, String name, int firstId, int rows) throws IOException {
    List<String> wine;
    try (BufferedReader text =
        new BufferedReader(
            new InputStreamReader(
                ScoreTable.class.getResourceAsStream("/io/escala/spark/wine/wine.csv"),
                StandardCharsets.UTF_8))) {
      wine = text.lines().toList();
    }
    List<String> lines = new ArrayList<>();
    lines.add(wine.get(0) + ",id");
    for (int id = firstId; id < firstId + rows; id++) {
      lines.add(wine.get(1 + id % 178) + "," + id);
    }
    Path hidden = Files.write(landing.resolve("_" + name), lines);
    return Files.move(hidden, landing.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  static List<Long> ids(int first, int end) {
    return LongStream.range(first, end).boxed().toList();
  }

  /** Of an output folder, as any reader finds them, in ascending order. */
  static List<Long> idsIn(Path output) {
    return TestSpark.session()
        .read()
        .parquet(output.toString())
        .selectExpr("cast(id as bigint) as id")
        .orderBy("id")
        .collectAsList()
        .stream()
        .map(r -> r.getLong(0))
        .toList();
  }
}
