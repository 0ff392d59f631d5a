package io.escala.infra;

import static java.util.Objects.requireNonNull;

import io.escala.infra.config.NetworkConfig;
import io.escala.infra.config.OwnVpc;
import java.util.Optional;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.ec2.VpcAttributes;
import software.constructs.Construct;

/**
 * Where Spark and Kubernetes are: in a VPC that we make, or in one of the user's, of which the
 * configuration says all there is to know, for synthesis asks nobody.
 *
 * @param own the user's VPC; empty: ours
 * @param stack what we make for it; empty when there is nothing to make
 */
record Network(Optional<OwnVpc> own, Optional<NetworkStack> stack) {
  /** Every subnet there is, but for those of an internet-facing load balancer. */
  static final SubnetSelection ISOLATED =
      SubnetSelection.builder().subnetType(SubnetType.PRIVATE_ISOLATED).build();

  Network {
    requireNonNull(own, "own is null");
    requireNonNull(stack, "stack is null");
  }

  /**
   * Makes the network's stack, if anything is in it.
   *
   * @param internet whether there are subnets for a load balancer that the internet reaches
   */
  static Network define(
      Construct scope, String id, NetworkConfig config, boolean internet, long logRetentionDays) {
    if (config.own().isEmpty()) {
      return new Network(
          Optional.empty(),
          Optional.of(NetworkStack.ours(scope, id, config.zones(), internet, logRetentionDays)));
    }
    return new Network(
        config.own(),
        config
            .own()
            .filter(vpc -> !vpc.routeTables().isEmpty())
            .map(vpc -> NetworkStack.wayToS3(scope, id, vpc)));
  }

  /** The VPC, as resources of a stack refer to it; to be asked for once a stack. */
  IVpc in(Stack user) {
    if (own.isEmpty()) {
      return stack.orElseThrow().vpc();
    }
    // No resource of the user's stack names it, yet machines need it from the first to the last.
    stack.ifPresent(made -> user.getNode().addDependency(made));
    OwnVpc vpc = own.get();
    IVpc imported =
        Vpc.fromVpcAttributes(
            user,
            "Vpc",
            VpcAttributes.builder()
                .vpcId(vpc.id())
                .vpcCidrBlock(vpc.cidr())
                .availabilityZones(vpc.subnets().stream().map(OwnVpc.Subnet::zone).toList())
                .isolatedSubnetIds(vpc.subnets().stream().map(OwnVpc.Subnet::id).toList())
                .build());
    imported
        .getIsolatedSubnets()
        .forEach(
            subnet ->
                // Nobody asks these for their route tables.
                Annotations.of(subnet).acknowledgeWarning("@aws-cdk/aws-ec2:noSubnetRouteTableId"));
    Annotations.of(user).addInfo(expectation(vpc));
    return imported;
  }

  /** Whether there is such an endpoint already, which a second one would contradict. */
  boolean has(OwnVpc.Endpoint endpoint) {
    return own.filter(vpc -> vpc.has(endpoint)).isPresent();
  }

  /** What the user's VPC must have, and nobody checks before the deployment. */
  private static String expectation(OwnVpc vpc) {
    return vpc.id()
        + " is expected to have DNS resolution and DNS hostnames on, and its subnets to be private,"
        + " without a route to an internet gateway; nothing here needs one, nor a NAT gateway"
        + (vpc.endpoints().isEmpty()
            ? ""
            : "; and, with private DNS and reachable on port 443 from "
                + vpc.cidr()
                + ", the endpoints "
                + String.join(
                    ", ", vpc.endpoints().stream().map(OwnVpc.Endpoint::label).sorted().toList())
                + " (that of S3 in the subnets' route tables)")
        + ". docs/network.md has the commands that check it";
  }
}
