package io.escala.spark.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.escala.inference.Batch;
import io.escala.inference.Bundle;
import io.escala.inference.BundleFiles;
import io.escala.inference.BundleVersion;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.Predictions;
import io.escala.spark.JobRun;
import io.escala.spark.RealData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainDigitsTest {
  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");

  @TempDir Path folder;

  @Test
  void shouldPublishWhatItLearnt() throws IOException {
    // given
    Path images = folder.resolve("images");
    TrainingImages.write(TrainingImages.some(1000, 1), images, "a");
    TrainingImages.write(TrainingImages.some(440, 2), images, "b");

    // when
    JobRun run =
        JobRun.of(
            "train-digits",
            "--input_path",
            images.toString(),
            "--model_path",
            folder.toString(),
            "--epochs",
            "6",
            "--name",
            "drawn",
            "--source",
            "https://example.org/drawn");

    // then
    assertThat(run.complaint()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .contains("images      1080 to fit, 120 for validation, 240 held out")
        .contains("held out    accuracy ")
        .contains("digit,said_0,said_1");
    assertThat(run.err()).contains("[escala] fit the network: 102/102 batches");
    Path bundle = current(folder.resolve("drawn"));
    Manifest manifest = Bundle.verify(bundle);
    assertThat(manifest.metrics().get("accuracy")).isGreaterThan(0.9);
    assertThat(manifest.provenance().data()).isEqualTo("https://example.org/drawn");
    assertThat(manifest.provenance().rows()).hasValue(1440);
    assertThat(manifest.golden())
        .extracting(Manifest.Golden::label)
        .containsExactly("0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
    assertThat(manifest.files()).containsOnlyKeys("model.onnx", "confusion.csv");
    assertThat(Files.size(bundle.resolve("model.onnx"))).isLessThan(60_000);
  }

  @Test
  void shouldGiveTheSameBytesOnAnyNumberOfCores() throws IOException {
    // given
    Path images = folder.resolve("images");
    TrainingImages.write(TrainingImages.some(400, 1), images, "a");

    // when
    byte[] one = model(images, 1, 1);
    byte[] three = model(images, 1, 3);
    byte[] otherSeed = model(images, 2, 3);

    // then
    assertThat(three).isEqualTo(one);
    assertThat(otherSeed).isNotEqualTo(one);
  }

  private byte[] model(Path images, long seed, int cores) throws IOException {
    Path models = folder.resolve(seed + "-" + cores);
    DigitTraining.Result result =
        new DigitTraining(new Configuration(), "test")
            .run(
                new DigitTraining.Request(
                    images.toString(), models.toString(), "digits", seed, 2, cores, "here", "none"),
                NOW,
                (done, of) -> {});
    assertThat(result.difference()).isLessThan(1e-5);
    return Files.readAllBytes(current(models.resolve("digits")).resolve("model.onnx"));
  }

  @Test
  void shouldRefuseWrongUsageAndTooFewImages() throws IOException {
    String here = folder.toString();
    JobRun epochs =
        JobRun.of("train-digits", "--input-path", here, "--model-path", here, "--epochs", "0");
    assertThat(epochs.code()).isEqualTo(2);
    assertThat(epochs.err()).contains("--epochs is 0, but must be 1 to 100");
    JobRun name =
        JobRun.of("train-digits", "--input-path", here, "--model-path", here, "--name", "../x");
    assertThat(name.code()).isEqualTo(2);

    TrainingImages.write(TrainingImages.some(30, 1), folder, "a");
    JobRun few = JobRun.of("train-digits", "--input-path", here, "--model-path", here + "/m");
    assertThat(few.code()).isEqualTo(1);
    assertThat(few.complaint())
        .isEqualTo("error: " + here + ": the folder has 30 images; at least 120 are needed");
    assertThat(folder.resolve("m")).doesNotExist();
  }

  @Test
  void shouldGiveAPictureTheSameAnswerAloneAndInABatch() throws IOException {
    // given
    Digits images = TrainingImages.some(50, 9);

    // when
    try (Model model = Bundle.open(BundleFiles.of(repository()))) {
      Predictions together = model.predict(batch(model, images));

      // then
      for (int i = 0; i < images.size(); i++) {
        Predictions alone = model.predict(batch(model, images.part(i, i + 1)));
        for (int c = 0; c < 10; c++) {
          assertThat(together.probability(i, c)).isEqualTo(alone.probability(0, c));
        }
      }
    }
  }

  @Test
  void shouldHoldInTheRepositoryWhatItsFiguresSay() throws IOException {
    // given
    Path images = RealData.file("mnist-train-a-images-idx3-ubyte.gz");
    Digits all = IdxFiles.read(new Configuration(), images.getParent().toString());
    Digits heldOut = all.part(50_000, 60_000);

    // when
    int right = 0;
    try (Model model = Bundle.open(BundleFiles.of(repository()))) {
      Predictions predictions = model.predict(batch(model, heldOut));
      for (int i = 0; i < heldOut.size(); i++) {
        right += predictions.labelIndex(i) == heldOut.labels()[i] ? 1 : 0;
      }

      // then
      double accuracy = right / 10_000.0;
      System.out.println("[digits] accuracy of the bundle in the repository: " + accuracy);
      assertThat(accuracy).isGreaterThanOrEqualTo(0.985);
      assertThat(model.manifest().metrics().get("accuracy")).isCloseTo(accuracy, within(2e-4));
    }
  }

  @Test
  void shouldNotCarryAnImageOfMnist() throws IOException {
    // given
    Path images = RealData.file("mnist-train-a-images-idx3-ubyte.gz");
    Digits all = IdxFiles.read(new Configuration(), images.getParent().toString());
    Manifest manifest = Bundle.verify(repository());
    List<byte[]> golden = new ArrayList<>();
    for (Manifest.Golden row : manifest.golden()) {
      List<?> pixels = (List<?>) row.inputs().get("pixels");
      byte[] image = new byte[784];
      for (int i = 0; i < 784; i++) {
        image[i] = ((Number) pixels.get(i)).byteValue();
      }
      golden.add(image);
    }

    // then
    assertThat(golden).hasSize(10);
    int carried = 0;
    for (int i = 0; i < all.size(); i++) {
      for (byte[] image : golden) {
        carried += Arrays.equals(all.pixels(), i * 784, (i + 1) * 784, image, 0, 784) ? 1 : 0;
      }
    }
    assertThat(carried).isZero();
  }

  private static Batch batch(Model model, Digits images) {
    Batch batch = model.batch(images.size());
    for (int i = 0; i < images.size(); i++) {
      batch.set(0, images.part(i, i + 1).pixels());
      batch.add();
    }
    return batch;
  }

  private static Path repository() throws IOException {
    return current(Path.of(System.getProperty("escala.root"), "models", "digits"));
  }

  private static Path current(Path model) throws IOException {
    return model.resolve(
        BundleVersion.fromPointerJson(Files.readAllBytes(model.resolve("current.json"))).text());
  }
}
