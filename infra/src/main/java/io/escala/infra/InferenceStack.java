package io.escala.infra;

import static io.escala.infra.StorageStack.MODELS;
import static io.escala.infra.StorageStack.RESULTS;

import io.escala.infra.config.Architecture;
import io.escala.infra.config.EscalaConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.aws_apigatewayv2_authorizers.HttpIamAuthorizer;
import software.amazon.awscdk.aws_apigatewayv2_integrations.HttpLambdaIntegration;
import software.amazon.awscdk.services.apigatewayv2.HttpApi;
import software.amazon.awscdk.services.apigatewayv2.HttpStage;
import software.amazon.awscdk.services.apigatewayv2.ThrottleSettings;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.eventsources.SqsEventSource;
import software.amazon.awscdk.services.logs.CfnLogGroup;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.sqs.DeadLetterQueue;
import software.amazon.awscdk.services.sqs.Queue;
import software.amazon.awscdk.services.sqs.QueueEncryption;
import software.constructs.Construct;

/** Answering on demand: a function behind an HTTP API that only signed requests pass. */
final class InferenceStack extends Stack {
  /** The folder of answers to messages. */
  private static final String ANSWERS = RESULTS + "/batch";

  /**
   * @param storage where the models are
   * @param logRetentionDays how long CloudWatch keeps the function's log; one of the numbers it
   *     accepts
   * @param handlerZip the code, for the configured processor
   */
  InferenceStack(
      Construct scope,
      String id,
      StorageStack storage,
      EscalaConfig.Inference config,
      long logRetentionDays,
      Path handlerZip) {
    super(scope, id);
    IBucket bucket = storage.bucket();
    LogGroup logs =
        LogGroup.Builder.create(this, "Logs").removalPolicy(RemovalPolicy.DESTROY).build();
    // Java's RetentionDays does not tell its number of days.
    ((CfnLogGroup) logs.getNode().getDefaultChild()).setRetentionInDays(logRetentionDays);

    Role role =
        Role.Builder.create(this, "Role")
            .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
            .build();
    logs.grantWrite(role);
    storage.key().grantDecrypt(role);
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("s3:GetObject"))
            .resources(List.of(bucket.arnForObjects(MODELS + "/*")))
            .build());
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("s3:ListBucket"))
            .resources(List.of(bucket.getBucketArn()))
            // "No model yet" must be a 404, and S3 says 403 to who may not list. IfExists: a
            // request for an object
            // carries no prefix.
            .conditions(Map.of("StringLikeIfExists", Map.of("s3:prefix", MODELS + "/*")))
            .build());

    Function function =
        Function.Builder.create(this, "Function")
            .runtime(Runtime.JAVA_25)
            .architecture(
                config.architecture() == Architecture.ARM64
                    ? software.amazon.awscdk.services.lambda.Architecture.ARM_64
                    : software.amazon.awscdk.services.lambda.Architecture.X86_64)
            .code(Code.fromAsset(handlerZip.toString()))
            .handler("io.escala.lambda.InferenceHandler::handleRequest")
            .memorySize(config.memoryMb())
            .timeout(Duration.seconds(config.timeoutSeconds()))
            .environment(
                Map.of("ESCALA_MODELS_URI", bucket.s3UrlForObject(MODELS), "ESCALA_MODELS", "bank"))
            .role(role)
            .logGroup(logs)
            .snapStart(config.snapStart() ? SnapStartConf.ON_PUBLISHED_VERSIONS : null)
            .build();
    Alias live =
        Alias.Builder.create(this, "Live")
            .aliasName("live")
            .version(function.getCurrentVersion())
            .build();

    HttpApi api =
        HttpApi.Builder.create(this, "Api")
            .apiName("escala")
            .createDefaultStage(false)
            .defaultAuthorizer(new HttpIamAuthorizer())
            .defaultIntegration(new HttpLambdaIntegration("Integration", live))
            .build();
    HttpStage.Builder.create(this, "Stage")
        .httpApi(api)
        .stageName("$default")
        .autoDeploy(true)
        // Bounds the bill: even a client gone wild cannot buy more than this many requests a
        // second.
        .throttle(ThrottleSettings.builder().rateLimit(50).burstLimit(100).build())
        .build();

    if (config.batch()) {
      function.addEnvironment("ESCALA_BATCH_OUTPUT", bucket.s3UrlForObject(ANSWERS));
      answerMessages(live, role, storage, config.timeoutSeconds());
    }

    CfnOutput.Builder.create(this, "ApiUrl").value(api.getApiEndpoint()).build();
    CfnOutput.Builder.create(this, "FunctionName").value(function.getFunctionName()).build();
  }

  /** Requests that may wait, from a queue; their answers are files. */
  private void answerMessages(Alias live, Role role, StorageStack storage, long timeoutSeconds) {
    Queue dead =
        Queue.Builder.create(this, "DeadLetters")
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true)
            .retentionPeriod(Duration.days(14))
            .build();
    Queue requests =
        Queue.Builder.create(this, "Requests")
            .encryption(QueueEncryption.SQS_MANAGED)
            .enforceSsl(true)
            // Lambda asks for six times the function's timeout: it too retries, when throttled
            .visibilityTimeout(Duration.seconds(6 * timeoutSeconds))
            .deadLetterQueue(DeadLetterQueue.builder().queue(dead).maxReceiveCount(5).build())
            .build();
    live.addEventSource(
        SqsEventSource.Builder.create(requests)
            .batchSize(10)
            .reportBatchItemFailures(true)
            // The queue can wait; whoever asks over HTTP should not, for want of instances
            .maxConcurrency(5)
            .build());
    role.addToPolicy(
        PolicyStatement.Builder.create()
            // Answers, nothing else that jobs left in the results
            .actions(List.of("s3:PutObject"))
            .resources(List.of(storage.bucket().arnForObjects(ANSWERS + "/*")))
            .build());
    role.addToPolicy(
        PolicyStatement.Builder.create()
            // The bucket encrypts with this key, in the name of who writes
            .actions(List.of("kms:GenerateDataKey"))
            .resources(List.of(storage.key().getKeyArn()))
            .build());
    CfnOutput.Builder.create(this, "QueueUrl").value(requests.getQueueUrl()).build();
    CfnOutput.Builder.create(this, "AnswersUrl")
        .value(storage.bucket().s3UrlForObject(ANSWERS))
        .build();
  }
}
