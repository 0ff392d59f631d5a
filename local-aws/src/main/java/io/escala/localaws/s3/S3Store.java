package io.escala.localaws.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.escala.localaws.http.AwsException;
import io.escala.localaws.state.FileTree;
import io.escala.localaws.state.StateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Buckets and objects as folders and files: the object {@code s3://bucket/a/b.txt} is the file
 * {@code <state>/s3/bucket/a/b.txt}. Whatever another process writes there is an object too. What
 * the files cannot say (content type, user metadata) stands beside in {@code <state>/s3-meta} and
 * counts as long as the file has the size and time it was written with.
 *
 * <p>A key that cannot be a file (an empty, {@code .} or {@code ..} segment, a slash at its end, a
 * key below another object's) is refused with a 501 that says so.
 */
public final class S3Store {
  static final String DEFAULT_CONTENT_TYPE = "binary/octet-stream";
  private static final int MAX_KEY_BYTES = 1024;
  private static final int MAX_SEGMENT_BYTES = 255;
  private static final Comparator<String> UTF_8_ORDER =
      (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));

  private final StateFolder state;

  /**
   * What a file cannot say of its object.
   *
   * @param headers what a GET answers beside the defaults, for example {@code content-type}, lower
   *     case
   * @param metadata user metadata, without {@code x-amz-meta-}
   */
  public record Description(Map<String, String> headers, Map<String, String> metadata) {
    public static final Description NONE = new Description(Map.of(), Map.of());

    public Description {
      headers = Map.copyOf(headers);
      metadata = Map.copyOf(metadata);
    }
  }

  /**
   * An object as a listing shows it.
   *
   * @param size bytes
   */
  public record Listed(String key, long size, Instant lastModified) {}

  /**
   * An object.
   *
   * @param file where its bytes are
   * @param size bytes
   * @param etag without quotes; the MD5 of the bytes, or for a multipart upload what S3 makes of
   *     its parts
   */
  public record S3Object(
      String bucket,
      String key,
      Path file,
      long size,
      Instant lastModified,
      String etag,
      Description description) {}

  /** A bucket. */
  public record Bucket(String name, Instant created) {}

  private record ObjectRecord(
      String key, long size, Instant lastModified, String etag, Description description) {}

  /** Buckets below the state folder. */
  public S3Store(StateFolder state) {
    this.state = state;
    try {
      Files.createDirectories(state.path("s3"));
      Path uploads = Files.createDirectories(state.path("s3-uploads"));
      try (Stream<Path> left = Files.list(uploads)) {
        for (Path part : left.filter(Files::isRegularFile).toList()) {
          Files.delete(part);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use " + state.path("s3") + ": " + e.getMessage(), e);
    }
  }

  /** All buckets, by name. */
  public List<Bucket> buckets() {
    try (Stream<Path> folders = Files.list(state.path("s3"))) {
      return folders
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .map(name -> new Bucket(name, settings(name).created()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether there is a bucket of that name. */
  public boolean bucketExists(String bucket) {
    return BucketSettings.isBucketName(bucket) && Files.isDirectory(state.path("s3/" + bucket));
  }

  /** The bucket's folder. */
  public Path bucketFolder(String bucket) {
    requireBucket(bucket);
    return state.path("s3/" + bucket);
  }

  /** Makes a bucket; nothing happens when it is there. */
  public synchronized void createBucket(String bucket) {
    if (!BucketSettings.isBucketName(bucket)) {
      throw new AwsException(
          400, "InvalidBucketName", "The specified bucket is not valid: " + bucket);
    }
    if (bucketExists(bucket)) {
      return;
    }
    try {
      Files.createDirectories(state.path("s3/" + bucket));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    state.save(settingsFile(bucket), BucketSettings.fresh(bucket, Instant.now()));
  }

  /**
   * Removes an empty bucket.
   *
   * @throws AwsException {@code BucketNotEmpty}
   */
  public synchronized void deleteBucket(String bucket) {
    requireBucket(bucket);
    List<Listed> objects = list(bucket, "");
    if (!objects.isEmpty()) {
      throw new AwsException(
          409,
          "BucketNotEmpty",
          "The bucket you tried to delete is not empty: "
              + bucket
              + " holds "
              + objects.size()
              + " object"
              + (objects.size() == 1 ? "" : "s")
              + ", the first is "
              + objects.get(0).key());
    }
    FileTree.delete(state.path("s3-meta/" + bucket));
    FileTree.delete(state.path("s3/" + bucket));
  }

  /** The file of an object, whether it is there or not. */
  public Path object(String bucket, String key) {
    Path folder = bucketFolder(bucket);
    int bytes = key.getBytes(UTF_8).length;
    if (key.isEmpty() || bytes > MAX_KEY_BYTES) {
      throw new AwsException(
          400, "KeyTooLongError", "A key has 1 to 1024 bytes of UTF-8, this one has " + bytes);
    }
    Path file = folder;
    for (String segment : key.split("/", -1)) {
      if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
        throw noFile(key, "a segment is empty, . or ..");
      }
      if (segment.getBytes(UTF_8).length > MAX_SEGMENT_BYTES) {
        throw noFile(key, "a segment has more than " + MAX_SEGMENT_BYTES + " bytes");
      }
      try {
        file = file.resolve(segment);
      } catch (InvalidPathException e) {
        throw noFile(key, e.getReason() + " (does the JVM run with a UTF-8 locale?)");
      }
    }
    return file;
  }

  /** The object, if it is there. */
  public Optional<S3Object> head(String bucket, String key) {
    return existing(bucket, key).map(file -> describe(bucket, key, file));
  }

  /**
   * Opens an object for reading.
   *
   * @throws AwsException {@code NoSuchKey}
   */
  public InputStream open(String bucket, String key) throws IOException {
    return Files.newInputStream(require(bucket, key).file());
  }

  /**
   * The object.
   *
   * @throws AwsException {@code NoSuchKey}, {@code NoSuchBucket}
   */
  public S3Object require(String bucket, String key) {
    return head(bucket, key)
        .orElseThrow(
            () ->
                new AwsException(
                    404,
                    "NoSuchKey",
                    "The specified key does not exist: s3://" + bucket + "/" + key));
  }

  /** Writes an object: it is there in full, or not at all. The stream is not closed. */
  public S3Object put(String bucket, String key, InputStream bytes, Description description)
      throws IOException {
    Upload upload = upload(bucket, key, bytes);
    return commit(bucket, key, upload, description, false);
  }

  /** Bytes that arrived and are not an object yet. */
  record Upload(Path part, String md5) {}

  /** Takes bytes in, beside the buckets. */
  Upload upload(String bucket, String key, InputStream bytes) throws IOException {
    object(bucket, key);
    Path part = state.path("s3-uploads/" + UUID.randomUUID() + ".part");
    MessageDigest md5 = md5();
    try {
      try (OutputStream out = Files.newOutputStream(part)) {
        new DigestInputStream(bytes, md5).transferTo(out);
      }
      return new Upload(part, hex(md5));
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(part);
      throw e;
    }
  }

  /** Makes an upload an object. */
  synchronized S3Object commit(
      String bucket, String key, Upload upload, Description description, boolean onlyIfAbsent)
      throws IOException {
    try {
      Path file = object(bucket, key);
      if (onlyIfAbsent && Files.exists(file)) {
        throw new AwsException(
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold: s3://"
                + bucket
                + "/"
                + key
                + " exists");
      }
      place(upload.part(), file, key);
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      state.save(
          recordFile(bucket, key),
          new ObjectRecord(
              key,
              attributes.size(),
              attributes.lastModifiedTime().toInstant(),
              upload.md5(),
              description));
      return describe(bucket, key, file);
    } finally {
      Files.deleteIfExists(upload.part());
    }
  }

  /** Removes an object; nothing happens when there is none. */
  public synchronized void delete(String bucket, String key) {
    requireBucket(bucket);
    Optional<Path> file = existing(bucket, key);
    try {
      if (file.isPresent()) {
        Files.deleteIfExists(file.get());
        removeEmptyParents(file.get().getParent(), state.path("s3/" + bucket));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file.get() + ": " + e.getMessage(), e);
    }
    state.delete(recordFile(bucket, key));
  }

  /** All objects whose keys start with the prefix, in S3's order (the bytes of UTF-8). */
  public List<Listed> list(String bucket, String prefix) {
    Path folder = bucketFolder(bucket);
    Path start = folder;
    for (String segment : prefix.substring(0, prefix.lastIndexOf('/') + 1).split("/", -1)) {
      if (segment.equals(".") || segment.equals("..")) {
        return List.of();
      }
      if (!segment.isEmpty()) {
        start = start.resolve(segment);
      }
    }
    List<Listed> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          start,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile()) {
                String key = key(folder, file);
                if (key.startsWith(prefix)) {
                  found.add(
                      new Listed(
                          key, attributes.size(), attributes.lastModifiedTime().toInstant()));
                }
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE; // removed while we look
              }
              throw e;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException e) throws IOException {
              if (e != null && !(e instanceof NoSuchFileException)) {
                throw e;
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + start + ": " + e.getMessage(), e);
    }
    found.sort(Comparator.comparing(Listed::key, UTF_8_ORDER));
    return found;
  }

  /** What was set on a bucket. */
  public BucketSettings settings(String bucket) {
    return state
        .load(settingsFile(bucket), BucketSettings.class)
        .orElseGet(() -> BucketSettings.fresh(bucket, folderTime(bucket)));
  }

  /** Sets what {@link #settings} gives. */
  public synchronized void settings(BucketSettings settings) {
    requireBucket(settings.bucket());
    state.save(settingsFile(settings.bucket()), settings);
  }

  private Instant folderTime(String bucket) {
    try {
      return Files.getLastModifiedTime(state.path("s3/" + bucket)).toInstant();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<Path> existing(String bucket, String key) {
    requireBucket(bucket);
    try {
      return Optional.of(object(bucket, key)).filter(Files::isRegularFile);
    } catch (AwsException keyThatNoFileCanHave) {
      return Optional.empty();
    }
  }

  private S3Object describe(String bucket, String key, Path file) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      Instant modified = attributes.lastModifiedTime().toInstant();
      ObjectRecord record =
          state
              .load(recordFile(bucket, key), ObjectRecord.class)
              .filter(r -> r.size() == attributes.size() && r.lastModified().equals(modified))
              .orElse(null);
      if (record == null) {
        record = new ObjectRecord(key, attributes.size(), modified, md5Of(file), Description.NONE);
        synchronized (this) {
          state.save(recordFile(bucket, key), record);
        }
      }
      return new S3Object(
          bucket, key, file, record.size(), modified, record.etag(), record.description());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static void place(Path part, Path file, String key) throws IOException {
    if (Files.isDirectory(file)) {
      removeEmptyFolders(file);
      if (Files.exists(file)) {
        throw noFile(key, "there are objects below it, such as " + anyFile(file));
      }
    }
    for (int attempt = 1; ; attempt++) {
      try {
        Files.createDirectories(file.getParent());
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        return;
      } catch (FileAlreadyExistsException e) {
        throw noFile(key, "there is an object " + e.getFile());
      } catch (NoSuchFileException e) {
        if (attempt == 3) {
          throw e;
        }
        // another process removed the empty folder: once more
      }
    }
  }

  private static String anyFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).findFirst().map(Path::toString).orElse("none");
    }
  }

  private static void removeEmptyParents(Path folder, Path end) throws IOException {
    try {
      for (Path at = folder; !at.equals(end); at = at.getParent()) {
        Files.deleteIfExists(at);
      }
    } catch (DirectoryNotEmptyException e) {
      // others live there
    }
  }

  private static void removeEmptyFolders(Path folder) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path at : tree.filter(Files::isDirectory).sorted(Comparator.reverseOrder()).toList()) {
        try {
          Files.delete(at);
        } catch (DirectoryNotEmptyException e) {
          // an object is there
        }
      }
    }
  }

  private void requireBucket(String bucket) {
    if (!bucketExists(bucket)) {
      throw new AwsException(404, "NoSuchBucket", "The specified bucket does not exist: " + bucket);
    }
  }

  private static String key(Path folder, Path file) {
    List<String> segments = new ArrayList<>();
    folder.relativize(file).forEach(segment -> segments.add(segment.toString()));
    return String.join("/", segments);
  }

  private static AwsException noFile(String key, String why) {
    return new AwsException(
        501,
        "NotImplemented",
        "local-aws keeps objects as files and cannot hold the key '" + key + "': " + why);
  }

  private static String settingsFile(String bucket) {
    return "s3-meta/" + bucket + "/bucket.json";
  }

  private static String recordFile(String bucket, String key) {
    MessageDigest md5 = md5();
    md5.update(key.getBytes(UTF_8));
    return "s3-meta/" + bucket + "/objects/" + hex(md5) + ".json";
  }

  static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String hex(MessageDigest digest) {
    return HexFormat.of().formatHex(digest.digest());
  }

  private static String md5Of(Path file) throws IOException {
    MessageDigest md5 = md5();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), md5)) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    return hex(md5);
  }

  /** The bucket and key of {@code s3://bucket/key}. */
  public record Location(String bucket, String key) {
    /** Reads an {@code s3://}, {@code s3a://} or {@code s3n://} address. */
    public static Location of(String uri) {
      var address = ADDRESS.matcher(uri);
      if (!address.matches()) {
        throw new IllegalArgumentException("not an address such as s3://bucket/key: " + uri);
      }
      return new Location(address.group(1), address.group(2));
    }

    private static final Pattern ADDRESS = Pattern.compile("s3[an]?://([^/]+)/(.*)");
  }
}
