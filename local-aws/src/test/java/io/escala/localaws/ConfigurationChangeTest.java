package io.escala.localaws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.Capability;
import software.amazon.awssdk.services.cloudformation.model.StackEvent;

/**
 * A change of each configuration key of the CDK app, there and back: what the endpoint changes in
 * place, replaces and leaves alone is what CloudFormation's resource schemas say. The templates are
 * those that infra's ConfigurationChangesTest writes.
 */
class ConfigurationChangeTest {
  private static final Path CHANGES =
      Path.of(System.getProperty("escala.root"), "infra", "target", "configuration-changes");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** In the order of their needs. */
  private static final List<String> STACKS =
      List.of(
          "EscalaStorage",
          "EscalaNetwork",
          "EscalaSpark",
          "EscalaInference",
          "EscalaKubernetes",
          "EscalaServing",
          "EscalaKubeflow");

  /**
   * The subnets of three zones have other addresses than those of two, so they are replaced, and
   * EscalaSpark uses them: docs/configuration.md says what to do.
   */
  private static final Set<String> REFUSED = Set.of("network.vpcId", "network.zones");

  private static final String NEW_ONE = "Requested update requires the creation of a new physical";

  /** Those that are there, by the templates that they are made of. */
  private static final Map<Map<String, JsonNode>, DeployedApp> DEPLOYED = new LinkedHashMap<>();

  @TempDir static Path folder;
  private DeployedApp app;

  @AfterAll
  static void stop() {
    DEPLOYED.values().forEach(DeployedApp::close);
  }

  static List<String> keys() throws IOException {
    if (!Files.isDirectory(CHANGES)) {
      return List.of("none");
    }
    try (Stream<Path> keys = Files.list(CHANGES)) {
      return keys.map(key -> key.getFileName().toString()).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("keys")
  void doesToEachResourceWhatCloudFormationWould(String key) throws Exception {
    // given
    assumeTrue(
        Files.isDirectory(CHANGES),
        "infra's ConfigurationChangesTest writes the templates: mvn verify");
    Map<String, JsonNode> before = templates(key, "before");
    Map<String, JsonNode> after = templates(key, "after");
    app = DEPLOYED.get(before);
    if (app == null) {
      app = new DeployedApp(folder.resolve(key), templatesWith(before));
      before.forEach(this::create);
    }
    DEPLOYED.remove(before); // no longer as it was, if this fails
    try {
      // then
      boolean refused = change(before, after);
      assertThat(refused).as("refused by CloudFormation").isEqualTo(REFUSED.contains(key));
      if (!refused) {
        assertThat(change(after, before)).as("refused on the way back").isFalse();
      }
      DEPLOYED.put(before, app);
    } finally {
      if (!DEPLOYED.containsKey(before)) {
        app.close();
      }
    }
  }

  /** All templates of the changes that begin with these. */
  private static List<JsonNode> templatesWith(Map<String, JsonNode> before) throws IOException {
    List<JsonNode> all = new ArrayList<>(before.values());
    for (String key : keys()) {
      if (templates(key, "before").equals(before)) {
        all.addAll(templates(key, "after").values());
      }
    }
    return all;
  }

  /**
   * Deploys other templates, after the deletion of stacks that are not among them: cdk deploy does
   * not delete them, and what they import could not change.
   *
   * @return whether CloudFormation refuses one of them, because another stack uses what it exports
   */
  private boolean change(Map<String, JsonNode> from, Map<String, JsonNode> to) {
    CloudFormationClient stacks = app.stacks();
    List<String> gone = new ArrayList<>(from.keySet());
    gone.removeAll(to.keySet());
    for (int i = gone.size() - 1; i >= 0; i--) {
      String name = gone.get(i);
      stacks.deleteStack(d -> d.stackName(name));
    }
    Set<String> imports = new TreeSet<>();
    from.forEach(
        (name, template) -> {
          if (to.containsKey(name)) {
            imports.addAll(template.findValuesAsText("Fn::ImportValue"));
          }
        });
    for (Map.Entry<String, JsonNode> stack : to.entrySet()) {
      String name = stack.getKey();
      JsonNode before = from.get(name);
      JsonNode after = stack.getValue();
      if (before == null) {
        create(name, after);
      } else if (!after.equals(before)) {
        Set<String> inUse = Fate.brokenExports(before, after);
        inUse.retainAll(imports);
        if (!inUse.isEmpty()) {
          isRefused(stacks, name, after, inUse);
          return true;
        }
        change(stacks, name, before, after);
      }
    }
    return false;
  }

  private static void isRefused(
      CloudFormationClient stacks, String name, JsonNode template, Set<String> inUse) {
    // given
    Map<String, String> ids = physicalIds(stacks, name);

    // when
    update(stacks, name, template);

    // then
    requireStatus(stacks, name, "UPDATE_ROLLBACK_COMPLETE");
    assertThat(stacks.describeStacks(d -> d.stackName(name)).stacks().get(0).stackStatusReason())
        .contains("as it is in use by")
        .matches(reason -> inUse.stream().anyMatch(reason::contains));
    assertThat(physicalIds(stacks, name)).isEqualTo(ids);
  }

  private static void change(CloudFormationClient stacks, String name, JsonNode from, JsonNode to) {
    // given
    Map<String, Fate> expected = Fate.of(from, to);
    assertThat(Fate.refused(from, to))
        .as("what CloudFormation refuses: a custom-named resource that requires replacing")
        .isEmpty();
    Map<String, String> ids = physicalIds(stacks, name);
    int events = events(stacks, name).size();

    // when
    update(stacks, name, to);

    // then
    requireStatus(stacks, name, "UPDATE_COMPLETE");
    List<StackEvent> all = events(stacks, name);
    Map<String, Fate> seen = seen(all.subList(0, all.size() - events), expected.keySet());
    Map<String, String> wrong = new TreeMap<>();
    expected.forEach(
        (id, fate) -> {
          if (!fate.allows(seen.get(id))) {
            wrong.put(id, seen.get(id) + ", not " + fate);
          }
        });
    assertThat(wrong).as("fates of resources in " + name).isEmpty();
    physicalIds(stacks, name)
        .forEach(
            (id, physicalId) -> {
              if (seen.get(id) == Fate.CHANGED_IN_PLACE || seen.get(id) == Fate.LEFT_ALONE) {
                assertThat(physicalId).as(id).isEqualTo(ids.get(id));
              }
            });
  }

  private static void update(CloudFormationClient stacks, String name, JsonNode template) {
    stacks.updateStack(
        u ->
            u.stackName(name)
                .templateBody(template.toString())
                .capabilities(Capability.CAPABILITY_NAMED_IAM));
  }

  /** What the events tell, the newest of which is first. */
  private static Map<String, Fate> seen(List<StackEvent> events, Set<String> ids) {
    Map<String, Fate> seen = new TreeMap<>();
    ids.forEach(id -> seen.put(id, Fate.LEFT_ALONE));
    for (int i = events.size() - 1; i >= 0; i--) {
      StackEvent event = events.get(i);
      String id = event.logicalResourceId();
      if (!ids.contains(id)) {
        continue;
      }
      Fate before = seen.get(id);
      switch (event.resourceStatusAsString()) {
        case "UPDATE_IN_PROGRESS" ->
            seen.put(
                id,
                String.valueOf(event.resourceStatusReason()).startsWith(NEW_ONE)
                    ? Fate.REPLACED
                    : Fate.CHANGED_IN_PLACE);
        case "CREATE_IN_PROGRESS" -> {
          if (before != Fate.REPLACED) {
            seen.put(id, Fate.ADDED);
          }
        }
        case "DELETE_IN_PROGRESS", "DELETE_SKIPPED" -> {
          if (before == Fate.LEFT_ALONE) {
            seen.put(id, Fate.REMOVED);
          }
        }
        default -> {
          // its end says nothing more
        }
      }
    }
    return seen;
  }

  private void create(String name, JsonNode template) {
    CloudFormationClient stacks = app.stacks();
    stacks.createStack(
        c ->
            c.stackName(name)
                .templateBody(template.toString())
                .capabilities(Capability.CAPABILITY_NAMED_IAM));
    requireStatus(stacks, name, "CREATE_COMPLETE");
  }

  private static void requireStatus(CloudFormationClient stacks, String name, String status) {
    assertThat(stacks.describeStacks(d -> d.stackName(name)).stacks().get(0).stackStatusAsString())
        .as(
            () ->
                name
                    + events(stacks, name).stream()
                        .filter(event -> event.resourceStatusReason() != null)
                        .map(
                            event ->
                                "\n"
                                    + event.logicalResourceId()
                                    + " "
                                    + event.resourceStatusAsString()
                                    + " "
                                    + event.resourceStatusReason())
                        .toList())
        .isEqualTo(status);
  }

  private static List<StackEvent> events(CloudFormationClient stacks, String name) {
    return stacks.describeStackEvents(d -> d.stackName(name)).stackEvents();
  }

  private static Map<String, String> physicalIds(CloudFormationClient stacks, String name) {
    Map<String, String> ids = new TreeMap<>();
    stacks
        .describeStackResources(d -> d.stackName(name))
        .stackResources()
        .forEach(each -> ids.put(each.logicalResourceId(), each.physicalResourceId()));
    return ids;
  }

  private static Map<String, JsonNode> templates(String key, String when) throws IOException {
    Map<String, JsonNode> templates = new LinkedHashMap<>();
    for (String stack : STACKS) {
      Path file = CHANGES.resolve(key).resolve(when).resolve(stack + ".json");
      if (Files.exists(file)) {
        templates.put(stack, JSON.readTree(file.toFile()));
      }
    }
    return templates;
  }
}
