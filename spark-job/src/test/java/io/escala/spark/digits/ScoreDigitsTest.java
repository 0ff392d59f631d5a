package io.escala.spark.digits;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.spark.JobRun;
import io.escala.spark.RealData;
import io.escala.spark.TestSpark;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The prebuilt digits by {@code score} over the images that training held out. */
class ScoreDigitsTest {
  private static final int HELD_OUT = 50_000;

  @TempDir Path folder;

  @Test
  void shouldBeAsGoodOverATableAsTrainingSaidItIs() throws IOException {
    // given the CSV in which MNIST is passed around
    Path mnist = RealData.file("mnist-train-a-images-idx3-ubyte.gz").getParent();
    Digits all =
        IdxFiles.read(TestSpark.session().sparkContext().hadoopConfiguration(), mnist.toString());
    Path csv = folder.resolve("mnist.csv");
    write(all.part(HELD_OUT, all.size()), csv);

    // when
    JobRun run =
        JobRun.of(
            "score",
            "--input-path",
            csv.toString(),
            "--model-path",
            Path.of(System.getProperty("escala.root"), "models", "digits").toString(),
            "--output-path",
            folder.resolve("scored").toString(),
            "--values",
            "pixels=pixel",
            "--keep",
            "label");

    // then
    assertThat(run.complaint())
        .isEqualTo("warning: the input has a column label; it is called input_label in the output");
    assertThat(
            TestSpark.session()
                .read()
                .parquet(folder.resolve("scored").toString())
                .filter("input_label = label")
                .count())
        .isEqualTo(9899);
  }

  private static void write(Digits digits, Path csv) throws IOException {
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(csv))) {
      out.print("label");
      for (int p = 0; p < DigitNet.PIXELS; p++) {
        out.print(",pixel" + p);
      }
      out.println();
      for (int i = 0; i < digits.size(); i++) {
        out.print(digits.labels()[i]);
        for (int p = 0; p < DigitNet.PIXELS; p++) {
          out.print(',');
          out.print(digits.pixels()[i * DigitNet.PIXELS + p] & 0xFF);
        }
        out.println();
      }
    }
  }
}
