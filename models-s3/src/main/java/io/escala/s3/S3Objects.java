package io.escala.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Reads and writes objects. It is the SDK's signer on the JDK's oldest HTTP client: one kind of
 * request does not pay for the start of a whole S3 client, nor for that of {@code java.net.http},
 * which costs a cold JVM 460 ms of CPU for three requests where this one costs 50.
 */
final class S3Objects {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(5);
  private static final int ATTEMPTS = 2;
  private static final int MAX_BYTES = 256 << 20;
  private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z]+)</Code>");

  private final S3Location location;
  private final Credentials credentials;
  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

  S3Objects(S3Location location, Credentials credentials) {
    this.location = location;
    this.credentials = credentials;
  }

  /**
   * The content of an object.
   *
   * @return empty if there is no such object
   * @throws IOException if S3 refuses, fails or does not answer in time
   */
  Optional<byte[]> get(String key) throws IOException {
    return tried(() -> once(SdkHttpMethod.GET, key, Optional.empty()));
  }

  /**
   * Writes an object of JSON, over the one that is there.
   *
   * @throws IOException if S3 refuses, fails or does not answer in time
   */
  void put(String key, byte[] json) throws IOException {
    if (tried(() -> once(SdkHttpMethod.PUT, key, Optional.of(json))).isEmpty()) {
      throw new IOException(location.shown(key) + " cannot be written: S3 answered 404");
    }
  }

  private interface Attempt {
    Optional<byte[]> make() throws IOException;
  }

  private static Optional<byte[]> tried(Attempt request) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return request.make();
      } catch (TransientFailure e) {
        if (attempt == ATTEMPTS) {
          throw new IOException(e.getMessage(), e);
        }
      }
    }
  }

  private Optional<byte[]> once(SdkHttpMethod method, String key, Optional<byte[]> content)
      throws IOException {
    URI uri = location.uri(key);
    HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
    connection.setRequestMethod(method.name());
    connection.setConnectTimeout((int) CONNECT_TIMEOUT.toMillis());
    connection.setReadTimeout((int) READ_TIMEOUT.toMillis());
    connection.setInstanceFollowRedirects(false);
    signed(method, uri, content, credentials.now()).forEach(connection::setRequestProperty);
    int status;
    byte[] body;
    try {
      if (content.isPresent()) {
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(content.get().length);
        try (OutputStream out = connection.getOutputStream()) {
          out.write(content.get());
        }
      }
      status = connection.getResponseCode();
      try (InputStream in =
          status < 400 ? connection.getInputStream() : connection.getErrorStream()) {
        body = in == null ? new byte[0] : in.readNBytes(MAX_BYTES);
      }
    } catch (IOException e) {
      throw new TransientFailure(
          location.shown(key)
              + (content.isPresent() ? " cannot be written to " : " cannot be read from ")
              + uri.getAuthority()
              + ": "
              + e,
          e);
    }
    if (status == 200) {
      long announced = connection.getContentLengthLong();
      if (announced >= 0 && announced != body.length) {
        throw new TransientFailure(
            location.shown(key) + " has " + announced + " bytes, but " + body.length + " arrived",
            null);
      }
      return Optional.of(body);
    }
    return failed(method, key, status, code(body));
  }

  private Optional<byte[]> failed(SdkHttpMethod method, String key, int status, String code)
      throws IOException {
    String answer =
        location.shown(key) + ": S3 answered " + status + (code.isEmpty() ? "" : " " + code);
    if (status == 404 && !code.equals("NoSuchBucket")) {
      return Optional.empty();
    }
    if (status == 403 && method == SdkHttpMethod.PUT) {
      throw new IOException(
          answer
              + ". The role must be allowed s3:PutObject on it, and kms:GenerateDataKey on the bucket's key");
    }
    if (status == 403) {
      throw new IOException(
          answer
              + ". The role must be allowed s3:GetObject on it, and s3:ListBucket on the bucket: without that"
              + " S3 says 403 of an object that is not there");
    }
    if (status >= 300 && status < 400) {
      throw new IOException(
          answer
              + ". The bucket is not in "
              + location.region()
              + ", the region that AWS_REGION names");
    }
    if (status == 429 || status >= 500) {
      throw new TransientFailure(answer, null);
    }
    throw new IOException(answer);
  }

  private static String code(byte[] body) {
    Matcher matcher =
        CODE.matcher(new String(body, 0, Math.min(body.length, 4096), StandardCharsets.UTF_8));
    return matcher.find() ? matcher.group(1) : "";
  }

  private Map<String, String> signed(
      SdkHttpMethod method, URI uri, Optional<byte[]> content, AwsCredentialsIdentity identity) {
    SdkHttpRequest.Builder builder = SdkHttpRequest.builder().method(method).uri(uri);
    if (content.isPresent()) {
      builder.putHeader("Content-Type", "application/json");
    }
    SdkHttpRequest request = builder.build();
    Map<String, String> headers = new HashMap<>();
    signer
        .sign(
            r ->
                r.identity(identity)
                    .request(request)
                    .payload(content.map(ContentStreamProvider::fromByteArray).orElse(null))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, location.region())
                    // S3 signs a key as it stands in the path
                    .putProperty(AwsV4HttpSigner.DOUBLE_URL_ENCODE, false)
                    .putProperty(AwsV4HttpSigner.NORMALIZE_PATH, false))
        .request()
        .headers()
        .forEach((name, values) -> headers.put(name, String.join(",", values)));
    headers.remove("Host"); // the connection writes the same
    return headers;
  }

  private static final class TransientFailure extends IOException {
    private static final long serialVersionUID = 1L;

    TransientFailure(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
