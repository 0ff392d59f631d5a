package io.escala.spark.digits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.spark.Mistake;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxFilesTest {
  @TempDir Path folder;

  @Test
  void shouldReadAllPairsInTheOrderOfTheirNamesGzippedOrNot() throws IOException {
    // given
    Digits first = TrainingImages.some(3, 1);
    Digits second = TrainingImages.some(2, 2);
    TrainingImages.write(first, folder, "a");
    TrainingImages.images(folder.resolve("b-images-idx3-ubyte"), second);
    TrainingImages.labels(folder.resolve("b-labels-idx1-ubyte.gz"), second);
    Files.writeString(folder.resolve("README.md"), "not an image");

    // when
    Digits all = IdxFiles.read(new Configuration(), folder.toString());

    // then
    assertThat(all.size()).isEqualTo(5);
    assertThat(all.part(0, 3).pixels()).isEqualTo(first.pixels());
    assertThat(all.part(3, 5).labels()).isEqualTo(second.labels());
  }

  @Test
  void shouldSayWhatIsMissing() throws IOException {
    assertMistake("the folder has no images; expected files such as train-images-idx3-ubyte");
    TrainingImages.images(folder.resolve("a-images-idx3-ubyte.gz"), TrainingImages.some(3, 1));
    assertMistake("a-images-idx3-ubyte.gz has no a-labels-idx1-ubyte");
    TrainingImages.labels(folder.resolve("a-labels-idx1-ubyte.gz"), TrainingImages.some(2, 1));
    assertMistake("a-images-idx3-ubyte.gz has 3 images, but a-labels-idx1-ubyte.gz has 2 labels");
    TrainingImages.images(folder.resolve("a-images-idx3-ubyte"), TrainingImages.some(3, 1));
    assertThatThrownBy(() -> IdxFiles.read(new Configuration(), folder + "/none"))
        .isInstanceOf(Mistake.class)
        .hasMessageContaining("there is no such folder");
  }

  @Test
  void shouldSayWhatIsWrongWithAFile() throws IOException {
    Digits digits = TrainingImages.some(2, 1);
    TrainingImages.write(digits, folder, "a");
    Path images = folder.resolve("a-images-idx3-ubyte.gz");
    byte[] header = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28};
    byte[] whole = ByteBuffer.allocate(16 + 2 * 784).put(header).put(digits.pixels()).array();

    TrainingImages.packed(images, Arrays.copyOf(whole, 1000));
    assertMistake("the file ends before its header says");
    TrainingImages.packed(images, Arrays.copyOf(whole, whole.length + 1));
    assertMistake("the file goes on after the 2 entries of its header");
    TrainingImages.packed(images, changed(whole, 3, 1));
    assertMistake("the file starts with 2049, but an IDX file of this name with 2051");
    TrainingImages.packed(images, changed(whole, 11, 8));
    assertMistake("the images are 8 x 28, but must be 28 x 28");
    TrainingImages.packed(images, changed(whole, 4, 100));
    assertMistake("the header says 1677721602 entries; expected 1 to 1000000");
    Files.write(images, whole);
    assertMistake("not a whole gzip file");

    TrainingImages.packed(images, whole);
    TrainingImages.labels(
        folder.resolve("a-labels-idx1-ubyte.gz"), new Digits(digits.pixels(), new byte[] {3, 12}));
    assertMistake("label 1 is 12, but must be 0 to 9");
  }

  private static byte[] changed(byte[] content, int at, int value) {
    byte[] copy = content.clone();
    copy[at] = (byte) value;
    return copy;
  }

  private void assertMistake(String sentence) {
    assertThatThrownBy(() -> IdxFiles.read(new Configuration(), folder.toString()))
        .isInstanceOf(Mistake.class)
        .hasMessageContaining(sentence);
  }
}
