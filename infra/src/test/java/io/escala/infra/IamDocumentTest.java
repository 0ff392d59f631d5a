package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Keeps {@code docs/iam.md}; why a statement is there stands in {@code iam-reasons.yaml}. */
class IamDocumentTest {
  private static final String HEAD =
      """
      # Who may do what

      Every statement of every policy in the templates, of each configuration that adds one: of roles and of what trusts
      them, of buckets, keys, queues, repositories and functions. Written by `IamDocumentTest` from the templates
      themselves. A statement without a reason in `infra/src/test/resources/iam-reasons.yaml`, a reason without a
      statement, or a difference to this file fails the build. After a change:

      ```sh
      %s
      ```

      `${Bucket.Arn}` is the resource of that name in the templates, `<hash>` the content of a file that travels with
      them. "Itself" is the resource that carries the policy.
      """
          .formatted(Approved.command());

  private final List<Permission> permissions =
      Variation.all().stream().flatMap(IamDocumentTest::of).distinct().toList();

  @Test
  void shouldListEveryStatementWithItsReason() throws IOException {
    // given
    List<Reason> reasons = reasons();
    Map<String, List<String>> stacks = new LinkedHashMap<>();
    List<String> mistakes = new ArrayList<>();
    Set<Reason> used = new LinkedHashSet<>();

    // when
    for (Permission permission : permissions) {
      List<Reason> fitting = reasons.stream().filter(reason -> reason.fits(permission)).toList();
      used.addAll(fitting);
      if (fitting.size() != 1) {
        mistakes.add(fitting.size() + " reasons for " + permission);
        continue;
      }
      stacks
          .computeIfAbsent(permission.stack(), stack -> new ArrayList<>())
          .add(row(permission, fitting.get(0)));
    }
    reasons.stream()
        .filter(reason -> !used.contains(reason))
        .forEach(reason -> mistakes.add("no statement for " + reason));

    // then
    assertThat(mistakes).as("statements and reasons that do not belong together").isEmpty();
    Approved.verify(
        "docs/iam.md",
        HEAD
            + stacks.entrySet().stream()
                .map(
                    stack ->
                        "\n## "
                            + stack.getKey()
                            + "\n\n| who | may | on | only if | why |\n| --- | --- | --- | --- | --- |\n"
                            + String.join("\n", stack.getValue())
                            + "\n")
                .collect(Collectors.joining()));
  }

  @Test
  void shouldOverlookNoPolicy() {
    for (Variation variation : Variation.all()) {
      variation
          .templates()
          .forEach(
              (stack, template) ->
                  assertThat(Permission.documents(template.root()))
                      .as("policies in %s with %s", stack, variation.name())
                      .isEqualTo(Permission.policies(template)));
    }
  }

  private static java.util.stream.Stream<Permission> of(Variation variation) {
    return variation.templates().entrySet().stream()
        .flatMap(stack -> Permission.of(stack.getKey(), stack.getValue()).stream());
  }

  private static String row(Permission permission, Reason reason) {
    return List.of(
            "`" + permission.who() + "`",
            (permission.effect().equals("Deny") ? "**never** " : "") + codes(permission.actions()),
            permission.resources().size() == 1
                    && !permission.resources().get(0).contains("$")
                    && permission.resources().get(0).contains(" ")
                ? permission.resources().get(0)
                : codes(permission.resources()),
            codes(permission.conditions()),
            reason.why())
        .stream()
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  private static String codes(List<String> texts) {
    return texts.stream()
        .map(text -> "`" + text.replace("|", "\\|") + "`")
        .collect(Collectors.joining(", "));
  }

  private static List<Reason> reasons() throws IOException {
    try (InputStream in = IamDocumentTest.class.getResourceAsStream("/iam-reasons.yaml")) {
      List<Reason> reasons = new ArrayList<>();
      new YAMLMapper()
          .readTree(in)
          .properties()
          .forEach(
              holder ->
                  holder.getValue().forEach(one -> reasons.add(Reason.of(holder.getKey(), one))));
      return reasons;
    }
  }

  /**
   * @param holder the permission's stack and holder, with a dot between them
   * @param actions exactly the statement's, or a managed policy
   * @param on part of a resource, of the principal or of a condition, where one holder has the same
   *     actions twice
   */
  private record Reason(String holder, Set<String> actions, String on, String why) {
    static Reason of(String holder, JsonNode reason) {
      Set<String> actions =
          new LinkedHashSet<>(List.of(reason.path("may").asText().split("[ ,]+")));
      assertThat(reason.path("why").asText()).as("the reason of %s", reason).isNotBlank();
      return new Reason(holder, actions, reason.path("on").asText(), reason.path("why").asText());
    }

    boolean fits(Permission permission) {
      return holder.equals(permission.stack() + "." + permission.holder())
          && actions.equals(new LinkedHashSet<>(permission.actions()))
          && (permission.who() + permission.resources() + permission.conditions()).contains(on);
    }
  }
}
