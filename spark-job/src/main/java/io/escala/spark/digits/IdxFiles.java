package io.escala.spark.digits;

import io.escala.spark.Mistake;
import io.escala.spark.storage.Locations;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Reads a folder of images and labels in MNIST's format IDX: {@code NAME-images-idx3-ubyte} beside
 * {@code NAME-labels-idx1-ubyte}, each gzipped or not, in the order of their names. Other files are
 * left alone.
 */
final class IdxFiles {
  private static final String IMAGES = "-images-idx3-ubyte";
  private static final String LABELS = "-labels-idx1-ubyte";
  private static final int IMAGES_MAGIC = 0x803;
  private static final int LABELS_MAGIC = 0x801;
  private static final int MOST_IMAGES = 1_000_000;

  private final FileSystem fs;
  private final String folder;

  private IdxFiles(FileSystem fs, String folder) {
    this.fs = fs;
    this.folder = folder;
  }

  /**
   * All images of a folder.
   *
   * @throws Mistake if there are none, or a file is not what its name says
   */
  static Digits read(Configuration conf, String folder) throws IOException {
    Path path = Locations.path(folder);
    return new IdxFiles(Locations.fileSystem(conf, path), folder).read(path);
  }

  private Digits read(Path path) throws IOException {
    List<String> names;
    try {
      names =
          Arrays.stream(fs.listStatus(path))
              .filter(FileStatus::isFile)
              .map(f -> f.getPath().getName())
              .sorted()
              .toList();
    } catch (FileNotFoundException e) {
      throw new Mistake(folder + ": there is no such folder", e);
    }
    List<String> found = names.stream().filter(n -> withoutGz(n).endsWith(IMAGES)).toList();
    if (found.isEmpty()) {
      throw new Mistake(
          folder
              + ": the folder has no images; expected files such as train"
              + IMAGES
              + " with train"
              + LABELS
              + ", gzipped (.gz) or not");
    }
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    ByteArrayOutputStream labels = new ByteArrayOutputStream();
    List<String> seen = new ArrayList<>();
    for (String images : found) {
      String stem = withoutGz(images).substring(0, withoutGz(images).length() - IMAGES.length());
      if (seen.contains(stem)) {
        throw new Mistake(
            folder + ": " + stem + IMAGES + " is there twice, gzipped and not; remove one");
      }
      seen.add(stem);
      String answers =
          names.stream()
              .filter(n -> withoutGz(n).equals(stem + LABELS))
              .findFirst()
              .orElseThrow(() -> new Mistake(folder + ": " + images + " has no " + stem + LABELS));
      byte[] drawn = content(new Path(path, images), IMAGES_MAGIC);
      byte[] said = labels(new Path(path, answers));
      if (drawn.length != said.length * DigitNet.PIXELS) {
        throw new Mistake(
            folder
                + ": "
                + images
                + " has "
                + drawn.length / DigitNet.PIXELS
                + " images, but "
                + answers
                + " has "
                + said.length
                + " labels");
      }
      pixels.writeBytes(drawn);
      labels.writeBytes(said);
    }
    return new Digits(pixels.toByteArray(), labels.toByteArray());
  }

  private static String withoutGz(String name) {
    return name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
  }

  private byte[] labels(Path file) throws IOException {
    byte[] labels = content(file, LABELS_MAGIC);
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= DigitNet.CLASSES) {
        throw new Mistake(
            file + ": label " + i + " is " + (labels[i] & 0xFF) + ", but must be 0 to 9");
      }
    }
    return labels;
  }

  private byte[] content(Path file, int magic) throws IOException {
    try (InputStream raw = fs.open(file);
        DataInputStream in = new DataInputStream(unzipped(file, raw))) {
      int found = in.readInt();
      if (found != magic) {
        throw new Mistake(
            file
                + ": the file starts with "
                + found
                + ", but an IDX file of this name with "
                + magic);
      }
      int count = in.readInt();
      if (count < 1 || count > MOST_IMAGES) {
        throw new Mistake(
            file + ": the header says " + count + " entries; expected 1 to " + MOST_IMAGES);
      }
      int each = 1;
      if (magic == IMAGES_MAGIC) {
        int rows = in.readInt();
        int columns = in.readInt();
        if (rows != DigitNet.SIDE || columns != DigitNet.SIDE) {
          throw new Mistake(
              file + ": the images are " + rows + " x " + columns + ", but must be 28 x 28");
        }
        each = DigitNet.PIXELS;
      }
      byte[] content = in.readNBytes(count * each);
      if (content.length < count * each) {
        throw new EOFException();
      }
      if (in.read() >= 0) {
        throw new Mistake(
            file + ": the file goes on after the " + count + " entries of its header");
      }
      return content;
    } catch (EOFException e) {
      throw new Mistake(file + ": the file ends before its header says", e);
    } catch (ZipException e) {
      throw new Mistake(file + ": the file is not a whole gzip file: " + e.getMessage(), e);
    }
  }

  private static InputStream unzipped(Path file, InputStream raw) throws IOException {
    InputStream in = new BufferedInputStream(raw, 1 << 16);
    return file.getName().endsWith(".gz") ? new GZIPInputStream(in, 1 << 16) : in;
  }
}
