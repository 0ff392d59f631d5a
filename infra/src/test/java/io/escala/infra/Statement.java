package io.escala.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** One statement of a role's own policies. */
record Statement(String policy, List<String> actions, List<String> resources, JsonNode condition) {

  static List<Statement> of(Template template) {
    List<Statement> statements = new ArrayList<>();
    template
        .resources("AWS::IAM::Policy")
        .forEach(
            (id, policy) -> add(template, id, policy.at("/Properties/PolicyDocument"), statements));
    template
        .resources("AWS::IAM::Role")
        .forEach(
            (id, role) ->
                role.at("/Properties/Policies")
                    .forEach(
                        policy -> add(template, id, policy.path("PolicyDocument"), statements)));
    return statements;
  }

  private static void add(
      Template template, String id, JsonNode document, List<Statement> statements) {
    document
        .path("Statement")
        .forEach(
            statement ->
                statements.add(
                    new Statement(
                        id.replaceFirst("DefaultPolicy.*|[0-9A-F]{8}$", ""),
                        template.texts(statement.path("Action")),
                        template.texts(statement.path("Resource")),
                        statement.path("Condition"))));
  }
}
