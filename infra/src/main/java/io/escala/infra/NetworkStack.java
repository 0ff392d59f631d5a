package io.escala.infra;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetSelection;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.constructs.Construct;

/**
 * The network that Spark and Kubernetes share, with nothing in it that costs: isolated subnets, no
 * internet gateway, no NAT gateway (from 32 USD a month each), and S3 through a gateway endpoint,
 * which is free. The endpoints that are paid by the hour are in the stacks that need them, and gone
 * with them.
 */
final class NetworkStack extends Stack {
  /** Every subnet there is, but for those of an internet-facing load balancer. */
  static final SubnetSelection ISOLATED =
      SubnetSelection.builder().subnetType(SubnetType.PRIVATE_ISOLATED).build();

  private final Vpc vpc;

  /**
   * @param zones how many availability zones to spread over
   * @param internet whether there are subnets for a load balancer that the internet reaches;
   *     nothing else is in them, and from the others there is still no way out
   */
  NetworkStack(Construct scope, String id, long zones, boolean internet) {
    super(scope, id);
    vpc =
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
                        .build(),
                    // The addresses are kept for them: the others cannot move for their sake later.
                    SubnetConfiguration.builder()
                        .name("Public")
                        .subnetType(SubnetType.PUBLIC)
                        .mapPublicIpOnLaunch(false)
                        .reserved(!internet)
                        .build()))
            .natGateways(0)
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
    // AmazonEMRServicePolicy_v2 lets EMR touch only what carries this tag.
    Tags.of(this).add("for-use-with-amazon-emr-managed-policies", "true");
    // Where Kubernetes puts internal load balancers; the cluster is in another stack and cannot tag
    // them itself.
    vpc.getIsolatedSubnets()
        .forEach(subnet -> Tags.of(subnet).add("kubernetes.io/role/internal-elb", "1"));
    vpc.getPublicSubnets().forEach(subnet -> Tags.of(subnet).add("kubernetes.io/role/elb", "1"));
  }

  Vpc vpc() {
    return vpc;
  }
}
