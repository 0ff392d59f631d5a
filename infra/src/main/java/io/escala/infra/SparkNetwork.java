package io.escala.infra;

import java.util.List;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpoint;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointService;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.constructs.Construct;

/**
 * What an EMR 8 cluster needs in the VPC so that it starts there and the VPC can be deleted
 * afterwards: the interface endpoint that {@code emr-spark-8} asks for to reach its control plane,
 * and its security groups. EMR would create a missing endpoint or security group rule itself, but
 * never deletes one.
 */
final class SparkNetwork extends Construct {
  private static final List<Port> EVERYTHING =
      List.of(Port.allTcp(), Port.allUdp(), Port.allIcmp());

  private final List<String> subnetIds;
  private final SecurityGroup primary;
  private final SecurityGroup core;
  private final SecurityGroup serviceAccess;

  SparkNetwork(Construct scope, String id, IVpc vpc) {
    super(scope, id);
    subnetIds = vpc.getIsolatedSubnets().stream().map(ISubnet::getSubnetId).toList();

    serviceAccess = securityGroup(vpc, "ServiceAccess", "EMR control plane");
    serviceAccess.addIngressRule(
        Peer.ipv4(vpc.getVpcCidrBlock()), Port.tcp(443), "the nodes reach the control plane");
    primary = securityGroup(vpc, "Primary", "EMR primary node");
    core = securityGroup(vpc, "Core", "EMR core nodes");
    // Exactly what EMR would add. As resources of the stack they are revoked before the groups are
    // deleted; the groups
    // name each other, so rules that EMR added would block the deletion of both.
    for (SecurityGroup to : List.of(primary, core)) {
      for (SecurityGroup from : List.of(primary, core)) {
        EVERYTHING.forEach(port -> to.addIngressRule(from, port));
      }
    }

    InterfaceVpcEndpoint.Builder.create(this, "EmrEndpoint")
        .vpc(vpc)
        .service(
            new InterfaceVpcEndpointService("aws.api." + Aws.REGION + ".emr-service-cell01", 443))
        .privateDnsEnabled(true)
        .securityGroups(List.of(serviceAccess))
        .open(false)
        .subnets(NetworkStack.ISOLATED)
        .build();
  }

  /** One subnet a zone; EMR picks one of them for a cluster. */
  List<String> subnetIds() {
    return subnetIds;
  }

  ISecurityGroup primary() {
    return primary;
  }

  ISecurityGroup core() {
    return core;
  }

  ISecurityGroup serviceAccess() {
    return serviceAccess;
  }

  private SecurityGroup securityGroup(IVpc vpc, String id, String description) {
    return SecurityGroup.Builder.create(this, id).vpc(vpc).description(description).build();
  }
}
