package io.escala.localaws;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.s3.S3Client;

/** An endpoint for the CDK app's stacks on which no function, chart or pod is run. */
final class DeployedApp implements AutoCloseable {
  /** What runs something: it need not run for one to see what a change does to it. */
  private static final Set<String> SHELLS =
      Set.of(
          "Custom::*",
          "Custom::AWSCDK-EKS-HelmChart",
          "Custom::AWSCDK-EKS-KubernetesResource",
          "AWS::CloudFormation::CustomResource");

  private static final String ASSETS =
      "cdk-hnb659fds-assets-" + Options.DEFAULT_ACCOUNT + "-" + Options.DEFAULT_REGION;

  private final LocalAws aws;
  private final CloudFormationClient stacks;

  /**
   * Starts it.
   *
   * @param templates all that will be deployed
   */
  DeployedApp(Path folder, List<JsonNode> templates) {
    aws =
        LocalAws.start(
            NodeFunctions.options(folder, Options.DEFAULT_REGION),
            List.of(),
            type -> SHELLS.contains(type.name()) ? new ShellType(type, templates) : type);
    stacks = Clients.cloudFormation(aws.url());
    Set<String> assets = new TreeSet<>();
    templates.forEach(template -> assets.addAll(template.findValuesAsText("S3Key")));
    try (S3Client s3 = Clients.s3(aws)) {
      // Something where functions and layers are looked for, the layer with Helm among them
      RequestBody zip = RequestBody.fromBytes(CodeZip.of("1", "helm/helm"));
      assets.forEach(key -> s3.putObject(p -> p.bucket(ASSETS).key(key), zip));
    }
  }

  CloudFormationClient stacks() {
    return stacks;
  }

  @Override
  public void close() {
    stacks.close();
    aws.close();
  }
}
