package io.escala.localaws.s3;

import io.escala.localaws.http.AwsException;
import io.escala.localaws.s3.S3Store.Description;
import io.escala.localaws.s3.S3Store.S3Object;
import io.escala.localaws.s3.S3Store.Upload;
import io.escala.localaws.state.FileTree;
import io.escala.localaws.state.StateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * Objects that arrive in parts: each upload is a folder beside the buckets, and becomes an object
 * when it is complete.
 */
final class MultipartUploads {
  private static final int MAX_PART = 10_000;

  private final StateFolder state;
  private final S3Store store;

  /** An upload under way. */
  record Started(
      String uploadId, String bucket, String key, Description description, Instant started) {}

  /** A part that arrived. */
  record Part(int number, String etag, long size, Instant lastModified) {}

  /** A part as the caller says it when completing. */
  record Named(int number, String etag) {}

  MultipartUploads(StateFolder state, S3Store store) {
    this.state = state;
    this.store = store;
  }

  Started start(String bucket, String key, Description description) {
    store.object(bucket, key);
    Started started =
        new Started(
            UUID.randomUUID().toString().replace("-", ""), bucket, key, description, Instant.now());
    state.save(folder(started.uploadId()) + "/upload.json", started);
    return started;
  }

  Part put(String bucket, String key, String uploadId, int number, InputStream bytes)
      throws IOException {
    require(bucket, key, uploadId);
    if (number < 1 || number > MAX_PART) {
      throw new AwsException(
          400,
          "InvalidArgument",
          "Part number must be an integer between 1 and 10000, inclusive, not " + number);
    }
    Upload upload = store.upload(bucket, key, bytes);
    Path file = state.path(folder(uploadId) + "/" + number + ".bytes");
    Files.move(upload.part(), file, StandardCopyOption.REPLACE_EXISTING);
    Part part = new Part(number, upload.md5(), Files.size(file), Instant.now());
    state.save(partRecord(uploadId, number), part);
    return part;
  }

  List<Part> parts(String bucket, String key, String uploadId) {
    require(bucket, key, uploadId);
    return state.loadAll(folder(uploadId) + "/parts", Part.class).stream()
        .sorted(Comparator.comparingInt(Part::number))
        .toList();
  }

  S3Object complete(
      String bucket, String key, String uploadId, List<Named> named, boolean onlyIfAbsent)
      throws IOException {
    Started started = require(bucket, key, uploadId);
    if (named.isEmpty()) {
      throw new AwsException(400, "MalformedXML", "the request names no part");
    }
    MessageDigest etags = S3Store.md5();
    Path whole = state.path("s3-uploads/" + UUID.randomUUID() + ".part");
    try {
      try (OutputStream out = Files.newOutputStream(whole)) {
        int before = 0;
        for (Named name : named) {
          if (name.number() <= before) {
            throw new AwsException(
                400, "InvalidPartOrder", "The list of parts was not in ascending order.");
          }
          before = name.number();
          Part part =
              state
                  .load(partRecord(uploadId, name.number()), Part.class)
                  .filter(p -> p.etag().equals(name.etag()))
                  .orElseThrow(
                      () ->
                          new AwsException(
                              400,
                              "InvalidPart",
                              "part "
                                  + name.number()
                                  + " was not uploaded, or not with the etag "
                                  + name.etag()));
          etags.update(HexFormat.of().parseHex(part.etag()));
          Files.copy(state.path(folder(uploadId) + "/" + part.number() + ".bytes"), out);
        }
      }
      S3Object object =
          store.commit(
              bucket,
              key,
              new Upload(whole, S3Store.hex(etags) + "-" + named.size()),
              started.description(),
              onlyIfAbsent);
      remove(uploadId);
      return object;
    } finally {
      Files.deleteIfExists(whole);
    }
  }

  void abort(String bucket, String key, String uploadId) {
    require(bucket, key, uploadId);
    remove(uploadId);
  }

  private Started require(String bucket, String key, String uploadId) {
    if (uploadId.matches("[0-9a-f]{32}")) {
      return state
          .load(folder(uploadId) + "/upload.json", Started.class)
          .filter(upload -> upload.bucket().equals(bucket) && upload.key().equals(key))
          .orElseThrow(() -> noSuchUpload(uploadId));
    }
    throw noSuchUpload(uploadId);
  }

  private static AwsException noSuchUpload(String uploadId) {
    return new AwsException(
        404,
        "NoSuchUpload",
        "The specified upload does not exist: "
            + uploadId
            + ". It may have been aborted or completed.");
  }

  private void remove(String uploadId) {
    FileTree.delete(state.path(folder(uploadId)));
  }

  private static String folder(String uploadId) {
    return "s3-uploads/" + uploadId;
  }

  private static String partRecord(String uploadId, int number) {
    return folder(uploadId) + "/parts/" + number + ".json";
  }
}
