package io.escala.infra;

import io.escala.infra.config.SparkConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.cloudwatch.Alarm;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.MathExpression;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.cloudwatch.actions.SnsAction;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.CfnLogGroup;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.scheduler.CfnSchedule;
import software.amazon.awscdk.services.scheduler.CfnSchedule.FlexibleTimeWindowProperty;
import software.amazon.awscdk.services.scheduler.CfnSchedule.RetryPolicyProperty;
import software.amazon.awscdk.services.scheduler.CfnSchedule.TargetProperty;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.stepfunctions.CfnStateMachine;
import software.amazon.awscdk.services.stepfunctions.CfnStateMachine.CloudWatchLogsLogGroupProperty;
import software.amazon.awscdk.services.stepfunctions.CfnStateMachine.LogDestinationProperty;
import software.amazon.awscdk.services.stepfunctions.CfnStateMachine.LoggingConfigurationProperty;
import software.constructs.Construct;
import software.constructs.IDependable;

/** Runs the job as states: with a log, an alarm for a run that failed, and a clock if wanted. */
final class JobStateMachine extends Construct {
  static final String FAILED = "Failed";

  /** Where a state leaves its result, so that the next one still finds the cluster. */
  static final String ASIDE = "$.last";

  private final CfnStateMachine machine;

  /**
   * @param definition in Amazon's States Language
   * @param permissions what the states do
   * @param needed what has to be there before a run may start
   */
  JobStateMachine(
      Construct scope,
      String id,
      SparkConfig config,
      long logRetentionDays,
      Map<String, Object> definition,
      List<PolicyStatement> permissions,
      IDependable... needed) {
    super(scope, id);
    LogGroup logs =
        LogGroup.Builder.create(this, "Logs").removalPolicy(RemovalPolicy.DESTROY).build();
    ((CfnLogGroup) logs.getNode().getDefaultChild()).setRetentionInDays(logRetentionDays);
    Role role = Role.Builder.create(this, "Role").assumedBy(inThisAccount("states")).build();
    permissions.forEach(role::addToPolicy);
    role.addToPolicy(
        PolicyStatement.Builder.create()
            // Where a state machine logs is the account's matter; none of these takes a resource.
            .actions(
                List.of(
                    "logs:CreateLogDelivery",
                    "logs:DeleteLogDelivery",
                    "logs:DescribeLogGroups",
                    "logs:DescribeResourcePolicies",
                    "logs:GetLogDelivery",
                    "logs:ListLogDeliveries",
                    "logs:PutResourcePolicy",
                    "logs:UpdateLogDelivery"))
            .resources(List.of("*"))
            .build());
    machine =
        CfnStateMachine.Builder.create(this, "Resource")
            .stateMachineType("STANDARD")
            .roleArn(role.getRoleArn())
            .definition(definition)
            .loggingConfiguration(
                LoggingConfigurationProperty.builder()
                    .level("ALL")
                    .includeExecutionData(true)
                    .destinations(
                        List.of(
                            LogDestinationProperty.builder()
                                .cloudWatchLogsLogGroup(
                                    CloudWatchLogsLogGroupProperty.builder()
                                        .logGroupArn(logs.getLogGroupArn())
                                        .build())
                                .build()))
                    .build())
            .build();
    // Step Functions asks when it is made whether the role may log.
    machine.getNode().addDependency(role);
    machine.getNode().addDependency(needed);
    alarm(config);
    config.schedule().ifPresent(this::schedule);
  }

  String arn() {
    return machine.getRef();
  }

  static Map<String, Object> definition(String first, Map<String, Object> states) {
    Map<String, Object> definition = new TreeMap<>();
    definition.put("StartAt", first);
    definition.put("States", states);
    return definition;
  }

  static Map<String, Object> failed() {
    Map<String, Object> failed = new TreeMap<>();
    failed.put("Type", "Fail");
    failed.put("ErrorPath", "$.failure.Error");
    failed.put("CausePath", "$.failure.Cause");
    return failed;
  }

  static List<Map<String, Object>> onFailure(String next) {
    Map<String, Object> each = new TreeMap<>();
    each.put("ErrorEquals", List.of("States.ALL"));
    each.put("ResultPath", "$.failure");
    each.put("Next", next);
    return List.of(each);
  }

  static List<Map<String, Object>> retry(String error, long seconds, long times) {
    Map<String, Object> retry = new TreeMap<>();
    retry.put("ErrorEquals", List.of(error));
    retry.put("IntervalSeconds", seconds);
    retry.put("MaxAttempts", times);
    retry.put("BackoffRate", 2);
    return List.of(retry);
  }

  /** Step Functions waits for a service with rules of its own, of these names. */
  static PolicyStatement events(String... rules) {
    return PolicyStatement.Builder.create()
        .actions(List.of("events:DescribeRule", "events:PutRule", "events:PutTargets"))
        .resources(
            Arrays.stream(rules)
                .map(
                    rule ->
                        "arn:"
                            + Aws.PARTITION
                            + ":events:"
                            + Aws.REGION
                            + ":"
                            + Aws.ACCOUNT_ID
                            + ":rule/"
                            + rule)
                .toList())
        .build();
  }

  private void alarm(SparkConfig config) {
    Alarm alarm =
        Alarm.Builder.create(this, "Alarm")
            .alarmDescription("A run of the Spark job did not complete")
            .metric(
                MathExpression.Builder.create()
                    .expression("failed + late + stopped")
                    .usingMetrics(
                        new TreeMap<>(
                            Map.of(
                                "failed", metric("ExecutionsFailed"),
                                "late", metric("ExecutionsTimedOut"),
                                "stopped", metric("ExecutionsAborted"))))
                    .label("runs that did not complete")
                    .period(Duration.minutes(5))
                    .build())
            .threshold(1)
            .evaluationPeriods(1)
            .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
            .treatMissingData(TreatMissingData.NOT_BREACHING)
            .build();
    config
        .alarmTopic()
        .ifPresent(
            arn -> alarm.addAlarmAction(new SnsAction(Topic.fromTopicArn(this, "Topic", arn))));
  }

  private Metric metric(String name) {
    return Metric.Builder.create()
        .namespace("AWS/States")
        .metricName(name)
        .dimensionsMap(Map.of("StateMachineArn", machine.getRef()))
        .statistic("Sum")
        .build();
  }

  private void schedule(String expression) {
    Role role = Role.Builder.create(this, "Clock").assumedBy(inThisAccount("scheduler")).build();
    role.addToPolicy(
        PolicyStatement.Builder.create()
            .actions(List.of("states:StartExecution"))
            .resources(List.of(machine.getRef()))
            .build());
    CfnSchedule schedule =
        CfnSchedule.Builder.create(this, "Schedule")
            .description("Starts the Spark job")
            .scheduleExpression(expression)
            .scheduleExpressionTimezone("UTC")
            .flexibleTimeWindow(FlexibleTimeWindowProperty.builder().mode("OFF").build())
            .target(
                TargetProperty.builder()
                    .arn(machine.getRef())
                    .roleArn(role.getRoleArn())
                    .retryPolicy(
                        RetryPolicyProperty.builder()
                            .maximumEventAgeInSeconds(3600)
                            .maximumRetryAttempts(5)
                            .build())
                    .build())
            .build();
    schedule.getNode().addDependency(role);
  }

  /** The service must not be talked into using the role by another account. */
  private static PrincipalWithConditions inThisAccount(String service) {
    return new PrincipalWithConditions(
        new ServicePrincipal(service + ".amazonaws.com"),
        Map.of("StringEquals", Map.of("aws:SourceAccount", Aws.ACCOUNT_ID)));
  }
}
