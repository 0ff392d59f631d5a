package io.escala.localaws.state;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The state folder while one endpoint owns it: nobody else may, and what it holds was looked
 * through. A folder that is partly gone is moved aside.
 */
public final class StateLock implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LOCK = "lock";
  private static final String MARK = "state.json";
  private static final List<String> FOLDERS = List.of("s3", "s3-meta", "cloudformation", "ssm");

  private final Path folder;
  private final FileChannel channel;

  /** The folder cannot be used; the message says why and what to do. */
  public static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    Unusable(String message) {
      super(message);
    }
  }

  private record Mark(int version, List<String> folders) {}

  private StateLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /** Takes the folder, makes it when it is not there, and moves a damaged one aside. */
  public static StateLock take(Path folder) throws IOException, Unusable {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new Unusable("the state folder " + folder + " is a file; name another with --state");
    }
    if (Files.isDirectory(folder) && !isEmpty(folder) && !isOurs(folder)) {
      throw new Unusable(
          "the folder "
              + folder
              + " holds other things than an endpoint's state; name an empty or new one with --state");
    }
    StateLock lock = lock(folder);
    Optional<String> damage = lock.damage();
    if (damage.isPresent()) {
      lock.moveAside(damage.get());
      lock = lock(folder);
    }
    for (String name : FOLDERS) {
      Files.createDirectories(folder.resolve(name));
    }
    new StateFolder(folder).save(MARK, new Mark(1, FOLDERS));
    return lock;
  }

  /** Moves the folder aside, because it cannot be trusted, and releases it. */
  public void moveAside(String why) throws IOException {
    close();
    Path aside = aside(folder);
    Files.move(folder, aside);
    System.err.println(
        "local-aws: the state folder is damaged ("
            + why
            + "); moved it to "
            + aside
            + " and starting with an empty one");
  }

  private static StateLock lock(Path folder) throws IOException, Unusable {
    Files.createDirectories(folder);
    FileChannel channel =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock taken = null;
    try {
      taken = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // another endpoint in this JVM
    }
    if (taken == null) {
      channel.close();
      String owner = "";
      try {
        JsonNode record = JSON.readTree(Files.readAllBytes(folder.resolve("endpoint.json")));
        owner = " (pid " + record.path("pid") + " at " + record.path("url").asText() + ")";
      } catch (IOException e) {
        // it is just starting
      }
      throw new Unusable(
          "another endpoint"
              + owner
              + " uses the state folder "
              + folder
              + "; stop it, or name another folder with --state");
    }
    return new StateLock(folder, channel);
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  private static boolean isOurs(Path folder) {
    return Files.exists(folder.resolve(MARK))
        || Files.exists(folder.resolve("endpoint.json"))
        || (Files.exists(folder.resolve(LOCK))
            && FOLDERS.stream().anyMatch(name -> Files.isDirectory(folder.resolve(name))))
        || (Files.isDirectory(folder.resolve("s3-meta"))
            && Files.isDirectory(folder.resolve("s3")));
  }

  private static Path aside(Path folder) {
    for (int n = 1; ; n++) {
      Path aside = folder.resolveSibling(folder.getFileName() + ".damaged-" + n);
      if (!Files.exists(aside)) {
        return aside;
      }
    }
  }

  /** What is wrong with the folder, if anything. */
  private Optional<String> damage() throws IOException {
    if (!Files.exists(folder.resolve(MARK))) {
      try (Stream<Path> files = Files.list(folder)) {
        boolean fresh = files.allMatch(file -> file.getFileName().toString().equals(LOCK));
        return fresh ? Optional.empty() : Optional.of(MARK + " is missing");
      }
    }
    for (String name : FOLDERS) {
      if (!Files.isDirectory(folder.resolve(name))) {
        return Optional.of("the folder " + name + " is missing");
      }
    }
    Optional<String> unreadable = unreadable();
    return unreadable.isPresent() ? unreadable : bucketWithoutFolder();
  }

  private Optional<String> unreadable() throws IOException {
    String[] found = new String[1];
    Path objects = folder.resolve("s3");
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
            boolean others =
                dir.equals(objects) || (folder.equals(dir.getParent()) && !isRecords(dir));
            return others ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!file.toString().endsWith(".json") || file.endsWith("endpoint.json")) {
              return FileVisitResult.CONTINUE;
            }
            try {
              if (JSON.readTree(Files.readAllBytes(file)).isObject()) {
                return FileVisitResult.CONTINUE;
              }
            } catch (JsonProcessingException e) {
              // no JSON
            }
            found[0] = folder.relativize(file) + " is no readable record";
            return FileVisitResult.TERMINATE;
          }
        });
    return Optional.ofNullable(found[0]);
  }

  private static boolean isRecords(Path dir) {
    return FOLDERS.contains(dir.getFileName().toString())
        || dir.getFileName().toString().equals("s3-uploads");
  }

  private Optional<String> bucketWithoutFolder() throws IOException {
    try (Stream<Path> buckets = Files.list(folder.resolve("s3-meta"))) {
      return buckets
          .filter(Files::isDirectory)
          .map(bucket -> bucket.getFileName().toString())
          .filter(bucket -> Files.exists(folder.resolve("s3-meta/" + bucket + "/bucket.json")))
          .filter(bucket -> !Files.isDirectory(folder.resolve("s3/" + bucket)))
          .sorted()
          .findFirst()
          .map(bucket -> "the bucket " + bucket + " has no folder");
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      System.err.println("local-aws: cannot release " + folder + ": " + e.getMessage());
    }
  }
}
