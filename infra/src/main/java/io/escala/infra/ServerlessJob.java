package io.escala.infra;

import io.escala.infra.config.SparkConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.emrserverless.CfnApplication;
import software.amazon.awscdk.services.emrserverless.CfnApplication.AutoStartConfigurationProperty;
import software.amazon.awscdk.services.emrserverless.CfnApplication.AutoStopConfigurationProperty;
import software.amazon.awscdk.services.emrserverless.CfnApplication.ConfigurationObjectProperty;
import software.amazon.awscdk.services.emrserverless.CfnApplication.MaximumAllowedResourcesProperty;
import software.amazon.awscdk.services.emrserverless.CfnApplication.NetworkConfigurationProperty;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.kms.IKey;
import software.constructs.Construct;

/**
 * The job on EMR Serverless: an application, which costs nothing while nothing runs, and a run as
 * states. It is in no network of ours: it reaches S3 and nothing else, so there is no endpoint to
 * pay for. In a VPC of the user's it is, for that may be the only way to their data.
 */
final class ServerlessJob extends Construct {
  /** What a worker has unless told otherwise: the driver is one, each executor another. */
  private static final long PROCESSORS = 4;

  private static final long GIGABYTES = 16;
  private static final long IDLE_MINUTES = 5;

  /** EMR Serverless ends the run first. */
  private static final long GRACE_SECONDS = 600;

  private final SparkConfig config;
  private final CfnApplication application;
  private final Role role;
  private final IKey key;
  private final String logUri;

  /**
   * @param key encrypts the bucket
   * @param logUri the folder for the logs, an {@code s3://} address
   */
  ServerlessJob(
      Construct scope, String id, SparkConfig config, Network network, IKey key, String logUri) {
    super(scope, id);
    this.config = config;
    this.key = key;
    this.logUri = logUri;
    long workers = config.coreCount() + 1;
    application =
        CfnApplication.Builder.create(this, "Application")
            .type("SPARK")
            .releaseLabel(config.release().label())
            .architecture("ARM64")
            .autoStartConfiguration(AutoStartConfigurationProperty.builder().enabled(true).build())
            .autoStopConfiguration(
                AutoStopConfigurationProperty.builder()
                    .enabled(true)
                    .idleTimeoutMinutes(IDLE_MINUTES)
                    .build())
            .maximumCapacity(
                MaximumAllowedResourcesProperty.builder()
                    .cpu(workers * PROCESSORS + " vCPU")
                    .memory(workers * GIGABYTES + " GB")
                    .build())
            .networkConfiguration(
                network.own().map(vpc -> inside(network.in(Stack.of(this)))).orElse(null))
            .runtimeConfiguration(
                config.inTransit().map(spark -> List.of(encryptedWorkers())).orElse(null))
            .build();
    role =
        Role.Builder.create(this, "Role")
            // Only for applications of this account in this region.
            .assumedBy(
                new PrincipalWithConditions(
                    new ServicePrincipal("emr-serverless.amazonaws.com"),
                    new TreeMap<>(
                        Map.of(
                            "StringEquals",
                            Map.of("aws:SourceAccount", Aws.ACCOUNT_ID),
                            "ArnLike",
                            Map.of("aws:SourceArn", arn("/applications/*"))))))
            .build();
    key.grant(role, "kms:Decrypt", "kms:GenerateDataKey");
  }

  /** Mutual TLS, with a certificate that EMR makes for each worker. */
  private static ConfigurationObjectProperty encryptedWorkers() {
    return ConfigurationObjectProperty.builder()
        .classification("spark-defaults")
        .properties(Map.of("spark.ssl.internode.enabled", "true"))
        .build();
  }

  private NetworkConfigurationProperty inside(IVpc vpc) {
    SecurityGroup workers =
        SecurityGroup.Builder.create(this, "Workers")
            .vpc(vpc)
            .description("EMR Serverless")
            .build();
    return NetworkConfigurationProperty.builder()
        .subnetIds(vpc.getIsolatedSubnets().stream().map(ISubnet::getSubnetId).toList())
        .securityGroupIds(List.of(workers.getSecurityGroupId()))
        .build();
  }

  /** What the job may do. */
  JobPermissions job() {
    return new JobPermissions(role);
  }

  String applicationId() {
    return application.getRef();
  }

  /** The states' definition, in Amazon's States Language. */
  Map<String, Object> definition(List<SparkJobStep> steps) {
    Map<String, Object> states = new LinkedHashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      Map<String, Object> run = run(steps.get(i));
      if (i + 1 < steps.size()) {
        run.put("Next", steps.get(i + 1).name());
      } else {
        run.put("End", true);
      }
      states.put(steps.get(i).name(), run);
    }
    states.put(JobStateMachine.FAILED, JobStateMachine.failed());
    return JobStateMachine.definition(steps.get(0).name(), states);
  }

  /** What the states do. */
  List<PolicyStatement> permissions() {
    return List.of(
        PolicyStatement.Builder.create()
            .actions(List.of("emr-serverless:StartJobRun"))
            .resources(List.of(application.getAttrArn()))
            .build(),
        PolicyStatement.Builder.create()
            .actions(List.of("emr-serverless:CancelJobRun", "emr-serverless:GetJobRun"))
            .resources(List.of(application.getAttrArn() + "/jobruns/*"))
            .build(),
        PolicyStatement.Builder.create()
            .actions(List.of("iam:PassRole"))
            .resources(List.of(role.getRoleArn()))
            .conditions(
                Map.of(
                    "StringEquals", Map.of("iam:PassedToService", "emr-serverless.amazonaws.com")))
            .build(),
        JobStateMachine.events("StepFunctionsGetEventsForEMRServerlessJobRule"));
  }

  private Map<String, Object> run(SparkJobStep step) {
    Map<String, Object> submit = new TreeMap<>();
    submit.put("EntryPoint", step.jar());
    submit.put("EntryPointArguments", step.jobArguments());
    submit.put("SparkSubmitParameters", "--class " + SparkJobStep.MAIN_CLASS);
    Map<String, Object> logs = new TreeMap<>();
    logs.put("LogUri", logUri);
    logs.put("EncryptionKeyArn", key.getKeyArn());
    Map<String, Object> parameters = new TreeMap<>();
    parameters.put("ApplicationId", application.getRef());
    parameters.put("ExecutionRoleArn", role.getRoleArn());
    parameters.put("Name", step.name());
    parameters.put("ExecutionTimeoutMinutes", config.maxRuntimeMinutes());
    parameters.put("JobDriver", Map.of("SparkSubmit", submit));
    parameters.put(
        "ConfigurationOverrides",
        Map.of("MonitoringConfiguration", Map.of("S3MonitoringConfiguration", logs)));
    Map<String, Object> run = new TreeMap<>();
    run.put("Type", "Task");
    run.put("Resource", "arn:" + Aws.PARTITION + ":states:::emr-serverless:startJobRun.sync");
    run.put("Parameters", parameters);
    run.put("ResultPath", JobStateMachine.ASIDE);
    run.put("TimeoutSeconds", config.maxRuntimeMinutes() * 60 + GRACE_SECONDS);
    // Once more: workers may be short for a while. A job that is wrong is wrong again, at once.
    run.put("Retry", JobStateMachine.retry("States.TaskFailed", 60, 1));
    run.put("Catch", JobStateMachine.onFailure(JobStateMachine.FAILED));
    return run;
  }

  private static String arn(String resource) {
    return Fn.join(
        ":", List.of("arn", Aws.PARTITION, "emr-serverless", Aws.REGION, Aws.ACCOUNT_ID, resource));
  }
}
