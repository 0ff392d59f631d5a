package io.escala.localaws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.escala.localaws.cloudformation.ResourceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The endpoint's tables of what a change replaces, against CloudFormation's resource schemas. */
class ReplacementTableTest {
  @TempDir static Path folder;

  /** Without custom resources and the types of the CDK, which have no schema. */
  private static final Map<String, ResourceType> TYPES = new TreeMap<>();

  @BeforeAll
  static void types() {
    LocalAws.start(
            Options.of(folder, 0),
            List.of(),
            type -> {
              TYPES.put(type.name(), type);
              return type;
            })
        .close();
    TYPES.keySet().removeIf(n -> n.startsWith("Custom::") || n.startsWith("AWS::CDK::"));
  }

  @Test
  void replacesForNothingThatCloudFormationChangesInPlace() {
    // when
    List<String> wrong = new ArrayList<>();
    TYPES.forEach(
        (name, type) -> {
          Set<String> extra = new TreeSet<>(type.createOnly());
          extra.removeAll(ResourceSchemas.of(name).createOnly());
          extra.removeAll(ResourceSchemas.of(name).conditional());
          extra.forEach(property -> wrong.add(name + "." + property));
        });

    // then
    assertThat(wrong).isEmpty();
  }

  @Test
  void changesNothingInPlaceThatCloudFormationReplaces() throws IOException {
    // given
    Map<String, Set<String>> used = usedByTheApp();

    // when
    List<String> wrong = new ArrayList<>();
    TYPES.forEach(
        (name, type) -> {
          for (String property : ResourceSchemas.of(name).createOnly()) {
            boolean covered =
                type.createOnly().contains(property)
                    || type.createOnly().contains(property.replaceFirst("/.*", ""));
            if (used.getOrDefault(name, Set.of()).contains(property.replaceFirst("/.*", ""))
                && !covered) {
              wrong.add(name + "." + property);
            }
          }
        });

    // then
    assertThat(used).hasSizeGreaterThan(30);
    assertThat(wrong).isEmpty();
  }

  /** The properties of each type in the approved templates of the CDK app. */
  private static Map<String, Set<String>> usedByTheApp() throws IOException {
    Path approved =
        Path.of(System.getProperty("escala.root"), "infra", "src", "test", "resources", "approved");
    Map<String, Set<String>> used = new TreeMap<>();
    YAMLMapper yaml = new YAMLMapper();
    try (Stream<Path> files = Files.walk(approved)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        for (JsonNode resource : yaml.readTree(file.toFile()).path("Resources")) {
          Set<String> names =
              used.computeIfAbsent(resource.path("Type").asText(), t -> new TreeSet<>());
          resource.path("Properties").fieldNames().forEachRemaining(names::add);
        }
      }
    }
    return used;
  }
}
