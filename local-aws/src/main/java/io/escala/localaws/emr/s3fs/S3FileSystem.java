package io.escala.localaws.emr.s3fs;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * What S3A is on EMR: {@code s3://bucket/key} for Spark, here the file {@code <folder>/bucket/key}
 * that the endpoint's S3 serves as that object. An object appears when its stream is closed, whole.
 */
public final class S3FileSystem extends FileSystem {
  private static final long BLOCK = 64L << 20;

  private URI uri;
  private String bucket;
  private java.nio.file.Path root;
  private java.nio.file.Path unfinished;
  private Path workingDirectory;

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    super.initialize(name, conf);
    String folder = conf.get(S3Folders.FOLDER);
    if (folder == null) {
      throw new IOException("the configuration lacks " + S3Folders.FOLDER);
    }
    bucket = name.getAuthority();
    if (bucket == null || bucket.startsWith(".")) {
      throw new IOException(name + " names no bucket; write s3://bucket/key");
    }
    java.nio.file.Path buckets = java.nio.file.Path.of(folder).toAbsolutePath().normalize();
    root = buckets.resolve(bucket);
    if (!Files.isDirectory(root)) {
      throw new FileNotFoundException("the bucket " + bucket + " does not exist (" + name + ")");
    }
    unfinished = S3Folders.unfinishedBeside(buckets);
    uri = URI.create(name.getScheme() + "://" + bucket);
    workingDirectory = new Path(uri + "/");
  }

  @Override
  public String getScheme() {
    return uri == null ? "s3" : uri.getScheme();
  }

  @Override
  public URI getUri() {
    return uri;
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    java.nio.file.Path file = file(path);
    if (Files.isDirectory(file)) {
      throw new FileNotFoundException(path + " is a folder, not an object");
    }
    try {
      return new FSDataInputStream(new ObjectInput(file));
    } catch (NoSuchFileException e) {
      throw notFound(path, e);
    }
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    java.nio.file.Path file = file(path);
    if (Files.isDirectory(file)) {
      throw new FileAlreadyExistsException(path + " is a folder");
    }
    if (!overwrite && Files.exists(file)) {
      throw new FileAlreadyExistsException(path + " exists");
    }
    Files.createDirectories(unfinished);
    java.nio.file.Path part = unfinished.resolve(UUID.randomUUID().toString());
    OutputStream out =
        new PublishedOnClose(Files.newOutputStream(part), part, file, Math.max(bufferSize, 4096));
    return new FSDataOutputStream(out, statistics);
  }

  @Override
  public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
    throw new UnsupportedOperationException("S3 objects cannot be appended to: " + path);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    java.nio.file.Path source = file(from);
    java.nio.file.Path target = file(to);
    if (!Files.exists(source)) {
      return false;
    }
    if (Files.isDirectory(target)) {
      target = target.resolve(source.getFileName());
    }
    if (target.equals(source)) {
      return true;
    }
    if (source.equals(root) || target.startsWith(source) || Files.exists(target)) {
      return false;
    }
    Files.createDirectories(target.getParent());
    Files.move(source, target);
    return true;
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    java.nio.file.Path file = file(path);
    if (!Files.exists(file)) {
      return false;
    }
    try (Stream<java.nio.file.Path> inside = Files.walk(file)) {
      List<java.nio.file.Path> deepestFirst =
          inside.sorted(Comparator.reverseOrder()).filter(each -> !each.equals(root)).toList();
      if (!recursive && deepestFirst.size() > 1) {
        throw new DirectoryNotEmptyException(path.toString());
      }
      for (java.nio.file.Path each : deepestFirst) {
        Files.deleteIfExists(each);
      }
    }
    return true;
  }

  @Override
  public FileStatus[] listStatus(Path path) throws IOException {
    java.nio.file.Path folder = file(path);
    if (!Files.isDirectory(folder)) {
      return new FileStatus[] {getFileStatus(path)};
    }
    List<FileStatus> statuses = new ArrayList<>();
    try (Stream<java.nio.file.Path> children = Files.list(folder)) {
      for (java.nio.file.Path child : children.sorted().toList()) {
        if (Files.exists(child)) { // not deleted since the listing
          statuses.add(status(child, new Path(path, child.getFileName().toString())));
        }
      }
    }
    return statuses.toArray(FileStatus[]::new);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    try {
      return status(file(path), path);
    } catch (NoSuchFileException e) {
      throw notFound(path, e);
    }
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    Files.createDirectories(file(path));
    return true;
  }

  @Override
  public void setWorkingDirectory(Path path) {
    workingDirectory = makeQualified(path);
  }

  @Override
  public Path getWorkingDirectory() {
    return workingDirectory;
  }

  private FileStatus status(java.nio.file.Path file, Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new FileStatus(
        attributes.isDirectory() ? 0 : attributes.size(),
        attributes.isDirectory(),
        1,
        BLOCK,
        attributes.lastModifiedTime().toMillis(),
        makeQualified(path));
  }

  private java.nio.file.Path file(Path path) throws IOException {
    checkPath(path);
    String key = makeQualified(path).toUri().getPath();
    java.nio.file.Path file = root.resolve(key.replaceFirst("^/+", "")).normalize();
    if (!file.startsWith(root)) {
      throw new IOException(path + " leads out of the bucket " + bucket);
    }
    return file;
  }

  private static FileNotFoundException notFound(Path path, IOException cause) {
    FileNotFoundException notFound = new FileNotFoundException(path + " does not exist");
    notFound.initCause(cause);
    return notFound;
  }

  /** Moves what was written to its place when, and only when, all of it is written. */
  private static final class PublishedOnClose extends java.io.BufferedOutputStream {
    private final java.nio.file.Path part;
    private final java.nio.file.Path file;
    private boolean failed;
    private boolean closed;

    PublishedOnClose(
        OutputStream out, java.nio.file.Path part, java.nio.file.Path file, int bufferSize) {
      super(out, bufferSize);
      this.part = part;
      this.file = file;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        super.write(bytes, offset, length);
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }

    @Override
    public synchronized void write(int b) throws IOException {
      try {
        super.write(b);
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }

    @Override
    public synchronized void close() throws IOException {
      if (closed) {
        return;
      }
      closed = true;
      try {
        super.close();
        if (!failed) {
          Files.createDirectories(file.getParent());
          Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        }
      } finally {
        Files.deleteIfExists(part);
      }
    }
  }
}
