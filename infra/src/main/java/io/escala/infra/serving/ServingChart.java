package io.escala.infra.serving;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Everything that a release of the server consists of. */
final class ServingChart {
  static final String NAME = "escala-serving";
  static final String VERSION = "0.1.0";

  private ServingChart() {}

  /** The objects by the file of {@code templates/} that they are in. */
  static Map<String, List<HasMetadata>> templates() {
    Map<String, List<HasMetadata>> templates = new LinkedHashMap<>();
    templates.put("deployment.yaml", List.of(Server.deployment()));
    templates.put("scaling.yaml", List.of(Scaling.autoscaler(), Scaling.disruptionBudget()));
    List<HasMetadata> access = new ArrayList<>();
    access.add(Access.serviceAccount());
    access.addAll(Access.services());
    access.add(Access.ingress());
    templates.put("access.yaml", access);
    templates.put("network-policies.yaml", List.copyOf(Isolation.policies()));
    templates.put("checks.yaml", List.of(Checks.verify(), Checks.smoke()));
    return templates;
  }
}
