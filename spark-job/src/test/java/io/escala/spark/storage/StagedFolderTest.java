package io.escala.spark.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.spark.Mistake;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StagedFolderTest {
  private static final List<String> PARTS = List.of("a", "b", "c", "d");
  private static final String ID = "0123abcd";

  @TempDir Path folder;

  private final Configuration conf = new Configuration();

  /** What the process that is killed runs: replaces an output over and over. */
  public static final class Replacing {
    private Replacing() {}

    public static void main(String[] args) throws IOException {
      for (int i = 0; ; i++) {
        write(new Configuration(), Path.of(args[0]), args[1] + "-" + i);
      }
    }
  }

  private static void write(Configuration conf, Path target, String content) throws IOException {
    try (StagedFolder staged =
        StagedFolder.of(conf, new org.apache.hadoop.fs.Path(target.toString()))) {
      Path place = Path.of(staged.path().toUri().getPath());
      Files.createDirectories(place);
      for (String part : PARTS) {
        Files.writeString(place.resolve(part), content);
      }
      Files.writeString(place.resolve("_SUCCESS"), "");
      staged.publish();
    }
  }

  @Test
  void shouldShowTheOldOrTheNewOutputWholeWheneverTheWriterIsKilled() throws Exception {
    // given
    Path probe = Files.createDirectory(folder.resolve("probe"));
    Assumptions.assumeTrue(
        FolderExchange.swap(probe, Files.createDirectory(folder.resolve("other"))),
        "this disk cannot exchange folders");
    Path target = folder.resolve("out");
    write(conf, target, "first");
    Path said = folder.resolve("said");
    Random random = new Random(7);
    Set<String> seen = new TreeSet<>();

    // when
    for (int kill = 0; kill < 6; kill++) {
      Process writer =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Replacing.class.getName(),
                  target.toString(),
                  "run" + kill)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      try {
        Instant limit = Instant.now().plusSeconds(60);
        while (!read(target).startsWith("run" + kill)) {
          assertThat(writer.isAlive()).as(Files.readString(said)).isTrue();
          assertThat(Instant.now()).isBefore(limit);
        }
        long until = System.nanoTime() + random.nextInt(300_000_000);
        while (System.nanoTime() < until) {
          seen.add(read(target));
        }
      } finally {
        writer.destroyForcibly().waitFor();
      }
      // then
      seen.add(read(target));
    }
    assertThat(seen).hasSizeGreaterThan(6);
    write(conf, target, "last");
    assertThat(read(target)).isEqualTo("last");
    assertThat(names()).containsExactly("other", "out", "probe", "said");
  }

  /**
   * What all parts say. A folder that is retired while it is read is left for the one there now.
   */
  private static String read(Path target) throws IOException {
    while (true) {
      Set<String> contents = new TreeSet<>();
      try (DirectoryStream<Path> opened = Files.newDirectoryStream(target)) {
        SecureDirectoryStream<Path> snapshot = (SecureDirectoryStream<Path>) opened;
        for (String part : PARTS) {
          contents.add(content(snapshot, part));
        }
        content(snapshot, "_SUCCESS");
      } catch (NoSuchFileException e) {
        assertThat(target).exists();
        continue;
      }
      assertThat(contents).hasSize(1);
      return contents.iterator().next();
    }
  }

  private static String content(SecureDirectoryStream<Path> snapshot, String name)
      throws IOException {
    try (SeekableByteChannel in =
        snapshot.newByteChannel(Path.of(name), Set.of(StandardOpenOption.READ))) {
      ByteBuffer bytes = ByteBuffer.allocate(100);
      in.read(bytes);
      return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void shouldBringBackTheOutputThatAKilledRunHadMovedAway() throws IOException {
    // given
    write(conf, folder.resolve("out"), "old");
    Files.move(folder.resolve("out"), folder.resolve("_out." + ID + ".old"));

    // when
    StagedFolder.of(conf, path("out")).close();

    // then
    assertThat(read(folder.resolve("out"))).isEqualTo("old");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void shouldReplaceByTwoRenamesWhereThereIsNoExchange() throws IOException {
    write(conf, folder.resolve("out"), "old");
    write(conf, folder.resolve("new"), "new");

    LocalReplacement.renameTwice(
        folder.resolve("new"), folder.resolve("out"), folder.resolve("_out." + ID + ".old"));

    assertThat(read(folder.resolve("out"))).isEqualTo("new");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void shouldNotTouchWhatALiveRunWrites() throws IOException {
    try (StagedFolder live = StagedFolder.of(conf, path("out"))) {
      // given
      Files.createDirectories(Path.of(live.path().toUri().getPath()));
      Files.move(
          Files.createDirectory(folder.resolve("x")),
          folder.resolve(partial().replace("partial", "old")));

      // when
      StagedFolder.of(conf, path("out")).close();

      // then
      assertThat(names()).hasSize(2).allMatch(name -> name.startsWith("_out."));
    }
  }

  @Test
  void shouldLeaveAnUnlockedLeftoverUntilItIsCertainlyDead() throws IOException {
    Path partial = Files.createDirectory(folder.resolve("_out." + ID + ".partial"));
    Files.createFile(partial.resolve("part-0"));
    Files.createDirectory(folder.resolve("_other." + ID + ".partial"));
    StagedFolder.of(conf, path("out")).close();
    assertThat(partial).exists();

    Files.setLastModifiedTime(partial, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
    StagedFolder.of(conf, path("out")).close();

    assertThat(names()).containsExactly("_other." + ID + ".partial");
  }

  @Test
  void shouldSweepWhatARunLeftThatWasKilledBeforeItWroteAnything() throws IOException {
    Path partial = Files.createDirectory(folder.resolve("_out." + ID + ".partial"));
    Files.createFile(partial.resolve(".lock.coming"));

    StagedFolder.of(conf, path("out")).close();

    assertThat(names()).isEmpty();
  }

  @Test
  void shouldWriteAlthoughOtherRunsSweepWhatItHasJustBegun() throws Exception {
    // given
    AtomicBoolean done = new AtomicBoolean();
    Thread sweeper =
        new Thread(
            () -> {
              while (!done.get()) {
                for (File begun : folder.toFile().listFiles((f, n) -> n.endsWith(".partial"))) {
                  begun.delete();
                }
              }
            });
    sweeper.start();

    // when
    try {
      for (int i = 0; i < 200; i++) {
        write(conf, folder.resolve("out"), "run" + i);
      }
    } finally {
      done.set(true);
      sweeper.join();
    }

    // then
    assertThat(read(folder.resolve("out"))).isEqualTo("run199");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void shouldDeleteTheSuccessMarkFirstAndWriteItLastOnAnObjectStore() throws IOException {
    // given
    conf.set("fs.s3test.impl", Objects.class.getName());
    Path target = folder.resolve("out");
    writeObjects("old", "part-9");
    Objects.LOG.clear();

    // when
    writeObjects("new", "part-1");

    // then
    List<String> done = Objects.LOG.stream().filter(l -> l.contains(" " + target)).toList();
    assertThat(done)
        .containsExactly(
            "create " + target + "/_REPLACING",
            "delete " + target + "/_SUCCESS",
            "delete " + target + "/part-9",
            "rename " + target + "/part-1",
            "create " + target + "/_SUCCESS",
            "delete " + target + "/_REPLACING");
    assertThat(names()).containsExactly("out");
  }

  @Test
  void shouldReplaceOnAnObjectStoreWhatAKilledRunLeftUnfinished() throws IOException {
    conf.set("fs.s3test.impl", Objects.class.getName());
    Path target = Files.createDirectory(folder.resolve("out"));
    Files.createFile(target.resolve("part-0"));
    assertThatThrownBy(() -> writeObjects("new", "part-1")).isInstanceOf(Mistake.class);

    Files.createFile(target.resolve("_REPLACING"));
    writeObjects("new", "part-1");

    try (var files = Files.list(target)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrder("_SUCCESS", "part-1");
    }
  }

  private void writeObjects(String content, String part) throws IOException {
    var target = new org.apache.hadoop.fs.Path("s3test:" + folder.resolve("out"));
    try (StagedFolder staged = StagedFolder.of(conf, target)) {
      Path place = Path.of(staged.path().toUri().getPath());
      Files.createDirectories(place);
      Files.writeString(place.resolve(part), content);
      Files.createFile(place.resolve("_SUCCESS"));
      staged.publish();
    }
  }

  /** A disk that calls itself an object store, and writes down what is done to it. */
  public static final class Objects extends RawLocalFileSystem {
    static final List<String> LOG = new ArrayList<>();

    @Override
    public URI getUri() {
      return URI.create("s3test:///");
    }

    @Override
    public String getScheme() {
      return "s3test";
    }

    @Override
    public boolean rename(org.apache.hadoop.fs.Path from, org.apache.hadoop.fs.Path to)
        throws IOException {
      said("rename", to);
      return super.rename(from, to);
    }

    @Override
    public boolean delete(org.apache.hadoop.fs.Path path, boolean recursive) throws IOException {
      said("delete", path);
      return super.delete(path, recursive);
    }

    @Override
    public org.apache.hadoop.fs.FSDataOutputStream create(
        org.apache.hadoop.fs.Path path, boolean overwrite) throws IOException {
      said("create", path);
      return super.create(path, overwrite);
    }

    /** Without what only Hadoop's own scheme can tell of a file. */
    @Override
    public FileStatus[] listStatus(org.apache.hadoop.fs.Path folder) throws IOException {
      FileStatus[] found = super.listStatus(folder);
      for (int i = 0; i < found.length; i++) {
        found[i] =
            new FileStatus(
                found[i].getLen(),
                found[i].isDirectory(),
                1,
                1,
                found[i].getModificationTime(),
                found[i].getPath());
      }
      return found;
    }

    private static synchronized void said(String what, org.apache.hadoop.fs.Path path) {
      LOG.add(what + " " + path.toUri().getPath());
    }
  }

  private org.apache.hadoop.fs.Path path(String name) {
    return new org.apache.hadoop.fs.Path(folder.resolve(name).toString());
  }

  private String partial() throws IOException {
    return names().stream().filter(n -> n.endsWith(".partial")).findFirst().orElseThrow();
  }

  private List<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
