package io.escala.localaws.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/**
 * The body inside an {@code aws-chunked} one. A checksum that the trailer carries is checked when
 * the last byte is read, except for CRC64NVME, which the JDK does not have.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html">the
 *     format</a>
 */
final class AwsChunked extends InputStream {
  private static final int MAX_LINE = 4096;

  private final InputStream in;
  private final Map<String, Digest> digests = new HashMap<>();
  private long left;
  private boolean first = true;
  private boolean done;

  /** A checksum under way. */
  private interface Digest {
    void update(byte[] bytes, int from, int count);

    byte[] value();
  }

  AwsChunked(InputStream in, String trailerHeader) {
    this.in = in;
    for (String name : trailerHeader.split(",", -1)) {
      Digest digest = digest(name.strip().toLowerCase(Locale.ROOT));
      if (digest != null) {
        digests.put(name.strip().toLowerCase(Locale.ROOT), digest);
      }
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) == -1 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int from, int count) throws IOException {
    if (count == 0) {
      return 0;
    }
    if (left == 0 && !done) {
      nextChunk();
    }
    if (done) {
      return -1;
    }
    int read = in.read(buffer, from, (int) Math.min(count, left));
    if (read == -1) {
      throw new EOFException("the aws-chunked body ends inside a chunk");
    }
    left -= read;
    digests.values().forEach(digest -> digest.update(buffer, from, read));
    return read;
  }

  private void nextChunk() throws IOException {
    if (!first && !line().isEmpty()) {
      throw malformed("a chunk is longer than it says");
    }
    first = false;
    String header = line();
    int end = header.indexOf(';');
    String size = end == -1 ? header : header.substring(0, end);
    try {
      left = Long.parseLong(size.strip(), 16);
    } catch (NumberFormatException e) {
      throw malformed("'" + size + "' is no chunk size");
    }
    if (left < 0) {
      throw malformed("'" + size + "' is no chunk size");
    }
    if (left == 0) {
      done = true;
      trailers();
    }
  }

  private void trailers() throws IOException {
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon == -1) {
        throw malformed("'" + line + "' is no trailer");
      }
      Digest digest = digests.get(line.substring(0, colon).strip().toLowerCase(Locale.ROOT));
      String given = line.substring(colon + 1).strip();
      if (digest != null) {
        String computed = Base64.getEncoder().encodeToString(digest.value());
        if (!computed.equals(given)) {
          throw new AwsException(
              400,
              "BadDigest",
              "The "
                  + line.substring(0, colon)
                  + " you specified, "
                  + given
                  + ", did not match the calculated checksum "
                  + computed);
        }
      }
    }
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next == -1) {
        if (done) {
          return ""; // some clients end without the last empty line
        }
        throw new EOFException("the aws-chunked body ends before its last chunk");
      }
      if (line.length() == MAX_LINE) {
        throw malformed("a chunk's header is too long");
      }
      line.append((char) next);
    }
    return line.toString().stripTrailing();
  }

  private static AwsException malformed(String why) {
    return new AwsException(400, "InvalidChunkSizeError", "the aws-chunked body is broken: " + why);
  }

  private static Digest digest(String header) {
    return switch (header) {
      case "x-amz-checksum-crc32" -> of(new CRC32());
      case "x-amz-checksum-crc32c" -> of(new CRC32C());
      case "x-amz-checksum-sha1" -> of("SHA-1");
      case "x-amz-checksum-sha256" -> of("SHA-256");
      default -> null;
    };
  }

  private static Digest of(Checksum checksum) {
    return new Digest() {
      @Override
      public void update(byte[] bytes, int from, int count) {
        checksum.update(bytes, from, count);
      }

      @Override
      public byte[] value() {
        long value = checksum.getValue();
        return new byte[] {
          (byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value
        };
      }
    };
  }

  private static Digest of(String algorithm) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      return new Digest() {
        @Override
        public void update(byte[] bytes, int from, int count) {
          digest.update(bytes, from, count);
        }

        @Override
        public byte[] value() {
          return digest.digest();
        }
      };
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads what is left, so that a refused request leaves its connection usable. */
  static void drain(InputStream in) throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }

  static boolean isChunked(Map<String, String> headers) {
    return headers.getOrDefault("x-amz-content-sha256", "").startsWith("STREAMING-")
        || headers.getOrDefault("content-encoding", "").contains("aws-chunked");
  }
}
