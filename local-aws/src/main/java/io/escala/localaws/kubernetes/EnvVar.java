package io.escala.localaws.kubernetes;

import io.escala.localaws.cloudformation.ResourceProperties;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * A variable of a container's environment.
 *
 * @param value as written; {@code null} when it comes from the pod
 * @param field of the pod, for example {@code metadata.name}; {@code null} otherwise
 * @param resource of the container, for example {@code requests.cpu}; {@code null} otherwise
 * @param divisor the unit that {@code resource} is told in
 */
record EnvVar(String name, String value, String field, String resource, BigDecimal divisor) {

  static EnvVar of(ResourceProperties variable) {
    String name = variable.requireText("name");
    Optional<ResourceProperties> from = variable.object("valueFrom");
    if (from.isEmpty()) {
      return new EnvVar(name, variable.text("value").orElse(""), null, null, BigDecimal.ONE);
    }
    Optional<ResourceProperties> field = from.get().object("fieldRef");
    if (field.isPresent()) {
      field.get().recorded("apiVersion");
      return new EnvVar(name, null, field.get().requireText("fieldPath"), null, BigDecimal.ONE);
    }
    ResourceProperties resource =
        from.get()
            .object("resourceFieldRef")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        variable.at()
                            + " ("
                            + name
                            + ") takes its value from neither fieldRef nor resourceFieldRef"));
    resource.recorded("containerName");
    BigDecimal divisor = resource.text("divisor").map(Quantity::of).orElse(BigDecimal.ONE);
    return new EnvVar(
        name,
        null,
        null,
        resource.requireText("resource"),
        divisor.signum() == 0 ? BigDecimal.ONE : divisor);
  }
}
