package io.escala.infra.serving;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Map;
import java.util.TreeMap;

/** Names and labels, so that selectors and what they select cannot differ. */
enum Labels {
  /** The replicas. */
  SERVER("server"),
  /** Asks new replicas what they were asked in training. */
  SMOKE("smoke"),
  /** Opens the models before replicas do. */
  VERIFY("verify");

  private static final String APPLICATION = "app.kubernetes.io/name";
  private static final String COMPONENT = "app.kubernetes.io/component";

  private final String component;

  Labels(String component) {
    this.component = component;
  }

  /** What a selector asks for; it never changes, for a Deployment's cannot. */
  Map<String, String> selector() {
    return Map.of(APPLICATION, Release.NAME, COMPONENT, component);
  }

  /** What an object carries. */
  Map<String, String> all() {
    Map<String, String> labels = new TreeMap<>(selector());
    labels.put("app.kubernetes.io/managed-by", "{{ .Release.Service }}");
    return labels;
  }

  ObjectMeta metadata(String name) {
    return new ObjectMetaBuilder().withName(name).withLabels(all()).build();
  }

  /** The name of an object that is this component's alone. */
  String objectName() {
    return Release.NAME + "-" + component;
  }
}
