package io.escala.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One statement of any policy in a template: of a role, of what trusts it, of a bucket, a key, a
 * queue, a repository or a function.
 *
 * @param holder the role that may, or the resource that lets in: a logical id without its hash
 * @param who for a role's own policy the role, otherwise the principals
 * @param effect {@code Allow} or {@code Deny}
 * @param actions in alphabetical order; of a managed policy its name alone
 * @param resources what on; for trust the role itself
 * @param conditions as {@code operator key = value}
 */
record Permission(
    String stack,
    String holder,
    String who,
    String effect,
    List<String> actions,
    List<String> resources,
    List<String> conditions) {

  /** All of a template's, in its order of resources. */
  static List<Permission> of(String stack, Template template) {
    List<Permission> found = new ArrayList<>();
    template
        .all()
        .forEach(
            (id, resource) -> {
              JsonNode properties = resource.path("Properties");
              String own = Template.withoutHash(id);
              switch (resource.path("Type").asText()) {
                case "AWS::IAM::Policy" -> {
                  for (JsonNode role : properties.path("Roles")) {
                    String name = template.text(role).replaceAll("[${}]", "");
                    statements(found, stack, template, name, properties.path("PolicyDocument"), "");
                  }
                }
                case "AWS::IAM::Role" -> {
                  statements(
                      found,
                      stack,
                      template,
                      own,
                      properties.path("AssumeRolePolicyDocument"),
                      "the role itself");
                  for (JsonNode policy : properties.path("Policies")) {
                    statements(found, stack, template, own, policy.path("PolicyDocument"), "");
                  }
                  for (JsonNode arn : properties.path("ManagedPolicyArns")) {
                    found.add(
                        new Permission(
                            stack,
                            own,
                            own,
                            "Allow",
                            List.of(managed(template, arn)),
                            List.of("what the managed policy says"),
                            List.of()));
                  }
                }
                case "AWS::Lambda::Permission" ->
                    found.add(
                        new Permission(
                            stack,
                            own,
                            properties.path("Principal").asText(),
                            "Allow",
                            List.of(properties.path("Action").asText()),
                            List.of(text(template, properties.path("FunctionName"))),
                            properties.has("SourceArn")
                                ? List.of(
                                    "aws:SourceArn = "
                                        + text(template, properties.path("SourceArn")))
                                : List.of()));
                default -> {
                  String holder = own;
                  for (String owner : List.of("Bucket", "Queues", "Topics")) {
                    if (properties.has(owner)) {
                      JsonNode of = properties.path(owner);
                      holder =
                          template.text(of.isArray() ? of.path(0) : of).replaceAll("[${}]", "");
                    }
                  }
                  for (String document :
                      List.of("PolicyDocument", "KeyPolicy", "RepositoryPolicyText")) {
                    statements(found, stack, template, holder, properties.path(document), "itself");
                  }
                }
              }
            });
    return found;
  }

  /** How many documents with statements there are anywhere, to prove that none was overlooked. */
  static int documents(JsonNode node) {
    int count = node.path("Statement").isArray() && node.has("Version") ? 1 : 0;
    for (JsonNode child : node) {
      count += documents(child);
    }
    return count;
  }

  /** How many of them {@link #of} looks into. */
  static int policies(Template template) {
    int count = 0;
    for (JsonNode resource : template.all().values()) {
      JsonNode properties = resource.path("Properties");
      for (String document :
          List.of(
              "PolicyDocument", "KeyPolicy", "RepositoryPolicyText", "AssumeRolePolicyDocument")) {
        count += properties.has(document) ? 1 : 0;
      }
      count += properties.path("Policies").size();
    }
    return count;
  }

  private static void statements(
      List<Permission> found,
      String stack,
      Template template,
      String holder,
      JsonNode document,
      String defaultResource) {
    for (JsonNode statement : document.path("Statement")) {
      List<String> principals = new ArrayList<>();
      statement
          .path("Principal")
          .properties()
          .forEach(kind -> each(kind.getValue(), one -> principals.add(text(template, one))));
      List<String> actions = new ArrayList<>();
      each(statement.path("Action"), one -> actions.add(one.asText()));
      List<String> resources = new ArrayList<>();
      each(statement.path("Resource"), one -> resources.add(text(template, one)));
      found.add(
          new Permission(
              stack,
              holder,
              principals.isEmpty() ? holder : String.join(", ", principals),
              statement.path("Effect").asText(),
              actions.stream().sorted().toList(),
              resources.isEmpty() ? List.of(defaultResource) : resources,
              conditions(template, statement.path("Condition"))));
    }
  }

  private static List<String> conditions(Template template, JsonNode condition) {
    Map<String, String> sorted = new TreeMap<>();
    condition
        .properties()
        .forEach(
            operator ->
                operator
                    .getValue()
                    .properties()
                    .forEach(
                        key -> {
                          List<String> values = new ArrayList<>();
                          each(key.getValue(), one -> values.add(text(template, one)));
                          sorted.put(
                              operator.getKey() + " " + key.getKey(), String.join(" or ", values));
                        }));
    return sorted.entrySet().stream().map(one -> one.getKey() + " = " + one.getValue()).toList();
  }

  private static void each(JsonNode value, java.util.function.Consumer<JsonNode> consumer) {
    if (value.isArray()) {
      value.forEach(consumer);
    } else if (!value.isMissingNode()) {
      consumer.accept(value);
    }
  }

  private static String managed(Template template, JsonNode arn) {
    return text(template, arn).replaceFirst(".*:policy/", "");
  }

  /** As a person would write it; what no person would is left as JSON. */
  private static String text(Template template, JsonNode value) {
    try {
      return template.text(value);
    } catch (AssertionError notAText) {
      return value.toString();
    }
  }
}
