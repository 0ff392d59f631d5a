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
            (id, policy) ->
                policy
                    .at("/Properties/PolicyDocument/Statement")
                    .forEach(
                        statement ->
                            statements.add(
                                new Statement(
                                    id.replaceFirst("DefaultPolicy.*|[0-9A-F]{8}$", ""),
                                    template.texts(statement.path("Action")),
                                    template.texts(statement.path("Resource")),
                                    statement.path("Condition")))));
    return statements;
  }
}
