package io.escala.cli.emr;

import io.escala.cli.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The job's jar: in S3 it lies under the hash of its content, so that it is uploaded once. */
record JobJar(Path file, String sha256) {

  /**
   * The jar in a file.
   *
   * @throws UserException when it cannot be read
   */
  static JobJar of(Path file) {
    try (InputStream in = Files.newInputStream(file);
        DigestInputStream digested =
            new DigestInputStream(in, MessageDigest.getInstance("SHA-256"))) {
      digested.transferTo(OutputStream.nullOutputStream());
      return new JobJar(file, HexFormat.of().formatHex(digested.getMessageDigest().digest()));
    } catch (IOException e) {
      throw new UserException("the job's jar cannot be read, " + file + ": " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Where it lies below a folder. */
  S3Address in(S3Address folder) {
    return folder.below("jars").below(sha256).below(file.getFileName().toString());
  }

  /** Uploads it unless it is there; says whether it did. */
  boolean upload(S3Client s3, S3Address to) {
    try {
      s3.headObject(r -> r.bucket(to.bucket()).key(to.key()));
      return false;
    } catch (S3Exception e) {
      if (e.statusCode() != 404) {
        throw e;
      }
    }
    s3.putObject(
        r ->
            r.bucket(to.bucket())
                .key(to.key())
                .checksumSHA256(
                    Base64.getEncoder().encodeToString(HexFormat.of().parseHex(sha256))),
        file);
    return true;
  }
}
