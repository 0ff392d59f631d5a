package io.escala.infra;

import io.escala.infra.config.KubernetesConfig;
import java.nio.file.Path;
import java.util.List;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.Port;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.eks_v2.AccessEntry;
import software.amazon.awscdk.services.eks_v2.AccessPolicy;
import software.amazon.awscdk.services.eks_v2.AccessPolicyNameOptions;
import software.amazon.awscdk.services.eks_v2.AccessScopeType;
import software.amazon.awscdk.services.eks_v2.Addon;
import software.amazon.awscdk.services.eks_v2.CfnCluster;
import software.amazon.awscdk.services.eks_v2.Cluster;
import software.amazon.awscdk.services.eks_v2.ClusterLoggingTypes;
import software.amazon.awscdk.services.eks_v2.ComputeConfig;
import software.amazon.awscdk.services.eks_v2.EndpointAccess;
import software.amazon.awscdk.services.eks_v2.ICluster;
import software.amazon.awscdk.services.eks_v2.KubernetesVersion;
import software.amazon.awscdk.services.iam.ManagedPolicy;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.CfnLogGroup;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/**
 * The Kubernetes cluster: EKS Auto Mode, which brings nodes, network, load balancers, DNS and Pod
 * Identity. What runs in it is in other stacks, which are deleted first.
 *
 * <p>At list prices of us-east-1, roughly: 0.10 USD an hour for the cluster, 0.10 for the endpoints
 * with two zones, and the nodes that the pods need, with 12 % for Auto Mode.
 */
final class KubernetesStack extends Stack {
  /** People type it: {@code aws eks update-kubeconfig --name escala}. */
  static final String CLUSTER = "escala";

  private final IVpc vpc;
  private final Cluster cluster;

  /**
   * @param storage whose key also encrypts the cluster's secrets
   * @param logRetentionDays how long CloudWatch keeps the logs of the control plane and of kubectl
   * @param kubectlLayer kubectl and Helm as a Lambda layer
   */
  KubernetesStack(
      Construct scope,
      String id,
      StorageStack storage,
      Network network,
      KubernetesConfig config,
      long logRetentionDays,
      Path kubectlLayer) {
    super(scope, id);
    vpc = network.in(this);
    ClusterEndpoints endpoints = new ClusterEndpoints(this, "Endpoints", network, vpc);
    Kubectl kubectl = new Kubectl(this, "Kubectl", vpc, logRetentionDays, kubectlLayer);
    SecurityGroup api =
        SecurityGroup.Builder.create(this, "Api")
            .vpc(vpc)
            .description("API of the cluster")
            .allowAllOutbound(false)
            .build();
    api.addIngressRule(kubectl.securityGroup(), Port.tcp(443), "kubectl and Helm");
    // EKS would make it itself, to be kept for ever, and never delete it.
    LogGroup logs =
        LogGroup.Builder.create(this, "Logs")
            .logGroupName("/aws/eks/" + CLUSTER + "/cluster")
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    ((CfnLogGroup) logs.getNode().getDefaultChild()).setRetentionInDays(logRetentionDays);

    cluster =
        Cluster.Builder.create(this, "Cluster")
            .clusterName(CLUSTER)
            .version(KubernetesVersion.of(config.version()))
            .vpc(vpc)
            .vpcSubnets(List.of(Network.ISOLATED))
            .securityGroup(api)
            .endpointAccess(
                config.publicCidrs().isEmpty()
                    ? EndpointAccess.PRIVATE
                    : EndpointAccess.PUBLIC_AND_PRIVATE.onlyFrom(
                        config.publicCidrs().toArray(String[]::new)))
            .bootstrapClusterCreatorAdminPermissions(false)
            // Auto Mode brings them as parts of the nodes.
            .bootstrapSelfManagedAddons(false)
            .compute(
                ComputeConfig.builder()
                    .nodePools(List.of("system", "general-purpose"))
                    .nodeRole(nodeRole())
                    .build())
            .secretsEncryptionKey(storage.key())
            .clusterLogging(List.of(ClusterLoggingTypes.values()))
            .kubectlProviderOptions(kubectl.options())
            .build();
    // Otherwise a version that leaves standard support stays, at six times the price.
    CfnCluster resource = (CfnCluster) cluster.getNode().getDefaultChild();
    resource.addPropertyOverride("UpgradePolicy.SupportType", "STANDARD");
    // Nodes need the endpoints, EKS the log group, from the first moment to the last.
    resource.getNode().addDependency(endpoints, logs);
    kubectl.attach(cluster, config.mirror(), List.of(endpoints, api));
    // The endpoints that it warns about are there.
    Annotations.of(cluster)
        .acknowledgeWarning("@aws-cdk/aws-eks:isolatedSubnetsForKubectlPrivateSubnets");

    for (int i = 0; i < config.admins().size(); i++) {
      AccessEntry.Builder.create(this, "Admin" + i)
          .cluster(cluster)
          .principal(config.admins().get(i))
          .accessPolicies(
              List.of(
                  AccessPolicy.fromAccessPolicyName(
                      "AmazonEKSClusterAdminPolicy",
                      AccessPolicyNameOptions.builder()
                          .accessScopeType(AccessScopeType.CLUSTER)
                          .build())))
          .build();
    }
    // Tells a HorizontalPodAutoscaler how busy the pods are.
    Addon.Builder.create(this, "MetricsServer")
        .cluster(cluster)
        .addonName("metrics-server")
        .preserveOnDelete(false)
        .build();
    CfnOutput.Builder.create(this, "ClusterName").value(cluster.getClusterName()).build();
  }

  /**
   * The cluster, for charts and manifests of other stacks: {@code HelmChart.Builder.create(stack,
   * …).cluster(cluster())}. Do not call its {@code add…} and {@code get…Address} methods: what they
   * make is in this stack. Helm may read the CDK's assets that are zip files, and nothing else of
   * S3; nodes may pull from every ECR repository of this account.
   */
  ICluster cluster() {
    return cluster;
  }

  /** The network the cluster is in; its subnets are all {@link Network#ISOLATED}. */
  IVpc vpc() {
    return vpc;
  }

  private Role nodeRole() {
    return Role.Builder.create(this, "NodeRole")
        .assumedBy(new ServicePrincipal("ec2.amazonaws.com"))
        .managedPolicies(
            List.of(
                ManagedPolicy.fromAwsManagedPolicyName("AmazonEKSWorkerNodeMinimalPolicy"),
                ManagedPolicy.fromAwsManagedPolicyName("AmazonEC2ContainerRegistryPullOnly")))
        .build();
  }
}
