package io.escala.infra;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.ISecurityGroup;
import software.amazon.awscdk.services.ec2.ISubnet;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpoint;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointService;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.constructs.Construct;

/**
 * A network that an EMR 8 cluster starts in and that can be deleted afterwards: isolated subnets,
 * no internet gateway, no NAT gateway (from 32 USD a month each). S3 is reached through a gateway
 * endpoint, which is free, and EMR's control plane through the interface endpoint that {@code
 * emr-spark-8} asks for. EMR would create a missing endpoint or security group rule itself, but
 * never deletes one, and the VPC could then not be deleted.
 */
final class Network extends Construct {
  private static final List<Port> EVERYTHING =
      List.of(Port.allTcp(), Port.allUdp(), Port.allIcmp());

  private final List<String> subnetIds;
  private final SecurityGroup primary;
  private final SecurityGroup core;
  private final SecurityGroup serviceAccess;

  /**
   * @param zones how many availability zones to spread over
   */
  Network(Construct scope, String id, long zones) {
    super(scope, id);
    Vpc vpc =
        Vpc.Builder.create(this, "Vpc")
            // Taken from the region at deployment: with a fixed environment the CDK would ask AWS
            // at synthesis, and
            // without one it assumes that a region has two.
            .availabilityZones(
                IntStream.range(0, Math.toIntExact(zones))
                    .mapToObj(i -> Fn.select(i, Fn.getAzs()))
                    .toList())
            .subnetConfiguration(
                List.of(
                    SubnetConfiguration.builder()
                        .name("Isolated")
                        .subnetType(SubnetType.PRIVATE_ISOLATED)
                        .build()))
            .gatewayEndpoints(
                Map.of(
                    "S3",
                    GatewayVpcEndpointOptions.builder()
                        .service(GatewayVpcEndpointAwsService.S3)
                        .build()))
            // Would take a function with its own role and log group, to empty a group that nothing
            // here is in.
            .restrictDefaultSecurityGroup(false)
            .build();
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
        .subnets(SubnetSelection.builder().subnetType(SubnetType.PRIVATE_ISOLATED).build())
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

  private SecurityGroup securityGroup(Vpc vpc, String id, String description) {
    return SecurityGroup.Builder.create(this, id).vpc(vpc).description(description).build();
  }
}
