package io.escala.infra.serving;

import static io.escala.infra.serving.ChartValue.VPC_CIDR;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.List;

/** Who may talk to whom: nobody, but for what stands here. */
final class Isolation {
  /** Where EKS's agent for Pod Identity answers, on each machine. */
  private static final String POD_IDENTITY = "169.254.170.23/32";

  private Isolation() {}

  static List<NetworkPolicy> policies() {
    return List.of(nothing(), models(), requests(), smoke());
  }

  private static NetworkPolicy nothing() {
    return new NetworkPolicyBuilder()
        .withMetadata(Labels.SERVER.metadata(Release.NAME + "-default-deny"))
        .withNewSpec()
        .withPodSelector(new LabelSelector())
        .withPolicyTypes("Ingress", "Egress")
        .endSpec()
        .build();
  }

  /** Every pod reads models: names, credentials, S3. */
  private static NetworkPolicy models() {
    return new NetworkPolicyBuilder()
        .withMetadata(Labels.SERVER.metadata(Release.NAME + "-models"))
        .withNewSpec()
        .withPodSelector(new LabelSelector())
        .withPolicyTypes("Egress")
        .addNewEgress()
        // By port only: on Auto Mode the name server is no pod but a part of the machine
        .withPorts(port("UDP", 53), port("TCP", 53))
        .endEgress()
        .addNewEgress()
        .addNewTo()
        .withNewIpBlock()
        .withCidr(POD_IDENTITY)
        .endIpBlock()
        .endTo()
        .withPorts(port("TCP", 80))
        .endEgress()
        .addNewEgress()
        // By port only: S3's addresses are many and change. The subnets have a way to S3's endpoint
        // and none to the internet.
        .withPorts(port("TCP", 443))
        .endEgress()
        .endSpec()
        .build();
  }

  /** The load balancer has addresses of its own in the VPC; so have Prometheus and the kubelets. */
  private static NetworkPolicy requests() {
    return new NetworkPolicyBuilder()
        .withMetadata(Labels.SERVER.metadata(Release.NAME + "-requests"))
        .withNewSpec()
        .withPodSelector(selector(Labels.SERVER))
        .withPolicyTypes("Ingress")
        .addNewIngress()
        .addNewFrom()
        .withNewIpBlock()
        .withCidr(VPC_CIDR.text())
        .endIpBlock()
        .endFrom()
        .addNewFrom()
        .withPodSelector(selector(Labels.SMOKE))
        .endFrom()
        .withPorts(port("TCP", Server.PORT))
        .endIngress()
        .endSpec()
        .build();
  }

  private static NetworkPolicy smoke() {
    return new NetworkPolicyBuilder()
        .withMetadata(Labels.SMOKE.metadata(Labels.SMOKE.objectName()))
        .withNewSpec()
        .withPodSelector(selector(Labels.SMOKE))
        .withPolicyTypes("Egress")
        .addNewEgress()
        .addNewTo()
        .withPodSelector(selector(Labels.SERVER))
        .endTo()
        .withPorts(port("TCP", Server.PORT))
        .endEgress()
        .endSpec()
        .build();
  }

  private static LabelSelector selector(Labels labels) {
    return new LabelSelectorBuilder().withMatchLabels(labels.selector()).build();
  }

  private static NetworkPolicyPort port(String protocol, int number) {
    return new NetworkPolicyPort(null, new IntOrString(number), protocol);
  }
}
