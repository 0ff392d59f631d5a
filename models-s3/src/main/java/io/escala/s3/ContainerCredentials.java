package io.escala.s3;

import io.escala.inference.json.Json;
import io.escala.inference.json.JsonException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * Credentials of a pod or a task, from the agent on its machine. They are asked for again five
 * minutes before they expire; the token that the agent wants is read anew each time, because
 * Kubernetes changes it.
 */
final class ContainerCredentials implements Credentials {
  private static final Duration AHEAD = Duration.ofMinutes(5);
  private static final int TIMEOUT_MILLIS = 2000;
  // Those of ECS, and of EKS over IPv4 and IPv6
  private static final List<String> AGENTS =
      List.of("169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");

  private final URI endpoint;
  private final Map<String, String> environment;
  private final Clock clock;
  private AwsCredentialsIdentity current;
  private Instant renew = Instant.MIN;

  ContainerCredentials(URI endpoint, Map<String, String> environment, Clock clock) {
    this.endpoint = endpoint;
    this.environment = environment;
    this.clock = clock;
  }

  /**
   * @throws IllegalArgumentException if a token would go to another machine in the clear
   */
  static ContainerCredentials of(String endpoint, Map<String, String> environment) {
    URI uri = URI.create(endpoint);
    if (!"https".equals(uri.getScheme()) && !isThisMachine(uri)) {
      throw new IllegalArgumentException(
          "AWS_CONTAINER_CREDENTIALS_FULL_URI is "
              + endpoint
              + ", but must be https, or http to this machine or its agent ("
              + String.join(", ", AGENTS)
              + ")");
    }
    return new ContainerCredentials(uri, environment, Clock.systemUTC());
  }

  private static boolean isThisMachine(URI uri) {
    try {
      return "http".equals(uri.getScheme())
          && uri.getHost() != null
          && (AGENTS.contains(uri.getHost())
              || InetAddress.getByName(uri.getHost()).isLoopbackAddress());
    } catch (UnknownHostException e) {
      return false;
    }
  }

  @Override
  public synchronized AwsCredentialsIdentity now() throws IOException {
    if (clock.instant().isBefore(renew)) {
      return current;
    }
    Map<?, ?> answer = ask();
    if (!(answer.get("AccessKeyId") instanceof String key)
        || !(answer.get("SecretAccessKey") instanceof String secret)
        || !(answer.get("Token") instanceof String token)
        || !(answer.get("Expiration") instanceof String expiration)) {
      throw new IOException(endpoint + " gave no credentials");
    }
    try {
      renew = Instant.parse(expiration).minus(AHEAD);
    } catch (DateTimeException e) {
      throw new IOException(endpoint + " gave credentials whose Expiration is no time", e);
    }
    current = Credentials.of(key, secret, token);
    return current;
  }

  private Map<?, ?> ask() throws IOException {
    HttpURLConnection connection = (HttpURLConnection) endpoint.toURL().openConnection();
    connection.setConnectTimeout(TIMEOUT_MILLIS);
    connection.setReadTimeout(TIMEOUT_MILLIS);
    connection.setInstanceFollowRedirects(false);
    String token = token();
    if (!token.isEmpty()) {
      connection.setRequestProperty("Authorization", token);
    }
    try {
      int status = connection.getResponseCode();
      if (status != 200) {
        throw new IOException(endpoint + " answered " + status + " when asked for credentials");
      }
      try (InputStream in = connection.getInputStream()) {
        if (Json.parse(in.readNBytes(1 << 20)) instanceof Map<?, ?> answer) {
          return answer;
        }
        throw new IOException(endpoint + " gave no credentials");
      }
    } catch (JsonException e) {
      throw new IOException(endpoint + " gave no credentials: " + e.getMessage(), e);
    } finally {
      connection.disconnect();
    }
  }

  private String token() throws IOException {
    String file = environment.getOrDefault("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "");
    return file.isEmpty()
        ? environment.getOrDefault("AWS_CONTAINER_AUTHORIZATION_TOKEN", "")
        : Files.readString(Path.of(file), StandardCharsets.UTF_8).strip();
  }
}
