package io.escala.spark.data;

import io.escala.spark.Mistake;
import io.escala.spark.storage.Locations;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.compress.CompressionCodec;
import org.apache.hadoop.io.compress.CompressionCodecFactory;

/**
 * The files that an input path means: itself, or what lies directly in the folder. Files without a
 * byte hold no rows and are left out; names that start with {@code _} or {@code .} are hidden, as
 * everywhere in Hadoop.
 */
public final class DataFiles {
  private static final byte[] PARQUET_MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

  private final Configuration conf;
  private final String given;
  private final List<Path> files;

  private DataFiles(Configuration conf, String given, List<Path> files) {
    this.conf = conf;
    this.given = given;
    this.files = files;
  }

  /**
   * What an input path means.
   *
   * @param given what the user wrote, without glob characters' meaning
   * @throws Mistake if there is nothing to read
   */
  public static DataFiles at(Configuration conf, String given) throws IOException {
    Path path = Locations.path(given);
    FileSystem fs = Locations.fileSystem(conf, path);
    FileStatus status;
    try {
      status = fs.getFileStatus(path);
    } catch (FileNotFoundException e) {
      throw new Mistake(given + ": there is no such file or folder", e);
    }
    if (status.isFile()) {
      if (status.getLen() == 0) {
        throw new Mistake(given + ": the file is empty; expected a header and rows");
      }
      return new DataFiles(conf, given, List.of(path));
    }
    List<FileStatus> found =
        Arrays.stream(fs.listStatus(path))
            .filter(FileStatus::isFile)
            .filter(f -> !f.getPath().getName().matches("[_.].*"))
            .toList();
    if (found.isEmpty()) {
      throw new Mistake(given + ": the folder holds no data files; expected CSV or Parquet files");
    }
    List<Path> files =
        found.stream()
            .filter(f -> f.getLen() > 0)
            .map(FileStatus::getPath)
            .sorted(Comparator.comparing(Path::getName))
            .toList();
    if (files.isEmpty()) {
      throw new Mistake(given + ": every file in the folder is empty; expected a header and rows");
    }
    return new DataFiles(conf, given, files);
  }

  /**
   * Some files of a folder, those without a byte left out; there may be none.
   *
   * @param folder what the user wrote
   */
  public static DataFiles of(Configuration conf, String folder, List<Path> files)
      throws IOException {
    List<Path> found = new ArrayList<>();
    for (Path file : files) {
      try {
        if (Locations.fileSystem(conf, file).getFileStatus(file).getLen() > 0) {
          found.add(file);
        }
      } catch (FileNotFoundException e) {
        throw new Mistake(
            file + ": the file has landed but is gone; leave files until they are read", e);
      }
    }
    found.sort(Comparator.comparing(Path::getName));
    return new DataFiles(conf, folder, found);
  }

  /** In the order of their names. */
  public List<Path> files() {
    return files;
  }

  /** What the user called it. */
  public String given() {
    return given;
  }

  /** What the user would call one of the files. */
  public String named(Path file) {
    Path asked = Locations.path(given);
    return asked.getName().equals(file.getName()) && files.size() == 1
        ? given
        : new Path(asked, file.getName()).toString();
  }

  /** The full URI of the file or the folder. */
  public String uri() throws IOException {
    Path path = Locations.path(given);
    return Locations.fileSystem(conf, path).makeQualified(path).toString();
  }

  /**
   * For Spark's readers, which take {@code * ? [ ] { } \} for patterns: here they are just names.
   */
  public String[] sparkPaths() {
    return files.stream()
        .map(f -> f.toString().replaceAll("([*?\\[\\]{}\\\\])", "\\\\$1"))
        .toArray(String[]::new);
  }

  /**
   * Whether the files are Parquet, by their first bytes.
   *
   * @throws Mistake if some are and some are not
   */
  public boolean areParquet() throws IOException {
    boolean first = isParquet(files.get(0));
    for (Path file : files) {
      if (isParquet(file) != first) {
        throw new Mistake(
            given
                + ": the folder mixes Parquet and other files, such as "
                + file.getName()
                + "; expected one kind");
      }
    }
    return first;
  }

  private boolean isParquet(Path file) throws IOException {
    FileSystem fs = Locations.fileSystem(conf, file);
    int length = PARQUET_MAGIC.length;
    try (FSDataInputStream in = fs.open(file)) {
      if (!Arrays.equals(in.readNBytes(length), PARQUET_MAGIC)) {
        return false;
      }
      in.seek(fs.getFileStatus(file).getLen() - length);
      if (!Arrays.equals(in.readNBytes(length), PARQUET_MAGIC)) {
        throw new Mistake(
            named(file)
                + ": the file starts as Parquet does, but its end is missing; copy it again");
      }
      return true;
    }
  }

  /**
   * A file's text, unpacked if its name says so (such as {@code .gz}), without a byte order mark.
   */
  public BufferedReader text(Path file) throws IOException {
    InputStream in = Locations.fileSystem(conf, file).open(file);
    CompressionCodec codec = new CompressionCodecFactory(conf).getCodec(file);
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                codec == null ? in : codec.createInputStream(in), StandardCharsets.UTF_8));
    reader.mark(1);
    if (reader.read() != '\uFEFF') {
      reader.reset();
    }
    return reader;
  }

  /**
   * SHA-256 of the file; for a folder of several, of the files' own hashes in the order of their
   * names, one a line.
   */
  public String sha256() throws IOException {
    if (files.size() == 1) {
      return sha256(files.get(0));
    }
    MessageDigest all = digest();
    for (Path file : files) {
      all.update((sha256(file) + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    return HexFormat.of().formatHex(all.digest());
  }

  private String sha256(Path file) throws IOException {
    MessageDigest digest = digest();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Locations.fileSystem(conf, file).open(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
