package io.escala.infra.serving;

import static io.escala.infra.serving.ChartValue.CALLERS;
import static io.escala.infra.serving.ChartValue.PORT;
import static io.escala.infra.serving.ChartValue.PROTOCOL;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPath;
import io.fabric8.kubernetes.api.model.networking.v1.HTTPIngressPathBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.IngressBuilder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** How requests find the replicas, and as whom the replicas ask for models. */
final class Access {
  /** The name that stands for the address of each ready pod rather than for one of them all. */
  static final String PODS = Release.NAME + "-pods";

  private Access() {}

  /** An association with an IAM role gives it rights. */
  static ServiceAccount serviceAccount() {
    return new ServiceAccountBuilder()
        .withMetadata(Labels.SERVER.metadata(Release.SERVICE_ACCOUNT))
        .withAutomountServiceAccountToken(false)
        .build();
  }

  static Service service() {
    return service(Release.NAME, null);
  }

  static Service pods() {
    return service(PODS, "None");
  }

  private static Service service(String name, String address) {
    return new ServiceBuilder()
        .withMetadata(Labels.SERVER.metadata(name))
        .withNewSpec()
        .withType("ClusterIP")
        .withClusterIP(address)
        .withSelector(new TreeMap<>(Labels.SERVER.selector()))
        .addNewPort()
        .withName(Server.PORT_NAME)
        .withPort(address == null ? 80 : Server.PORT)
        .withTargetPort(new IntOrString(Server.PORT_NAME))
        .endPort()
        .endSpec()
        .build();
  }

  /** The load balancer. Its scheme and certificate are the class's. */
  static Ingress ingress() {
    return new IngressBuilder()
        .withMetadata(
            new ObjectMetaBuilder(Labels.SERVER.metadata(Release.NAME))
                .withAnnotations(
                    new TreeMap<>(
                        Map.of(
                            annotation("target-type"), "ip",
                            annotation("listen-ports"),
                                "[{\"" + PROTOCOL.text() + "\": " + PORT.text() + "}]",
                            // Otherwise its security group lets everybody in
                            annotation("inbound-cidrs"), CALLERS.text(),
                            annotation("healthcheck-path"), "/v2/health/ready",
                            annotation("healthcheck-interval-seconds"), "5",
                            annotation("healthcheck-timeout-seconds"), "2",
                            annotation("healthy-threshold-count"), "2",
                            annotation("unhealthy-threshold-count"), "2",
                            annotation("target-group-attributes"),
                                "deregistration_delay.timeout_seconds=30")))
                .build())
        .withNewSpec()
        .withIngressClassName(Release.INGRESS_CLASS)
        .addNewRule()
        .withNewHttp()
        // Everything but /metrics, which is not for callers
        .withPaths(
            path("/", "Exact"),
            path("/classify_digit", "Exact"),
            path("/models", "Prefix"),
            path("/page", "Prefix"),
            path("/v1", "Prefix"),
            path("/v2", "Prefix"))
        .endHttp()
        .endRule()
        .endSpec()
        .build();
  }

  private static HTTPIngressPath path(String path, String type) {
    return new HTTPIngressPathBuilder()
        .withPath(path)
        .withPathType(type)
        .withNewBackend()
        .withNewService()
        .withName(Release.NAME)
        .withNewPort()
        .withName(Server.PORT_NAME)
        .endPort()
        .endService()
        .endBackend()
        .build();
  }

  private static String annotation(String name) {
    return "alb.ingress.kubernetes.io/" + name;
  }

  static List<Service> services() {
    return List.of(service(), pods());
  }
}
