package io.escala.infra;

import java.util.List;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpoint;
import software.amazon.awscdk.services.ec2.InterfaceVpcEndpointAwsService;
import software.amazon.awscdk.services.ec2.Peer;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.constructs.Construct;

/**
 * The AWS services that nodes, pods and kubectl reach without a way to the internet. Each costs
 * roughly 0.01 USD an hour and zone: with two zones 0.10 USD an hour for all of them, where a NAT
 * gateway a zone would be 0.09 plus what passes through it, and a way out. S3, where ECR keeps the
 * images' layers, has its gateway endpoint in the network's stack.
 *
 * <p>None for what Auto Mode does itself: its controllers call EC2 and Elastic Load Balancing from
 * AWS's side with the cluster's role, and its nodes' role may call ECR and EKS Auth alone. STS
 * would be for IAM roles by web identity (pods here have Pod Identity), CloudWatch Logs for a log
 * agent and Systems Manager for shells on nodes, neither of which there is.
 *
 * @see <a href="https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html">private
 *     clusters</a>
 */
final class ClusterEndpoints extends Construct {

  ClusterEndpoints(Construct scope, String id, IVpc vpc) {
    super(scope, id);
    SecurityGroup callers =
        SecurityGroup.Builder.create(this, "Callers")
            .vpc(vpc)
            .description("AWS services for the Kubernetes cluster")
            .allowAllOutbound(false)
            .build();
    callers.addIngressRule(
        Peer.ipv4(vpc.getVpcCidrBlock()), Port.tcp(443), "nodes, pods and kubectl");

    // Nodes ask ECR for tokens and manifests, then pull: our images, and those of the EKS add-ons,
    // which AWS keeps in an ECR registry of each region.
    endpoint("EcrApi", InterfaceVpcEndpointAwsService.ECR, vpc, callers);
    endpoint("EcrDocker", InterfaceVpcEndpointAwsService.ECR_DOCKER, vpc, callers);
    // The credentials of Pod Identity.
    endpoint("EksAuth", InterfaceVpcEndpointAwsService.EKS_AUTH, vpc, callers);
    // kubectl asks for the address of the cluster.
    endpoint("Eks", InterfaceVpcEndpointAwsService.EKS, vpc, callers);
    // AWS names it among what private nodes need. Auto Mode's nodes should not; a node that cannot
    // join costs more than to have it.
    endpoint("Ec2", InterfaceVpcEndpointAwsService.EC2, vpc, callers);
  }

  private void endpoint(
      String id, InterfaceVpcEndpointAwsService service, IVpc vpc, SecurityGroup callers) {
    InterfaceVpcEndpoint.Builder.create(this, id)
        .vpc(vpc)
        .service(service)
        .privateDnsEnabled(true)
        .securityGroups(List.of(callers))
        .open(false)
        .subnets(NetworkStack.ISOLATED)
        .build();
  }
}
