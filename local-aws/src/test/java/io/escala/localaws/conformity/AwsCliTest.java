package io.escala.localaws.conformity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.escala.localaws.Clients;
import io.escala.localaws.CodeZip;
import io.escala.localaws.LocalAws;
import io.escala.localaws.NodeFunctions;
import io.escala.localaws.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * The commands of the AWS CLI that the documentation names, against the endpoint. It is a Python
 * program: {@code .ci/run} installs it and names it in {@code ESCALA_AWS_CLI}.
 */
class AwsCliTest {
  private static final String TEMPLATE =
      """
      {"Resources": {
        "Topic": {"Type": "AWS::SNS::Topic"},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": {
          "FunctionName": "answers", "Runtime": "nodejs22.x", "Handler": "index.handler",
          "Role": "arn:aws:iam::000000000000:role/function",
          "Code": {"S3Bucket": "data", "S3Key": "code.zip"}}}},
       "Outputs": {"Topic": {"Value": {"Ref": "Topic"}}}}
      """;

  @TempDir Path folder;
  private LocalAws aws;

  @BeforeEach
  void start() throws IOException {
    assumeTrue(
        System.getenv("ESCALA_AWS_CLI") != null,
        "ESCALA_AWS_CLI names no AWS CLI (pip install awscli==1.46.3)");
    aws = LocalAws.start(NodeFunctions.options(folder.resolve("state"), Options.DEFAULT_REGION));
    Files.writeString(folder.resolve("template.json"), TEMPLATE);
    Files.writeString(folder.resolve("rows.csv"), "age;y\n59;yes\n");
  }

  @AfterEach
  void stop() {
    if (aws != null) {
      aws.close();
    }
  }

  @Test
  void copiesListsAndRemovesObjects() throws Exception {
    assertThat(aws("s3 mb s3://data")).contains("make_bucket: data");
    assertThat(aws("s3 cp rows.csv s3://data/in/")).contains("to s3://data/in/rows.csv");
    assertThat(aws("s3 ls s3://data/in/")).contains("13 rows.csv");
    assertThat(aws("s3 cp s3://data/in/rows.csv -")).isEqualTo("age;y\n59;yes\n");
    assertThat(aws("s3 rb s3://data --force"))
        .contains("delete: s3://data/in/rows.csv", "remove_bucket: data");
  }

  @Test
  void deploysLooksAtAndDeletesStacksAndInvokesTheirFunction() throws Exception {
    // given
    assertThat(aws("sts get-caller-identity --query Account --output text"))
        .isEqualTo("000000000000\n");
    try (S3Client s3 = Clients.s3(aws)) {
      s3.createBucket(c -> c.bucket("data"));
      s3.putObject(
          p -> p.bucket("data").key("code.zip"),
          RequestBody.fromBytes(CodeZip.of("{label: 'no'}")));
    }

    // when
    assertThat(aws("cloudformation deploy --stack-name Escala --template-file template.json"))
        .contains("Successfully created/updated stack - Escala");

    // then
    assertThat(
            aws(
                "cloudformation describe-stacks --query Stacks[].[StackName,StackStatus]"
                    + " --output text"))
        .isEqualTo("Escala\tCREATE_COMPLETE\n");
    assertThat(
            aws(
                "cloudformation describe-stacks --stack-name Escala --query"
                    + " Stacks[0].Outputs[?OutputKey=='Topic'].OutputValue --output text"))
        .startsWith("arn:aws:sns:us-east-1:000000000000:Escala-Topic-");
    assertThat(aws("lambda invoke --function-name answers --payload {} out.json"))
        .contains("\"StatusCode\": 200");
    assertThat(folder.resolve("out.json")).hasContent("{\"label\":\"no\"}");
    assertThat(refused("cloudformation continue-update-rollback --stack-name Escala"))
        .contains("(ValidationError)", "UPDATE_ROLLBACK_FAILED");
    assertThat(refused("cloudformation delete-stack --stack-name Escala --retain-resources Topic"))
        .contains("(ValidationError)", "DELETE_FAILED");

    // when
    assertThat(aws("cloudformation delete-stack --stack-name Escala")).isEmpty();
    aws("cloudformation wait stack-delete-complete --stack-name Escala");

    // then
    assertThat(refused("cloudformation describe-stack-events --stack-name Escala"))
        .contains("(ValidationError)", "does not exist");
  }

  @Test
  void runsStepsOnClusters() throws Exception {
    // given
    String cluster =
        aws("emr create-cluster --name c --release-label emr-spark-8.1.0 --use-default-roles"
                + " --instance-type m7g.xlarge --instance-count 1 --query ClusterId --output text")
            .strip();
    assertThat(cluster).startsWith("j-");

    // when
    aws("emr modify-cluster-attributes --termination-protected --cluster-id " + cluster);
    assertThat(refused("emr terminate-clusters --cluster-ids " + cluster)).contains("protected");
    aws("emr modify-cluster-attributes --no-termination-protected --cluster-id " + cluster);
    String steps =
        aws(
            "emr add-steps --cluster-id "
                + cluster
                + " --steps [{\"Type\":\"CUSTOM_JAR\",\"Name\":\"train\",\"ActionOnFailure\":\"CONTINUE\","
                + "\"Jar\":\"command-runner.jar\",\"Args\":[\"spark-submit\",\"s3://none/job.jar\"]}]"
                + " --query StepIds[0] --output text");

    // then
    assertThat(aws("emr list-steps --query Steps[].Id --output text --cluster-id " + cluster))
        .isEqualTo(steps);
    assertThat(
            aws("emr describe-cluster --query Cluster.Name --output text --cluster-id " + cluster))
        .isEqualTo("c\n");
    assertThat(aws("emr terminate-clusters --cluster-ids " + cluster)).isEmpty();
  }

  @Test
  void sendsLooksAtReceivesAndDeletesMessages() throws Exception {
    // given version 1 of the CLI, which asks SQS elsewhere unless it is told so here
    String sqs = "--endpoint-url " + aws.url() + " sqs ";
    String queue = aws(sqs + "create-queue --queue-name q --query QueueUrl --output text").strip();
    assertThat(queue).endsWith("/000000000000/q");

    // when
    aws(sqs + "send-message --message-body {\"model\":\"wine\"} --queue-url " + queue);

    // then
    assertThat(
            aws(
                sqs
                    + "get-queue-attributes --attribute-names ApproximateNumberOfMessages"
                    + " --query Attributes.* --output text --queue-url "
                    + queue))
        .isEqualTo("1\n");
    String[] received =
        aws(sqs
                + "receive-message --query Messages[0].[Body,ReceiptHandle] --output text"
                + " --queue-url "
                + queue)
            .strip()
            .split("\t", -1);
    assertThat(received[0]).isEqualTo("{\"model\":\"wine\"}");
    aws(
        sqs
            + "change-message-visibility --visibility-timeout 60 --queue-url "
            + queue
            + " --receipt-handle "
            + received[1]);
    aws(sqs + "delete-message --queue-url " + queue + " --receipt-handle " + received[1]);
    aws(sqs + "purge-queue --queue-url " + queue);
    assertThat(aws(sqs + "list-queues --query QueueUrls --output text")).isEqualTo(queue + "\n");
    assertThat(aws("lambda list-event-source-mappings --query EventSourceMappings"))
        .isEqualTo("[]\n");
    aws(sqs + "delete-queue --queue-url " + queue);
    assertThat(refused(sqs + "receive-message --queue-url " + queue))
        .contains("(AWS.SimpleQueueService.NonExistentQueue)", "does not exist");
    assertThat(
            refused(
                sqs
                    + "add-permission --label l --aws-account-ids 0 --actions SendMessage --queue-url "
                    + queue))
        .contains("local-aws does not handle SQS AddPermission");
  }

  @Test
  void saysWhatItDoesNotHave() throws Exception {
    assertThat(refused("emr list-release-labels")).contains("local-aws does not handle EMR");
    assertThat(refused("kms schedule-key-deletion --key-id k"))
        .contains("local-aws does not have the service kms");
  }

  private String aws(String arguments) throws Exception {
    return run(arguments, 0);
  }

  private String refused(String arguments) throws Exception {
    return run(arguments, 254, 255);
  }

  /** The program with arguments that hold no blanks. */
  private String run(String arguments, Integer... exitCodes) throws Exception {
    List<String> command = new ArrayList<>(List.of(System.getenv("ESCALA_AWS_CLI")));
    command.addAll(List.of(arguments.split(" ", -1)));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder
        .environment()
        .putAll(
            Map.of(
                "AWS_ENDPOINT_URL",
                aws.url(),
                "AWS_ACCESS_KEY_ID",
                "any",
                "AWS_SECRET_ACCESS_KEY",
                "any",
                "AWS_REGION",
                Options.DEFAULT_REGION,
                "AWS_DEFAULT_REGION",
                Options.DEFAULT_REGION,
                "AWS_MAX_ATTEMPTS",
                "1",
                "AWS_PAGER",
                "",
                "HOME",
                folder.toString()));
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(arguments + "\n" + said).isIn((Object[]) exitCodes);
    return said;
  }
}
