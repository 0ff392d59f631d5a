package io.escala.infra;

import io.escala.infra.config.OwnVpc;
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
  private record Service(String id, OwnVpc.Endpoint kind, InterfaceVpcEndpointAwsService service) {}

  private static final List<Service> SERVICES =
      List.of(
          // Nodes ask ECR for tokens and manifests, then pull: our images, and those of the EKS
          // add-ons, which AWS keeps in an ECR registry of each region.
          new Service("EcrApi", OwnVpc.Endpoint.ECR_API, InterfaceVpcEndpointAwsService.ECR),
          new Service(
              "EcrDocker", OwnVpc.Endpoint.ECR_DOCKER, InterfaceVpcEndpointAwsService.ECR_DOCKER),
          // The credentials of Pod Identity.
          new Service("EksAuth", OwnVpc.Endpoint.EKS_AUTH, InterfaceVpcEndpointAwsService.EKS_AUTH),
          // kubectl asks for the address of the cluster.
          new Service("Eks", OwnVpc.Endpoint.EKS, InterfaceVpcEndpointAwsService.EKS),
          // AWS names it among what private nodes need. Auto Mode's nodes should not; a node that
          // cannot join costs more than to have it.
          new Service("Ec2", OwnVpc.Endpoint.EC2, InterfaceVpcEndpointAwsService.EC2));

  /**
   * @param vpc of this network
   */
  ClusterEndpoints(Construct scope, String id, Network network, IVpc vpc) {
    super(scope, id);
    List<Service> missing =
        SERVICES.stream().filter(service -> !network.has(service.kind())).toList();
    if (missing.isEmpty()) {
      return; // a VPC of the user's with all of them
    }
    SecurityGroup callers =
        SecurityGroup.Builder.create(this, "Callers")
            .vpc(vpc)
            .description("AWS services for the Kubernetes cluster")
            .allowAllOutbound(false)
            .build();
    callers.addIngressRule(
        Peer.ipv4(vpc.getVpcCidrBlock()), Port.tcp(443), "nodes, pods and kubectl");
    for (Service service : missing) {
      InterfaceVpcEndpoint.Builder.create(this, service.id())
          .vpc(vpc)
          .service(service.service())
          .privateDnsEnabled(true)
          .securityGroups(List.of(callers))
          .open(false)
          .subnets(Network.ISOLATED)
          .build();
    }
  }
}
