package io.escala.infra;

import io.escala.infra.config.OwnVpc;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.Fn;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.Tags;
import software.amazon.awscdk.services.ec2.CfnFlowLog;
import software.amazon.awscdk.services.ec2.CfnVPCEndpoint;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.GatewayVpcEndpointOptions;
import software.amazon.awscdk.services.ec2.SubnetConfiguration;
import software.amazon.awscdk.services.ec2.SubnetType;
import software.amazon.awscdk.services.ec2.Vpc;
import software.amazon.awscdk.services.iam.PolicyDocument;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.PrincipalWithConditions;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.CfnLogGroup;
import software.constructs.Construct;

/**
 * The network that Spark and Kubernetes share, with nothing in it that costs: isolated subnets, no
 * internet gateway, no NAT gateway (from 32 USD a month each), and S3 through a gateway endpoint,
 * which is free. The endpoints that are paid by the hour are in the stacks that need them, and gone
 * with them.
 */
final class NetworkStack extends Stack {
  /** The longer of the two that there are: a tenth of the lines of the other. */
  private static final long AGGREGATED_SECONDS = 600;

  private Vpc vpc;

  private NetworkStack(Construct scope, String id) {
    super(scope, id);
    // AmazonEMRServicePolicy_v2 lets EMR touch only what carries this tag.
    Tags.of(this).add(ClusterPlace.TAG, "true");
  }

  /**
   * A VPC of ours.
   *
   * @param zones how many availability zones to spread over
   * @param internet whether there are subnets for a load balancer that the internet reaches;
   *     nothing else is in them, and from the others there is still no way out
   * @param logRetentionDays how long the log of its traffic is kept
   */
  static NetworkStack ours(
      Construct scope, String id, long zones, boolean internet, long logRetentionDays) {
    NetworkStack stack = new NetworkStack(scope, id);
    stack.vpc = stack.makeVpc(zones, internet);
    stack.logTraffic(logRetentionDays);
    return stack;
  }

  /** A VPC of the user's that has no way to S3 yet, and gets the free one. */
  static NetworkStack wayToS3(Construct scope, String id, OwnVpc own) {
    NetworkStack stack = new NetworkStack(scope, id);
    CfnVPCEndpoint.Builder.create(stack, "S3")
        .vpcId(own.id())
        .serviceName("com.amazonaws." + Aws.REGION + ".s3")
        .vpcEndpointType("Gateway")
        .routeTableIds(own.routeTables())
        .build();
    return stack;
  }

  private Vpc makeVpc(long zones, boolean internet) {
    Vpc made =
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
    // Where Kubernetes puts internal load balancers; the cluster is in another stack and cannot tag
    // them itself.
    made.getIsolatedSubnets()
        .forEach(subnet -> Tags.of(subnet).add("kubernetes.io/role/internal-elb", "1"));
    made.getPublicSubnets().forEach(subnet -> Tags.of(subnet).add("kubernetes.io/role/elb", "1"));
    return made;
  }

  /**
   * Who spoke to whom, refused connections too. Into CloudWatch, although a gigabyte is twice the
   * price of S3 there (0.50 USD): a cluster's run is a megabyte, and a group goes with its stack,
   * while late deliveries refill a bucket that was emptied, so that destroy hangs. Nor can they
   * make the group again, for the role may not.
   */
  private void logTraffic(long logRetentionDays) {
    CfnLogGroup logs =
        CfnLogGroup.Builder.create(this, "Traffic").retentionInDays(logRetentionDays).build();
    logs.applyRemovalPolicy(RemovalPolicy.DESTROY);
    Role writer =
        Role.Builder.create(this, "TrafficWriter")
            .assumedBy(
                new PrincipalWithConditions(
                    new ServicePrincipal("vpc-flow-logs.amazonaws.com"),
                    new TreeMap<>(
                        Map.of(
                            "StringEquals",
                            Map.of("aws:SourceAccount", Aws.ACCOUNT_ID),
                            "ArnLike",
                            Map.of(
                                "aws:SourceArn",
                                String.join(
                                    ":",
                                    "arn",
                                    Aws.PARTITION,
                                    "ec2",
                                    Aws.REGION,
                                    Aws.ACCOUNT_ID,
                                    "vpc-flow-log/*"))))))
            .inlinePolicies(
                Map.of(
                    "logs",
                    PolicyDocument.Builder.create()
                        .statements(
                            List.of(
                                PolicyStatement.Builder.create()
                                    .actions(
                                        List.of(
                                            "logs:CreateLogStream",
                                            "logs:DescribeLogStreams",
                                            "logs:PutLogEvents"))
                                    .resources(List.of(logs.getAttrArn()))
                                    .build()))
                        .build()))
            .build();
    CfnFlowLog.Builder.create(this, "FlowLog")
        .resourceType("VPC")
        .resourceId(vpc.getVpcId())
        .trafficType("ALL")
        .logDestinationType("cloud-watch-logs")
        .logGroupName(logs.getRef())
        .deliverLogsPermissionArn(writer.getRoleArn())
        .maxAggregationInterval(AGGREGATED_SECONDS)
        .build();
  }

  /** The VPC, if it is ours. */
  Vpc vpc() {
    return vpc;
  }
}
