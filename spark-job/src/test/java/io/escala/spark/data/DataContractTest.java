package io.escala.spark.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.inference.Datatype;
import io.escala.inference.Manifest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DataContractTest {
  @Test
  void shouldStandInTheDocumentationAsItIsDeclared() throws Exception {
    Path document =
        Path.of(System.getProperty("escala.root")).resolve("docs").resolve("data-contract.md");

    List<String> rows =
        Files.readAllLines(document).stream()
            .dropWhile(line -> !line.startsWith("| column | type |"))
            .skip(2)
            .takeWhile(line -> line.startsWith("|"))
            .toList();

    assertThat(rows)
        .containsExactlyElementsOf(
            BankColumns.FEATURES.stream().map(DataContractTest::documented).toList());
  }

  private static String documented(BankColumn column) {
    return "| `"
        + column.name()
        + "` | "
        + column.type().simpleString()
        + " | "
        + column.range()
        + " | "
        + String.join(", ", column.values())
        + " | "
        + (column.isText() ? (column.open() ? "kept" : "refused") : "")
        + " | "
        + column.description()
        + " |";
  }

  @Test
  void shouldGiveAManifestTheRangeOfANumber() {
    Manifest.Input age = BankColumns.feature("age").input(Datatype.FP64);

    assertThat(age.min()).hasValue(10);
    assertThat(age.max()).hasValue(120);
    assertThat(age.description()).isEqualTo("years");
  }

  @Test
  void shouldLetAManifestAcceptAValueOfAClosedColumnThatTrainingNeverMet() {
    Manifest.Input housing =
        BankColumns.feature("housing").input(Datatype.BYTES, List.of("no", "yes"));

    assertThat(housing.values()).containsExactly("no", "yes", "unknown");
    assertThat(housing.otherValues()).isEqualTo(Manifest.OtherValues.REJECTED);
  }

  @Test
  void shouldLetAManifestOfAnOpenColumnListWhatTrainingMet() {
    Manifest.Input job = BankColumns.feature("job").input(Datatype.BYTES, List.of("astronaut"));

    assertThat(job.values()).containsExactly("astronaut");
    assertThat(job.otherValues()).isEqualTo(Manifest.OtherValues.ACCEPTED);
  }
}
