package io.escala.localaws.kubernetes;

import io.escala.localaws.cloudformation.ResourceProperties;
import java.util.List;
import java.util.Map;

/**
 * A Service as its document describes it.
 *
 * @param selector labels of the pods behind it
 * @param port its own port, which its name in the cluster is asked at
 * @param targetPort the name or number of the pods' port
 * @param headless whether its name leads to all its pods rather than to an address of its own
 */
record ServiceSpec(
    String namespace,
    String name,
    Map<String, String> selector,
    int port,
    String targetPort,
    boolean headless) {

  static ServiceSpec of(KubernetesObject object) {
    ResourceProperties fields = object.fields();
    ResourceProperties spec = object.spec(fields);
    String type = spec.text("type").orElse("ClusterIP");
    if (!type.equals("ClusterIP") && !type.equals("NodePort") && !type.equals("LoadBalancer")) {
      throw new IllegalArgumentException(
          spec.at() + ".type is " + type + ", which local-aws does not have");
    }
    List<ResourceProperties> ports = spec.objects("ports");
    if (ports.size() != 1) {
      throw new IllegalArgumentException(
          spec.at() + " has " + ports.size() + " ports; local-aws has Services with one");
    }
    ResourceProperties port = ports.get(0);
    port.recorded("name", "protocol", "appProtocol", "nodePort");
    if (!port.text("protocol").orElse("TCP").equals("TCP")) {
      throw new IllegalArgumentException(port.at() + ".protocol must be TCP");
    }
    Map<String, String> selector = spec.textMap("selector");
    if (selector.isEmpty()) {
      throw new IllegalArgumentException(
          spec.at() + " has no selector: local-aws has no endpoints but pods");
    }
    spec.recorded("ipFamilies", "ipFamilyPolicy", "internalTrafficPolicy", "trafficDistribution");
    String clusterIp = spec.text("clusterIP").orElse("");
    if (!clusterIp.isEmpty() && !clusterIp.equals("None")) {
      throw new IllegalArgumentException(
          spec.at() + ".clusterIP is " + clusterIp + "; local-aws gives addresses itself");
    }
    int number =
        port.integer("port")
            .orElseThrow(() -> new IllegalArgumentException(port.at() + " has no port"));
    ServiceSpec service =
        new ServiceSpec(
            object.namespace(),
            object.name(),
            selector,
            number,
            port.text("targetPort").orElse(Integer.toString(number)),
            clusterIp.equals("None"));
    fields.requireAllRead();
    return service;
  }

  /** Whether pods of this template stand behind the Service. */
  boolean selects(PodTemplate template) {
    return Selectors.match(selector, template.labels()) && template.container().hasPort(targetPort);
  }
}
