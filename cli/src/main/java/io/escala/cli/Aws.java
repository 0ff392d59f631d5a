package io.escala.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.emr.EmrClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.sts.StsClient;

/** The AWS services as the commands ask them, at one target. */
public final class Aws implements AutoCloseable {
  /** Any key does: the endpoint looks for a signature, not at whose it is. */
  static final String ACCESS_KEY = "local";

  static final String SECRET_KEY = "local";
  static final String REGION = "us-east-1";

  private final SdkHttpClient http = UrlConnectionHttpClient.create();
  private final Target target;
  private CloudFormationClient cloudFormation;
  private EmrClient emr;
  private S3Client s3;
  private StsClient sts;
  private CloudWatchLogsClient logs;
  private KmsClient kms;

  Aws(LocalEndpoint endpoint) {
    this(Target.local(endpoint));
  }

  /** The services at a target. */
  public Aws(Target target) {
    this.target = target;
  }

  private <B extends AwsClientBuilder<B, C>, C> B at(B builder) {
    target.endpoint().ifPresent(builder::endpointOverride);
    return builder.region(target.region()).credentialsProvider(target.credentials());
  }

  /** Stacks. */
  public CloudFormationClient cloudFormation() {
    if (cloudFormation == null) {
      cloudFormation = at(CloudFormationClient.builder()).httpClient(http).build();
    }
    return cloudFormation;
  }

  /** Clusters and steps. */
  public EmrClient emr() {
    if (emr == null) {
      emr = at(EmrClient.builder()).httpClient(http).build();
    }
    return emr;
  }

  /** Objects. */
  public S3Client s3() {
    if (s3 == null) {
      s3 =
          at(S3Client.builder())
              .forcePathStyle(target.endpoint().isPresent())
              .httpClient(http)
              .build();
    }
    return s3;
  }

  /** Who asks: the account and its identity. */
  public StsClient sts() {
    if (sts == null) {
      sts = at(StsClient.builder()).httpClient(http).build();
    }
    return sts;
  }

  /** The ARNs of whatever carries a tag, in most services. */
  public List<String> tagged(String key, String value) {
    return new TaggingApi(new JsonApi("tagging", "1.1", target, http)).tagged(key, value);
  }

  /** Log groups. */
  public CloudWatchLogsClient logs() {
    if (logs == null) {
      logs = at(CloudWatchLogsClient.builder()).httpClient(http).build();
    }
    return logs;
  }

  /** Keys. */
  public KmsClient kms() {
    if (kms == null) {
      kms = at(KmsClient.builder()).httpClient(http).build();
    }
    return kms;
  }

  /** State machines and their executions. */
  public StepFunctions states() {
    return new StepFunctions(new JsonApi("states", "1.0", target, http));
  }

  /** Applications of EMR Serverless. */
  public List<JsonNode> applications() {
    return serverless("/applications", "applications");
  }

  /** The runs of an application, the newest first. */
  public List<JsonNode> jobRuns(String applicationId) {
    return serverless("/applications/" + applicationId + "/jobruns", "jobRuns");
  }

  private List<JsonNode> serverless(String path, String member) {
    return new JsonApi("emr-serverless", target, http).list(path, Map.of(), member, "nextToken");
  }

  /** The names of queues. */
  public List<String> queues() {
    // SQS names a next page only to who says how long a page may be, and no page is longer
    return new JsonApi("sqs", "1.0", target, http)
            .listAll(
                "AmazonSQS.ListQueues",
                JsonApi.request().put("MaxResults", 1000),
                "QueueUrls",
                "NextToken")
            .stream()
            .map(url -> url.asText().replaceFirst(".*/", ""))
            .toList();
  }

  /** Schedules whose names begin so. */
  public List<JsonNode> schedules(String prefix) {
    return new JsonApi("scheduler", target, http)
        .list(
            "/schedules",
            prefix.isEmpty() ? Map.of() : Map.of("NamePrefix", prefix),
            "Schedules",
            "NextToken");
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
  public List<Stack> stacks() {
    return cloudFormation().describeStacksPaginator().stacks().stream().toList();
  }

  /** A stack's outputs by key; none when there is no such stack. */
  public Map<String, String> outputs(String stack) {
    return stack(stack).stream()
        .flatMap(s -> s.outputs().stream())
        .collect(Collectors.toMap(Output::outputKey, Output::outputValue));
  }

  /** An object's text, unless there is no such object or bucket. */
  public Optional<String> text(String bucket, String key) {
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
