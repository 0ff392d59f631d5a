package io.escala.localaws.conformity;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.localaws.Clients;
import io.escala.localaws.CodeZip;
import java.util.List;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetType;
import software.amazon.awssdk.services.cloudformation.model.Parameter;
import software.amazon.awssdk.services.cloudformation.model.Tag;
import software.amazon.awssdk.services.s3.S3Client;

/** A stack with everything that a stack can tell, and another that uses it. */
final class StackScenario {
  private static final String MAKER =
      """
      {"Description": "makes",
       "Parameters": {
         "Retention": {"Type": "Number", "Default": 7, "Description": "days"},
         "Secret": {"Type": "String", "Default": "s", "NoEcho": true},
         "Version": {"Type": "AWS::SSM::Parameter::Value<String>",
                     "Default": "/cdk-bootstrap/hnb659fds/version"}},
       "Resources": {
         "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
         "Logs": {"Type": "AWS::Logs::LogGroup", "Metadata": {"of": "%1$s"}, "Properties": {
           "LogGroupName": "logs-%1$s", "RetentionInDays": {"Ref": "Retention"}}},
         "Topic": {"Type": "AWS::SNS::Topic", "Properties": {
           "DisplayName": {"Fn::GetAtt": ["Logs", "Arn"]}}}},
       "Outputs": {"Role": {"Value": {"Ref": "Role"}, "Description": "the role",
                            "Export": {"Name": "the-role"}}}}
      """;

  private static final String USER =
      """
      {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {
        "DisplayName": {"Fn::ImportValue": "the-role"}}}}}
      """;

  private static final String FUNCTION =
      """
      {"Resources": {
        "Function": {"Type": "AWS::Lambda::Function", "Properties": {
          "Runtime": "nodejs22.x", "Handler": "index.handler", "Role": "arn:aws:iam::0:role/r",
          "Code": {"S3Bucket": "code-of-functions", "S3Key": "%s"}}},
        "Topic": {"Type": "AWS::SNS::Topic", "DependsOn": "Function", "Properties": {%s}}}}
      """;

  private static final String FAILS =
      """
      {"Resources": {"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"NoSuch": "property"}}}}
      """;

  private StackScenario() {}

  static List<Answer> run(String url) {
    try (CloudFormationClient stacks = Clients.client(CloudFormationClient.builder(), url);
        S3Client s3 = Clients.client(S3Client.builder(), url)) {
      stacks.validateTemplate(v -> v.templateBody(MAKER.formatted("1")));
      changeSet(stacks, ChangeSetType.CREATE, "first", "1");
      look(stacks, "Maker");
      stacks.executeChangeSet(e -> e.stackName("Maker").changeSetName("first"));
      stacks.createStack(c -> c.stackName("User").templateBody(USER));
      stacks.createStack(c -> c.stackName("Fails").templateBody(FAILS));
      changeSet(stacks, ChangeSetType.UPDATE, "second", "2");
      stacks.listChangeSets(l -> l.stackName("Maker"));
      stacks.deleteChangeSet(d -> d.stackName("Maker").changeSetName("second"));
      stacks.updateStack(
          u ->
              u.stackName("Maker")
                  .templateBody(MAKER.formatted("3"))
                  .capabilities(Capability.CAPABILITY_IAM));
      stacks.updateTerminationProtection(
          u -> u.stackName("Maker").enableTerminationProtection(false));
      List.of("Maker", "User", "Fails").forEach(stack -> look(stacks, stack));
      stacks.listExports();
      stacks.listImports(l -> l.exportName("the-role"));
      stacks.describeStacks();
      String id = stacks.describeStacks(d -> d.stackName("User")).stacks().get(0).stackId();
      stacks.deleteStack(d -> d.stackName("User"));
      look(stacks, id);
      stacks.listStacks();
      rollBackThatFails(stacks, s3);
      stacks.deleteStack(d -> d.stackName("Maker"));
      stacks.deleteStack(d -> d.stackName("Fails"));
    }
    return List.of();
  }

  private static void changeSet(
      CloudFormationClient stacks, ChangeSetType type, String name, String version) {
    stacks.createChangeSet(
        c ->
            c.stackName("Maker")
                .changeSetName(name)
                .changeSetType(type)
                .description("a change")
                .capabilities(Capability.CAPABILITY_IAM)
                .tags(Tag.builder().key("project").value("escala").build())
                .parameters(
                    Parameter.builder().parameterKey("Retention").parameterValue("14").build())
                .templateBody(MAKER.formatted(version)));
    stacks.describeChangeSet(d -> d.stackName("Maker").changeSetName(name));
  }

  private static void look(CloudFormationClient stacks, String stack) {
    stacks.describeStacks(d -> d.stackName(stack));
    stacks.describeStackEvents(d -> d.stackName(stack));
    stacks.listStackResources(l -> l.stackName(stack));
    stacks
        .describeStackResources(d -> d.stackName(stack))
        .stackResources()
        .forEach(
            resource ->
                stacks.describeStackResource(
                    d -> d.stackName(stack).logicalResourceId(resource.logicalResourceId())));
    stacks.getTemplate(g -> g.stackName(stack));
  }

  /** The code of before is gone when it is wanted back; once it is there again, all goes on. */
  private static void rollBackThatFails(CloudFormationClient stacks, S3Client s3) {
    s3.createBucket(c -> c.bucket("code-of-functions"));
    put(s3, "1.zip");
    put(s3, "2.zip");
    stacks.createStack(c -> c.stackName("Code").templateBody(FUNCTION.formatted("1.zip", "")));
    s3.deleteObject(d -> d.bucket("code-of-functions").key("1.zip"));
    stacks.updateStack(
        u ->
            u.stackName("Code")
                .templateBody(FUNCTION.formatted("2.zip", "\"NoSuch\": \"property\"")));
    look(stacks, "Code");
    put(s3, "1.zip");
    stacks.continueUpdateRollback(c -> c.stackName("Code"));
    assertThat(
            stacks.describeStacks(d -> d.stackName("Code")).stacks().get(0).stackStatusAsString())
        .isEqualTo("UPDATE_ROLLBACK_COMPLETE");
    look(stacks, "Code");
    stacks.deleteStack(d -> d.stackName("Code"));
  }

  private static void put(S3Client s3, String key) {
    s3.putObject(
        p -> p.bucket("code-of-functions").key(key),
        RequestBody.fromBytes(CodeZip.of("'" + key + "'")));
  }
}
