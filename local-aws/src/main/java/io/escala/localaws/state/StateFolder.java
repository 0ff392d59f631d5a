package io.escala.localaws.state;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that holds all that the endpoint remembers: JSON records, one file each, replaced
 * atomically, so that a killed endpoint finds at its next start what it had last finished writing.
 */
public final class StateFolder {
  private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());
  private final Path root;

  public StateFolder(Path root) {
    this.root = root;
  }

  /** A path below the folder, for what is kept as plain files. */
  public Path path(String relative) {
    return root.resolve(relative);
  }

  /** Writes a record, all of it or nothing. */
  public void save(String relative, Object value) {
    Path file = root.resolve(relative);
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      Files.createDirectories(file.getParent());
      Files.write(part, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(value));
      try {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Reads a record, if there is one. */
  public <T> Optional<T> load(String relative, Class<T> type) {
    Path file = root.resolve(relative);
    try {
      return Optional.of(JSON.readValue(Files.readAllBytes(file), type));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** Reads every record of a folder, in the order of their file names. */
  public <T> List<T> loadAll(String folder, Class<T> type) {
    Path dir = root.resolve(folder);
    if (!Files.isDirectory(dir)) {
      return List.of();
    }
    List<T> records = new ArrayList<>();
    try (Stream<Path> files = Files.list(dir)) {
      files
          .filter(file -> file.toString().endsWith(".json"))
          .sorted()
          .forEach(file -> load(root.relativize(file).toString(), type).ifPresent(records::add));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + dir + ": " + e.getMessage(), e);
    }
    return records;
  }

  /** Removes a record; nothing happens when there is none. */
  public void delete(String relative) {
    try {
      Files.deleteIfExists(root.resolve(relative));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot delete " + root.resolve(relative) + ": " + e.getMessage(), e);
    }
  }
}
