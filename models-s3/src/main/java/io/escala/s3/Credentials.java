package io.escala.s3;

import java.io.IOException;
import java.util.Map;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** With what requests are signed. */
@FunctionalInterface
interface Credentials {
  /**
   * Credentials that are valid now.
   *
   * @throws IOException if they cannot be had now; trying again may help
   */
  AwsCredentialsIdentity now() throws IOException;

  /**
   * Those of the environment, as Lambda and a shell have them; else those of the endpoint that EKS
   * Pod Identity and ECS name in the environment.
   *
   * @throws IllegalArgumentException if there are neither
   */
  static Credentials from(Map<String, String> environment) {
    String key = environment.getOrDefault("AWS_ACCESS_KEY_ID", "");
    String secret = environment.getOrDefault("AWS_SECRET_ACCESS_KEY", "");
    if (!key.isEmpty() && !secret.isEmpty()) {
      AwsCredentialsIdentity fixed =
          of(key, secret, environment.getOrDefault("AWS_SESSION_TOKEN", ""));
      return () -> fixed;
    }
    String endpoint = environment.getOrDefault("AWS_CONTAINER_CREDENTIALS_FULL_URI", "");
    if (!endpoint.isEmpty()) {
      return ContainerCredentials.of(endpoint, environment);
    }
    throw new IllegalArgumentException(
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set, nor is AWS_CONTAINER_CREDENTIALS_FULL_URI, which EKS Pod"
            + " Identity sets: without credentials models cannot be read from S3. In a shell:"
            + " eval \"$(aws configure export-credentials --format env)\"");
  }

  /** Those of a key; the token is empty if there is none. */
  static AwsCredentialsIdentity of(String key, String secret, String token) {
    return token.isEmpty()
        ? AwsCredentialsIdentity.create(key, secret)
        : AwsSessionCredentialsIdentity.create(key, secret, token);
  }
}
