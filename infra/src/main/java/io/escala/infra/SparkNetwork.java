package io.escala.infra;

import io.escala.infra.config.OwnVpc;
import java.util.List;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.IInterfaceVpcEndpointService;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpoint;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAwsService;
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

  private final IVpc vpc;
  private final List<String> subnetIds;
  private final SecurityGroup primary;
  private final SecurityGroup core;
  private final ISecurityGroup serviceAccess;

  /**
   * @param shell whether Systems Manager reaches the machines
   */
  SparkNetwork(Construct scope, String id, Network network, boolean shell) {
    super(scope, id);
    vpc = network.in(Stack.of(this));
    subnetIds = vpc.getIsolatedSubnets().stream().map(ISubnet::getSubnetId).toList();

    serviceAccess =
        network
            .own()
            .flatMap(OwnVpc::serviceAccessGroup)
            .map(group -> SecurityGroup.fromSecurityGroupId(this, "ServiceAccess", group))
            .orElseGet(
                () -> endpointGroup("ServiceAccess", "EMR control plane", "the control plane"));
    primary = securityGroup("Primary", "EMR primary node");
    core = securityGroup("Core", "EMR core nodes");
    // Exactly what EMR would add. As resources of the stack they are revoked before the groups are
    // deleted; the groups
    // name each other, so rules that EMR added would block the deletion of both.
    for (SecurityGroup to : List.of(primary, core)) {
      for (SecurityGroup from : List.of(primary, core)) {
        EVERYTHING.forEach(port -> to.addIngressRule(from, port));
      }
    }

    if (!network.has(OwnVpc.Endpoint.EMR)) {
      endpoint(
          "EmrEndpoint",
          new InterfaceVpcEndpointService("aws.api." + Aws.REGION + ".emr-service-cell01", 443),
          serviceAccess);
    }
    boolean ssm = shell && !network.has(OwnVpc.Endpoint.SSM);
    boolean ssmMessages = shell && !network.has(OwnVpc.Endpoint.SSM_MESSAGES);
    if (ssm || ssmMessages) {
      ISecurityGroup group = endpointGroup("ShellAccess", "Systems Manager", "Systems Manager");
      if (ssm) {
        endpoint("SsmEndpoint", InterfaceVpcEndpointAwsService.SSM, group);
      }
      if (ssmMessages) {
        endpoint("SsmMessagesEndpoint", InterfaceVpcEndpointAwsService.SSM_MESSAGES, group);
      }
    }
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

  private ISecurityGroup endpointGroup(String id, String description, String what) {
    SecurityGroup group = securityGroup(id, description);
    group.addIngressRule(
        Peer.ipv4(vpc.getVpcCidrBlock()), Port.tcp(443), "the nodes reach " + what);
    return group;
  }

  private void endpoint(String id, IInterfaceVpcEndpointService service, ISecurityGroup group) {
    InterfaceVpcEndpoint.Builder.create(this, id)
        .vpc(vpc)
        .service(service)
        .privateDnsEnabled(true)
        .securityGroups(List.of(group))
        .open(false)
        .subnets(Network.ISOLATED)
        .build();
  }

  private SecurityGroup securityGroup(String id, String description) {
    return SecurityGroup.Builder.create(this, id).vpc(vpc).description(description).build();
  }
}
