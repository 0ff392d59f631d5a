package io.escala.infra;

import java.util.Map;
import software.amazon.awscdk.Aws;
import software.amazon.awscdk.services.eks_v2.CfnPodIdentityAssociation;
import software.amazon.awscdk.services.eks_v2.ICluster;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.iam.SessionTagsPrincipal;
import software.constructs.Construct;

/**
 * What the pods of one service account may do in AWS, by Pod Identity. A pod gets the role when it
 * is made: whatever makes pods must depend on this.
 */
final class PodRole extends Construct {
  private final Role role;

  PodRole(Construct scope, String id, ICluster cluster, String namespace, String serviceAccount) {
    super(scope, id);
    role =
        Role.Builder.create(this, "Role")
            .assumedBy(
                new SessionTagsPrincipal(
                    new ServicePrincipal("pods.eks.amazonaws.com")
                        // EKS must not be talked into lending the role to another account.
                        .withConditions(
                            Map.of("StringEquals", Map.of("aws:SourceAccount", Aws.ACCOUNT_ID)))))
            .build();
    CfnPodIdentityAssociation.Builder.create(this, "Association")
        .clusterName(cluster.getClusterName())
        .namespace(namespace)
        .serviceAccount(serviceAccount)
        .roleArn(role.getRoleArn())
        .build();
  }

  Role role() {
    return role;
  }
}
