package io.escala.cli;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.emr.EmrClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;

/** The AWS services as the commands ask them, at one endpoint. */
final class Aws implements AutoCloseable {
  /** Any key does: the endpoint looks for a signature, not at whose it is. */
  static final String ACCESS_KEY = "local";

  static final String SECRET_KEY = "local";
  static final String REGION = "us-east-1";

  private final SdkHttpClient http = UrlConnectionHttpClient.create();
  private final URI endpoint;
  private CloudFormationClient cloudFormation;
  private EmrClient emr;
  private S3Client s3;

  Aws(LocalEndpoint endpoint) {
    this.endpoint = endpoint.uri();
  }

  private <B extends AwsClientBuilder<B, C>, C> B local(B builder) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.of(REGION))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)));
  }

  CloudFormationClient cloudFormation() {
    if (cloudFormation == null) {
      cloudFormation = local(CloudFormationClient.builder()).httpClient(http).build();
    }
    return cloudFormation;
  }

  EmrClient emr() {
    if (emr == null) {
      emr = local(EmrClient.builder()).httpClient(http).build();
    }
    return emr;
  }

  S3Client s3() {
    if (s3 == null) {
      s3 = local(S3Client.builder()).forcePathStyle(true).httpClient(http).build();
    }
    return s3;
  }

  /** A stack, unless there is none of that name. */
  Optional<Stack> stack(String name) {
    try {
      return cloudFormation().describeStacks(r -> r.stackName(name)).stacks().stream().findFirst();
    } catch (CloudFormationException e) {
      if (e.getMessage().contains("does not exist")) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Every stack that exists. */
  List<Stack> stacks() {
    return cloudFormation().describeStacksPaginator().stacks().stream().toList();
  }

  /** A stack's outputs by key; none when there is no such stack. */
  Map<String, String> outputs(String stack) {
    return stack(stack).stream()
        .flatMap(s -> s.outputs().stream())
        .collect(Collectors.toMap(Output::outputKey, Output::outputValue));
  }

  /** An object's text, unless there is no such object or bucket. */
  Optional<String> text(String bucket, String key) {
    try {
      return Optional.of(
          s3().getObjectAsBytes(r -> r.bucket(bucket).key(key)).asString(StandardCharsets.UTF_8));
    } catch (NoSuchKeyException | NoSuchBucketException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
