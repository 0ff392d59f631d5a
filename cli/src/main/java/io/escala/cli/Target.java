package io.escala.cli;

import java.net.URI;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * Where the AWS commands go.
 *
 * @param kind whose clusters these are
 * @param endpoint the one address of all services; empty for those of AWS itself
 * @param region as the services see it
 * @param credentials who asks
 */
public record Target(
    Kind kind, Optional<URI> endpoint, Region region, AwsCredentialsProvider credentials) {

  /** Whose clusters the commands see. */
  public enum Kind {
    /** The endpoint that {@code up} started for this checkout. */
    LOCAL,
    /** An account of AWS: what it does costs money. */
    AWS,
    /** The address in {@code AWS_ENDPOINT_URL}. */
    ENDPOINT
  }

  /** The endpoint on this machine. */
  public static Target local(LocalEndpoint endpoint) {
    return new Target(
        Kind.LOCAL,
        Optional.of(endpoint.uri()),
        Region.of(Aws.REGION),
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(Aws.ACCESS_KEY, Aws.SECRET_KEY)));
  }

  /** True where answers come at once and cost nothing. */
  public boolean isNear() {
    return kind != Kind.AWS;
  }
}
