package io.escala.localaws;

import io.escala.localaws.cloudformation.CloudFormationService;
import io.escala.localaws.cloudformation.RecordedTypes;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.http.AwsService;
import io.escala.localaws.s3.BucketPolicyType;
import io.escala.localaws.s3.BucketType;
import io.escala.localaws.s3.S3Service;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.ssm.ParameterStore;
import io.escala.localaws.ssm.ParameterType;
import io.escala.localaws.ssm.SsmService;
import io.escala.localaws.state.StateFolder;
import io.escala.localaws.sts.StsService;
import java.util.ArrayList;
import java.util.List;

/** The one place where the endpoint's services and resource types are put together. */
final class Services implements AutoCloseable {
  /** The version of the CDK's bootstrap stack that the endpoint stands in for. */
  private static final String BOOTSTRAP_VERSION = "33";

  private static final String BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version";

  private final List<AwsService> services = new ArrayList<>();
  private final List<ResourceType> types = new ArrayList<>();
  private final CloudFormationService cloudFormation;

  /**
   * Puts together what answers at {@code url}.
   *
   * @param more types beside those of the endpoint
   */
  Services(
      Options options, StateFolder state, S3Store buckets, String url, List<ResourceType> more) {
    ParameterStore parameters = new ParameterStore(state);
    bootstrap(options, buckets, parameters);

    services.add(new S3Service(state, buckets, options.region()));
    services.add(new StsService(options.accountId()));
    services.add(new SsmService(parameters, options.region(), options.accountId()));
    types.add(new BucketType(buckets));
    types.add(new BucketPolicyType(buckets));
    types.add(new ParameterType(parameters));
    types.addAll(RecordedTypes.all());
    types.addAll(more);

    // EMR, Lambda and API Gateway are added here.

    cloudFormation =
        new CloudFormationService(
            state, buckets, parameters, types, options.region(), options.accountId());
    services.add(cloudFormation);
  }

  /** What {@code cdk bootstrap} would have made, as far as deployments look at it. */
  private static void bootstrap(Options options, S3Store buckets, ParameterStore parameters) {
    buckets.createBucket("cdk-hnb659fds-assets-" + options.accountId() + "-" + options.region());
    if (parameters.get(BOOTSTRAP_PARAMETER).isEmpty()) {
      parameters.put(BOOTSTRAP_PARAMETER, "String", BOOTSTRAP_VERSION);
    }
  }

  List<AwsService> services() {
    return services;
  }

  /** Ends what a killed endpoint left under way. */
  void recover() {
    cloudFormation.recover();
  }

  /** Stops deployments first: what they have under way is ended at the next start. */
  @Override
  public void close() {
    cloudFormation.close();
    for (AwsService service : services) {
      if (service instanceof AutoCloseable closeable) {
        try {
          closeable.close();
        } catch (Exception e) {
          System.err.println(
              "local-aws: " + service.signingName() + " did not stop cleanly: " + e.getMessage());
        }
      }
    }
  }
}
