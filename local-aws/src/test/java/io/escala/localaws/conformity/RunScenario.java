package io.escala.localaws.conformity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.escala.localaws.Clients;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Output;

/** What starts the job where no cluster stands: a state machine, its schedule, an application. */
final class RunScenario {
  private static final String STACK =
      """
      {"Resources": {
        "Application": {"Type": "AWS::EMRServerless::Application", "Properties": {
          "Name": "runs", "Type": "SPARK", "ReleaseLabel": "emr-spark-8.1.0", "Architecture": "ARM64",
          "AutoStopConfiguration": {"IdleTimeoutMinutes": 5},
          "MaximumCapacity": {"Cpu": "12 vCPU", "Memory": "48 GB", "Disk": "200 GB"},
          "Tags": [{"Key": "project", "Value": "escala"}]}},
        "Bare": {"Type": "AWS::EMRServerless::Application", "Properties": {
          "Type": "SPARK", "ReleaseLabel": "emr-spark-8.1.0"}},
        "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {
          "StateMachineName": "runs", "RoleArn": "arn:aws:iam::000000000000:role/machine",
          "LoggingConfiguration": {"Level": "ERROR", "IncludeExecutionData": false, "Destinations": [
            {"CloudWatchLogsLogGroup": {"LogGroupArn": "arn:aws:logs:eu-west-1:000000000000:log-group:runs:*"}}]},
          "DefinitionSubstitutions": {"application": {"Ref": "Application"}},
          "Definition": {"StartAt": "Which", "TimeoutSeconds": 600, "States": {
            "Which": {"Type": "Choice", "Default": "Cluster", "Choices": [
              {"Variable": "$.how", "StringEquals": "wait", "Next": "Later"},
              {"Variable": "$.how", "StringEquals": "fail", "Next": "No"},
              {"Variable": "$.how", "StringEquals": "serverless", "Next": "Run"}]},
            "Later": {"Type": "Wait", "Seconds": 3600, "Next": "Done"},
            "No": {"Type": "Fail", "Error": "Told.To", "Cause": "it was told to"},
            "Run": {"Type": "Task", "Resource": "arn:aws:states:::emr-serverless:startJobRun.sync",
              "TimeoutSeconds": 300, "Next": "Done",
              "Parameters": {"ApplicationId": "${application}",
                "ExecutionRoleArn": "arn:aws:iam::000000000000:role/job",
                "JobDriver": {"SparkSubmit": {"EntryPoint": "s3://none/job.jar"}}}},
            "Cluster": {"Type": "Task", "Resource": "arn:aws:states:::elasticmapreduce:createCluster.sync",
              "ResultPath": "$.cluster", "Next": "Step",
              "Parameters": {"Name": "of a machine", "ReleaseLabel": "emr-spark-8.1.0",
                "Instances": {"KeepJobFlowAliveWhenNoSteps": true}}},
            "Step": {"Type": "Task", "Resource": "arn:aws:states:::elasticmapreduce:addStep.sync",
              "ResultPath": "$.step", "Next": "End",
              "Catch": [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "End"}],
              "Parameters": {"ClusterId.$": "$.cluster.ClusterId", "Step": {
                "Name": "fails", "ActionOnFailure": "CONTINUE", "HadoopJarStep": {
                  "Jar": "command-runner.jar",
                  "Args": ["spark-submit", "--class", "none.Job", "s3://none/job.jar"]}}}},
            "End": {"Type": "Task", "Resource": "arn:aws:states:::elasticmapreduce:terminateCluster.sync",
              "ResultPath": null, "Next": "Note",
              "Parameters": {"ClusterId.$": "$.cluster.ClusterId"}},
            "Note": {"Type": "Pass", "Result": {"over": true}, "ResultPath": "$.note", "Next": "Done"},
            "Done": {"Type": "Succeed"}}}}},
        "Plain": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {
          "RoleArn": "arn:aws:iam::000000000000:role/machine",
          "Definition": {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}}},
        "Nightly": {"Type": "AWS::Scheduler::Schedule", "Properties": {
          "Name": "nightly", "Description": "every night", "State": "DISABLED",
          "ScheduleExpression": "cron(0 3 * * ? *)", "ScheduleExpressionTimezone": "Europe/Paris",
          "FlexibleTimeWindow": {"Mode": "OFF"},
          "Target": {"Arn": {"Ref": "Machine"}, "RoleArn": "arn:aws:iam::000000000000:role/clock",
            "Input": "{\\"how\\": \\"wait\\"}",
            "RetryPolicy": {"MaximumEventAgeInSeconds": 3600, "MaximumRetryAttempts": 0}}}},
        "Yearly": {"Type": "AWS::Scheduler::Schedule", "Properties": {
          "ScheduleExpression": "rate(365 days)", "FlexibleTimeWindow": {"Mode": "OFF"},
          "Target": {"Arn": {"Ref": "Machine"}, "RoleArn": "arn:aws:iam::000000000000:role/clock"}}}},
       "Outputs": {
        "Machine": {"Value": {"Ref": "Machine"}}, "Plain": {"Value": {"Ref": "Plain"}},
        "Yearly": {"Value": {"Ref": "Yearly"}},
        "Application": {"Value": {"Ref": "Application"}}, "Bare": {"Value": {"Ref": "Bare"}}}}
      """;

  private RunScenario() {}

  @FunctionalInterface
  private interface Calls {
    void make(JsonClient client, Map<String, String> outputs) throws Exception;
  }

  static List<Answer> machines(String url) throws Exception {
    return with(
        url,
        "stepfunctions",
        (states, made) -> {
          String machine = made.get("Machine");
          for (String one : List.of(machine, made.get("Plain"))) {
            states.call("DescribeStateMachine", "{\"stateMachineArn\": \"%s\"}".formatted(one));
          }
          states.call("ListStateMachines", "{}");
          for (String how : List.of("cluster", "serverless", "fail", "wait")) {
            String execution = start(states, machine, how);
            String which = "{\"executionArn\": \"%s\"}".formatted(execution);
            if (how.equals("wait")) {
              states.call(
                  "StopExecution",
                  "{\"executionArn\": \"%s\", \"error\": \"Enough\"}".formatted(execution));
            }
            await(() -> states.call("DescribeExecution", which), "/status", "RUNNING");
            states.call("DescribeStateMachineForExecution", which);
            states.call("GetExecutionHistory", which);
          }
          JsonNode first =
              states.call(
                  "ListExecutions",
                  "{\"stateMachineArn\": \"%s\", \"maxResults\": 3}".formatted(machine));
          JsonNode rest =
              states.call(
                  "ListExecutions",
                  "{\"stateMachineArn\": \"%s\", \"nextToken\": \"%s\"}"
                      .formatted(machine, first.path("nextToken").asText()));
          assertThat(first.path("executions")).hasSize(3);
          assertThat(rest.path("executions").findValuesAsText("status"))
              .as("of the execution that was the first")
              .containsExactly("SUCCEEDED");
          refused(() -> states.call("ListStateMachines", "{\"nextToken\": \"x\"}"), "InvalidToken");
          refused(
              () -> states.call("DescribeExecution", "{\"executionArn\": \"x\"}"), "InvalidArn");
          refused(
              () ->
                  states.call(
                      "DescribeExecution",
                      "{\"executionArn\": \"%s\"}"
                          .formatted(machine.replace("stateMachine", "execution") + ":none")),
              "ExecutionDoesNotExist");
          refused(
              () ->
                  states.call(
                      "StartExecution",
                      "{\"stateMachineArn\": \"%s\", \"name\": \"a b\"}".formatted(machine)),
              "InvalidName");
        });
  }

  static List<Answer> schedules(String url) throws Exception {
    return with(
        url,
        "scheduler",
        (clock, made) -> {
          JsonNode first = clock.send("GET", "/schedules?MaxResults=1", null);
          String next = "/schedules?NextToken=" + first.path("NextToken").asText();
          assertThat(first.path("Schedules")).hasSize(1);
          assertThat(clock.send("GET", next, null).path("Schedules")).hasSize(1);
          assertThat(clock.send("GET", "/schedules?State=DISABLED", null).path("Schedules"))
              .hasSize(1);
          clock.send("GET", "/schedules/nightly", null);
          clock.send("GET", "/schedules/" + made.get("Yearly"), null);
          refused(
              () -> clock.send("GET", "/schedules/nightly?groupName=none", null),
              "ResourceNotFoundException");
          refused(() -> clock.send("GET", "/schedules?MaxResults=0", null), "ValidationException");
        });
  }

  static List<Answer> serverless(String url) throws Exception {
    return with(
        url,
        "emr-serverless",
        (serverless, made) -> {
          for (String one : List.of(made.get("Application"), made.get("Bare"))) {
            String at = "/applications/" + one;
            serverless.send("GET", at, null);
            String run = at + "/jobruns/" + run(serverless, at, "");
            await(() -> serverless.send("GET", run, null), "/jobRun/endedAt", "");
            run(serverless, at, ", \"name\": \"again\", \"executionTimeoutMinutes\": 5");
            serverless.send("DELETE", run, null);
            JsonNode first = serverless.send("GET", at + "/jobruns?maxResults=1", null);
            assertThat(first.at("/jobRuns/0/name").asText()).isEqualTo("again");
            assertThat(
                    serverless
                        .send(
                            "GET",
                            at + "/jobruns?nextToken=" + first.path("nextToken").asText(),
                            null)
                        .path("jobRuns"))
                .hasSize(1);
          }
          assertThat(serverless.send("GET", "/applications", null).path("applications")).hasSize(2);
          refused(
              () -> serverless.send("GET", "/applications?states=STOPPED&maxResults=x", null),
              "ValidationException");
        });
  }

  private static String start(JsonClient states, String machine, String how) {
    return states
        .call(
            "StartExecution",
            "{\"stateMachineArn\": \"%s\", \"input\": \"{\\\"how\\\": \\\"%s\\\"}\"}"
                .formatted(machine, how))
        .path("executionArn")
        .asText();
  }

  private static String run(JsonClient serverless, String application, String more) {
    return serverless
        .send(
            "POST",
            application + "/jobruns",
            """
            {"clientToken": "any", "executionRoleArn": "arn:aws:iam::000000000000:role/job",
             "jobDriver": {"sparkSubmit": {"entryPoint": "s3://none/job.jar",
               "entryPointArguments": ["train"], "sparkSubmitParameters": "--class none.Job"}},
             "tags": {"project": "escala"}%s}
            """
                .formatted(more))
        .path("jobRunId")
        .asText();
  }

  @FunctionalInterface
  private interface Call {
    JsonNode make();
  }

  /** Until a member is there and says something else. */
  private static void await(Call call, String member, String before) throws InterruptedException {
    while (call.make().at(member).asText().equals(before)) {
      Thread.sleep(20);
    }
  }

  private static void refused(Call call, String code) {
    assertThatThrownBy(call::make).hasMessageContaining(code);
  }

  private static List<Answer> with(String url, String service, Calls calls) throws Exception {
    CloudFormationClient stacks = Clients.client(CloudFormationClient.builder(), url);
    try {
      stacks.createStack(c -> c.stackName("Runs").templateBody(STACK));
      Map<String, String> made =
          stacks.describeStacks(d -> d.stackName("Runs")).stacks().get(0).outputs().stream()
              .collect(Collectors.toMap(Output::outputKey, Output::outputValue));
      assertThat(made)
          .as(stacks.describeStackEvents(d -> d.stackName("Runs")).toString())
          .isNotEmpty();
      calls.make(new JsonClient(URI.create(url), service), made);
      return List.of();
    } finally {
      stacks.deleteStack(d -> d.stackName("Runs"));
      stacks.close();
    }
  }
}
