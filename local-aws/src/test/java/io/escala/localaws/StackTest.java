package io.escala.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.ChangeSetType;
import software.amazon.awssdk.services.cloudformation.model.CloudFormationException;
import software.amazon.awssdk.services.cloudformation.model.DescribeChangeSetResponse;
import software.amazon.awssdk.services.cloudformation.model.Output;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;
import software.amazon.awssdk.services.s3.S3Client;

class StackTest {
  @TempDir Path folder;
  private LocalAws aws;
  private CloudFormationClient stacks;

  @BeforeEach
  void start() {
    aws =
        LocalAws.start(
            Options.of(folder.resolve("state"), 0), List.of(new FileType(folder.resolve("files"))));
    stacks = Clients.cloudFormation(aws.url());
  }

  @AfterEach
  void stop() {
    stacks.close();
    aws.close();
  }

  @Test
  void createsResourcesInTheOrderOfTheirNeedsAndGivesOutputs() throws Exception {
    // when
    create(
        "one",
        resources(
            "'B': {'Type': 'Test::File', 'Properties': {'Text': {'Fn::Sub': '${A} ${A.Text}'}}},"
                + "'A': {'Type': 'Test::File', 'Properties': {'Text': 'first'}}",
            "'Out': {'Value': {'Fn::GetAtt': ['B', 'Text']}, 'Description': 'd'}"));

    // then
    Stack stack = describe("one");
    assertThat(stack.stackStatusAsString()).isEqualTo("CREATE_COMPLETE");
    assertThat(stack.outputs()).extracting(Output::outputKey).containsExactly("Out");
    assertThat(stack.outputs().get(0).outputValue()).matches("one-A-[A-Z0-9]{12} first");
    assertThat(files()).hasSize(2);
    assertThat(events("one"))
        .containsExactly(
            "one CREATE_IN_PROGRESS",
            "A CREATE_IN_PROGRESS",
            "A CREATE_COMPLETE",
            "B CREATE_IN_PROGRESS",
            "B CREATE_COMPLETE",
            "one CREATE_COMPLETE");

    // when
    stacks.deleteStack(d -> d.stackName("one"));

    // then
    assertThat(files()).isEmpty();
    assertThatThrownBy(() -> describe("one")).hasMessageContaining("does not exist");
    assertThat(describe(stack.stackId()).stackStatusAsString()).isEqualTo("DELETE_COMPLETE");
  }

  @Test
  void changesInPlaceWhatCanBeAndReplacesTheRest() throws Exception {
    // given
    create(
        "one",
        resources(
            "'A': {'Type': 'Test::File', 'Properties': {'Kind': 'k', 'Text': '1'}},"
                + "'B': {'Type': 'Test::File', 'Properties': {'Text': {'Ref': 'A'}}},"
                + "'C': {'Type': 'Test::File'}"));
    String first = physicalId("one", "A");
    String second = physicalId("one", "B");

    // when only a text changes
    update(
        "one",
        resources(
            "'A': {'Type': 'Test::File', 'Properties': {'Kind': 'k', 'Text': '2'}},"
                + "'B': {'Type': 'Test::File', 'Properties': {'Text': {'Ref': 'A'}}}"));

    // then
    assertThat(physicalId("one", "A")).isEqualTo(first);
    assertThat(folder.resolve("files").resolve(first)).hasContent("2");
    assertThat(files()).hasSize(2);

    // when the kind changes
    update(
        "one",
        resources(
            "'A': {'Type': 'Test::File', 'Properties': {'Kind': 'other', 'Text': '2'}},"
                + "'B': {'Type': 'Test::File', 'Properties': {'Text': {'Ref': 'A'}}}"));

    // then
    assertThat(physicalId("one", "A")).isNotEqualTo(first);
    assertThat(physicalId("one", "B")).isEqualTo(second);
    assertThat(folder.resolve("files").resolve(second)).hasContent(physicalId("one", "A"));
    assertThat(files()).hasSize(2);
    assertThat(describe("one").stackStatusAsString()).isEqualTo("UPDATE_COMPLETE");
  }

  @Test
  void takesBackWhatAFailedCreationMade() throws Exception {
    // when
    create(
        "one",
        resources(
            "'A': {'Type': 'Test::File'},"
                + "'B': {'Type': 'Test::File', 'DependsOn': 'A', 'Properties': {'Fail': 'create'}},"
                + "'C': {'Type': 'Test::File', 'DependsOn': 'B'}"));

    // then
    assertThat(describe("one").stackStatusAsString()).isEqualTo("ROLLBACK_COMPLETE");
    assertThat(describe("one").stackStatusReason()).contains("[B]");
    assertThat(files()).isEmpty();
    assertThat(reasons("one")).contains("B: told to fail to create");
    assertThatThrownBy(() -> update("one", resources("'A': {'Type': 'Test::File'}")))
        .hasMessageContaining("is in ROLLBACK_COMPLETE state and can not be updated");
  }

  @Test
  void takesBackAFailedUpdate() throws Exception {
    // given
    String before =
        resources(
            "'A': {'Type': 'Test::File', 'Properties': {'Text': 'old'}},"
                + "'B': {'Type': 'Test::File', 'Properties': {'Kind': 'old'}},"
                + "'D': {'Type': 'Test::File', 'Properties': {'Text': 'old'}}");
    create("one", before);
    String a = physicalId("one", "A");
    String b = physicalId("one", "B");
    List<String> files = files();

    // when D fails after A was changed, B replaced, C made; and D itself is half changed
    update(
        "one",
        resources(
            "'A': {'Type': 'Test::File', 'Properties': {'Text': 'new'}},"
                + "'B': {'Type': 'Test::File', 'Properties': {'Kind': 'new'}},"
                + "'C': {'Type': 'Test::File'},"
                + "'D': {'Type': 'Test::File', 'DependsOn': ['A', 'B', 'C'],"
                + " 'Properties': {'Text': 'new', 'Fail': 'update'}}"));

    // then
    assertThat(describe("one").stackStatusAsString()).isEqualTo("UPDATE_ROLLBACK_COMPLETE");
    assertThat(files()).isEqualTo(files);
    assertThat(physicalId("one", "B")).isEqualTo(b);
    assertThat(folder.resolve("files").resolve(a)).hasContent("old");
    assertThat(folder.resolve("files").resolve(physicalId("one", "D"))).hasContent("old");
    assertThat(stacks.getTemplate(t -> t.stackName("one")).templateBody()).isEqualTo(before);

    // and the next update works
    update("one", resources("'A': {'Type': 'Test::File', 'Properties': {'Text': 'new'}}"));
    assertThat(describe("one").stackStatusAsString()).isEqualTo("UPDATE_COMPLETE");
    assertThat(files()).containsExactly(a);
  }

  @Test
  void tellsTheEventsOfOneDeploymentFromThoseOfAnother() {
    // given
    String good = resources("'A': {'Type': 'Test::File', 'Properties': {'Text': 'a'}}");
    create("one", good);
    for (String each : List.of("First", "Second")) {
      update(
          "one",
          resources(
              "'%s': {'Type': 'Test::File', 'Properties': {'Fail': 'create'}}".formatted(each)));
    }

    // when
    List<StackEvent> newestFirst =
        stacks.describeStackEvents(d -> d.stackName("one")).stackEvents();
    List<String> operations = newestFirst.stream().map(StackEvent::operationId).distinct().toList();

    // then: a creation, and two updates with what took each back
    assertThat(operations).hasSize(5).doesNotContainNull();
    assertThat(
            newestFirst.stream()
                .filter(event -> operations.subList(0, 2).contains(event.operationId()))
                .filter(event -> event.resourceStatusAsString().endsWith("FAILED"))
                .map(StackEvent::logicalResourceId))
        .containsExactly("Second");
  }

  @Test
  void saysWhatCannotBeDeletedAndDeletesTheRest() throws Exception {
    // given
    create(
        "one",
        resources(
            "'A': {'Type': 'Test::File'},"
                + "'B': {'Type': 'Test::File', 'DependsOn': 'A', 'Properties': {'Fail': 'delete'}},"
                + "'C': {'Type': 'Test::File'}"));

    // when
    stacks.deleteStack(d -> d.stackName("one"));

    // then
    assertThat(describe("one").stackStatusAsString()).isEqualTo("DELETE_FAILED");
    assertThat(describe("one").stackStatusReason()).contains("failed to delete: [B]");
    assertThat(files()).containsExactlyInAnyOrder(physicalId("one", "A"), physicalId("one", "B"));

    // when it is left to the user
    stacks.deleteStack(d -> d.stackName("one").retainResources("B"));

    // then
    assertThat(files()).hasSize(1).first().asString().startsWith("one-B-");
    assertThat(stacks.describeStacks().stacks()).isEmpty();
  }

  @Test
  void keepsWhatIsToBeRetained() throws Exception {
    // given
    create(
        "one",
        resources(
            "'A': {'Type': 'Test::File', 'DeletionPolicy': 'Retain', 'UpdateReplacePolicy':"
                + " 'Retain', 'Properties': {'Kind': '1'}}"));

    // when
    update(
        "one",
        resources(
            "'A': {'Type': 'Test::File', 'DeletionPolicy': 'Retain', 'UpdateReplacePolicy':"
                + " 'Retain', 'Properties': {'Kind': '2'}}"));
    stacks.deleteStack(d -> d.stackName("one"));

    // then
    assertThat(files()).hasSize(2);
    assertThat(stacks.describeStacks().stacks()).isEmpty();
  }

  @Test
  void tellsInAChangeSetWhatWillHappenAndTouchesNothing() throws Exception {
    // given
    create(
        "one",
        resources(
            "'A': {'Type': 'Test::File', 'Properties': {'Kind': '1'}},"
                + "'B': {'Type': 'Test::File', 'Properties': {'Kind': {'Ref': 'A'}}},"
                + "'C': {'Type': 'Test::File'},"
                + "'D': {'Type': 'Test::File', 'Properties': {'Text': '1'}}"));
    List<String> files = files();

    // when
    DescribeChangeSetResponse set =
        changeSet(
            "one",
            resources(
                "'A': {'Type': 'Test::File', 'Properties': {'Kind': '2'}},"
                    + "'B': {'Type': 'Test::File', 'Properties': {'Kind': {'Ref': 'A'}}},"
                    + "'D': {'Type': 'Test::File', 'Properties': {'Text': '2'}},"
                    + "'E': {'Type': 'Test::File'}"));

    // then
    assertThat(set.statusAsString()).isEqualTo("CREATE_COMPLETE");
    assertThat(set.changes())
        .extracting(
            c ->
                c.resourceChange().actionAsString()
                    + " "
                    + c.resourceChange().logicalResourceId()
                    + " "
                    + c.resourceChange().replacementAsString())
        .containsExactlyInAnyOrder(
            "Modify A True",
            "Modify B Conditional",
            "Modify D False",
            "Add E null",
            "Remove C null");
    assertThat(files()).isEqualTo(files);

    // when
    stacks.executeChangeSet(e -> e.stackName("one").changeSetName("changes"));

    // then
    assertThat(describe("one").stackStatusAsString()).isEqualTo("UPDATE_COMPLETE");
    assertThat(files()).hasSize(4);
    assertThat(stacks.listChangeSets(l -> l.stackName("one")).summaries()).isEmpty();
  }

  @Test
  void saysInAwsOwnWordsThatNothingChanges() {
    // given
    String template = resources("'A': {'Type': 'Test::File'}");
    create("one", template);

    // then
    DescribeChangeSetResponse set = changeSet("one", template);
    assertThat(set.statusAsString()).isEqualTo("FAILED");
    assertThat(set.statusReason()).startsWith("The submitted information didn't contain changes.");
    assertThatThrownBy(() -> update("one", template))
        .hasMessageContaining("No updates are to be performed.");
  }

  @Test
  void keepsAnExportWhileAnotherStackUsesIt() {
    // given
    String maker =
        resources(
            "'A': {'Type': 'Test::File', 'Properties': {'Text': '%s'}}",
            "'O': {'Value': {'Fn::GetAtt': ['A', 'Text']}, 'Export': {'Name': {'Fn::Sub':"
                + " '${AWS::StackName}:x'}}}");
    create("maker", maker.formatted("1"));
    create(
        "user",
        resources(
            "'A': {'Type': 'Test::File', 'Properties': {'Text': {'Fn::ImportValue': 'maker:x'}}}"));
    assertThat(stacks.listImports(l -> l.exportName("maker:x")).imports()).containsExactly("user");

    // when
    update("maker", maker.formatted("2"));
    stacks.deleteStack(d -> d.stackName("maker"));

    // then
    assertThat(reasons("maker"))
        .contains("maker: Cannot update export maker:x as it is in use by user");
    assertThat(describe("maker").stackStatusAsString()).isEqualTo("DELETE_FAILED");

    // when
    stacks.deleteStack(d -> d.stackName("user"));
    stacks.deleteStack(d -> d.stackName("maker"));

    // then
    assertThat(stacks.describeStacks().stacks()).isEmpty();
  }

  @Test
  void refusesBeforeItStartsWhatItDoesNotHandle() {
    assertThatThrownBy(() -> create("one", resources("'A': {'Type': 'AWS::Glue::Job'}")))
        .hasMessageContaining("[AWS::Glue::Job]");
    assertThatThrownBy(() -> create("one", resources("'A': {'Type': 'AWS::IAM::Role'}")))
        .hasMessageContaining("Requires capabilities : [CAPABILITY_IAM]");
    assertThat(stacks.describeStacks().stacks()).isEmpty();
  }

  @Test
  void failsAPropertyOrAttributeThatItDoesNotHandleByName() {
    // when
    create(
        "one",
        resources("'A': {'Type': 'AWS::SNS::Topic', 'Properties': {'DeliveryStatusLogging': 1}}"));
    create(
        "two",
        resources(
            "'A': {'Type': 'Test::File'},"
                + "'B': {'Type': 'Test::File', 'Properties': {'Text': {'Fn::GetAtt': ['A', 'Nix']}}}"));

    // then
    assertThat(reasons("one"))
        .contains(
            "A: local-aws does not handle the property AWS::SNS::Topic.DeliveryStatusLogging");
    assertThat(reasons("two"))
        .anyMatch(reason -> reason.contains("B: ") && reason.contains("has no attribute Nix"));
  }

  @Test
  void makesABucketThatGoesOnlyWhenItIsEmpty() {
    // given
    create(
        "One",
        resources(
            "'Data': {'Type': 'AWS::S3::Bucket', 'Properties': {'Tags': [{'Key': 'k', 'Value':"
                + " 'v'}]}}",
            "'Name': {'Value': {'Ref': 'Data'}}"));
    String bucket = describe("One").outputs().get(0).outputValue();
    assertThat(bucket).matches("one-data-[a-z0-9]{12}");
    try (S3Client s3 = Clients.s3(aws)) {
      assertThat(s3.getBucketTagging(b -> b.bucket(bucket)).tagSet()).hasSize(1);
      s3.putObject(o -> o.bucket(bucket).key("x"), RequestBody.fromString("x"));

      // when
      stacks.deleteStack(d -> d.stackName("One"));

      // then
      assertThat(describe("One").stackStatusAsString()).isEqualTo("DELETE_FAILED");
      assertThat(reasons("One")).anyMatch(reason -> reason.contains("not empty"));

      // when
      s3.deleteObject(o -> o.bucket(bucket).key("x"));
      stacks.deleteStack(d -> d.stackName("One"));

      // then
      assertThat(stacks.describeStacks().stacks()).isEmpty();
    }
  }

  @Test
  void remembersStacksOverARestart() throws Exception {
    // given
    create("one", resources("'A': {'Type': 'Test::File'}", "'O': {'Value': {'Ref': 'A'}}"));
    String output = describe("one").outputs().get(0).outputValue();

    // when
    stop();
    start();

    // then
    assertThat(describe("one").outputs().get(0).outputValue()).isEqualTo(output);
    update("one", resources("'A': {'Type': 'Test::File', 'Properties': {'Text': 'x'}}"));
    assertThat(physicalId("one", "A")).isEqualTo(output);
  }

  private void create(String name, String template) {
    stacks.createStack(c -> c.stackName(name).templateBody(template));
  }

  private void update(String name, String template) {
    stacks.updateStack(u -> u.stackName(name).templateBody(template));
  }

  private DescribeChangeSetResponse changeSet(String name, String template) {
    stacks.createChangeSet(
        c ->
            c.stackName(name)
                .changeSetName("changes")
                .changeSetType(ChangeSetType.UPDATE)
                .capabilities(Capability.CAPABILITY_NAMED_IAM)
                .templateBody(template));
    return stacks.describeChangeSet(d -> d.stackName(name).changeSetName("changes"));
  }

  private Stack describe(String name) throws CloudFormationException {
    return stacks.describeStacks(d -> d.stackName(name)).stacks().get(0);
  }

  private String physicalId(String stack, String logicalId) {
    return stacks
        .describeStackResource(d -> d.stackName(stack).logicalResourceId(logicalId))
        .stackResourceDetail()
        .physicalResourceId();
  }

  /** The oldest first. */
  private List<String> events(String stack) {
    return stacks.describeStackEvents(d -> d.stackName(stack)).stackEvents().stream()
        .sorted((a, b) -> a.timestamp().compareTo(b.timestamp()))
        .map(event -> event.logicalResourceId() + " " + event.resourceStatusAsString())
        .toList();
  }

  private List<String> reasons(String stack) {
    return stacks.describeStackEvents(d -> d.stackName(stack)).stackEvents().stream()
        .map(event -> event.logicalResourceId() + ": " + event.resourceStatusReason())
        .toList();
  }

  private List<String> files() throws IOException {
    if (!Files.exists(folder.resolve("files"))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder.resolve("files"))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String resources(String resources) {
    return "{'Resources': {".replace('\'', '"') + resources.replace('\'', '"') + "}}";
  }

  private static String resources(String resources, String outputs) {
    String all = resources(resources);
    return all.substring(0, all.length() - 1)
        + ", \"Outputs\": {"
        + outputs.replace('\'', '"')
        + "}}";
  }
}
