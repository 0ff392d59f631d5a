package io.escala.localaws;

import io.escala.localaws.apigateway.ApiGatewayService;
import io.escala.localaws.apigateway.HttpApis;
import io.escala.localaws.cloudformation.CloudFormationService;
import io.escala.localaws.cloudformation.RecordedTypes;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.ecr.Layouts;
import io.escala.localaws.ecr.RepositoryType;
import io.escala.localaws.eks.EksClusters;
import io.escala.localaws.eks.KubernetesService;
import io.escala.localaws.emr.EmrService;
import io.escala.localaws.emrserverless.EmrServerlessService;
import io.escala.localaws.http.AwsService;
import io.escala.localaws.kubernetes.ClusterSettings;
import io.escala.localaws.lambda.Functions;
import io.escala.localaws.lambda.LambdaService;
import io.escala.localaws.lambda.LambdaSettings;
import io.escala.localaws.s3.BucketPolicyType;
import io.escala.localaws.s3.BucketType;
import io.escala.localaws.s3.S3Service;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.scheduler.SchedulerService;
import io.escala.localaws.sqs.QueueAddresses;
import io.escala.localaws.sqs.Queues;
import io.escala.localaws.sqs.SqsService;
import io.escala.localaws.ssm.ParameterStore;
import io.escala.localaws.ssm.ParameterType;
import io.escala.localaws.ssm.SsmService;
import io.escala.localaws.state.StateFolder;
import io.escala.localaws.states.StatesService;
import io.escala.localaws.sts.StsService;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The one place where the endpoint's services and resource types are put together. */
final class Services implements AutoCloseable {
  /** The version of the CDK's bootstrap stack that the endpoint stands in for. */
  private static final String BOOTSTRAP_VERSION = "33";

  private static final String BOOTSTRAP_PARAMETER = "/cdk-bootstrap/hnb659fds/version";

  /** How many instances of one version of a function run at once, at most. */
  private static final int INSTANCES = 4;

  /** How far from the endpoint's port those of Services begin; the next ones are the APIs'. */
  private static final int FRONT_DOORS = 20;

  private static final Duration INSTANCE_IDLE = Duration.ofMinutes(10);

  private final List<AwsService> services = new ArrayList<>();
  private final List<ResourceType> types = new ArrayList<>();
  private final CloudFormationService cloudFormation;
  private final EksClusters clusters;
  private final SchedulerService schedules;
  private LambdaService lambda;

  /**
   * Puts together what answers at {@code url}.
   *
   * @param more types beside those of the endpoint
   * @param each what stands in the place of each type
   */
  Services(
      Options options,
      StateFolder state,
      S3Store buckets,
      String url,
      List<ResourceType> more,
      UnaryOperator<ResourceType> each)
      throws IOException {
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

    schedules = addRuns(options, state, buckets, addEmr(options, state, buckets, url));
    Layouts images = new Layouts(state.path("ecr"));
    types.add(new RepositoryType(images));
    Functions functions =
        addLambdaAndApiGateway(options, state, buckets, url, images, addSqs(options, state, url));
    clusters = addEks(options, state, buckets, url, functions, images);

    cloudFormation =
        new CloudFormationService(
            state,
            buckets,
            parameters,
            types.stream().map(each).toList(),
            options.region(),
            options.accountId());
    services.add(cloudFormation);
  }

  private EmrService addEmr(Options options, StateFolder state, S3Store buckets, String url) {
    EmrService emr =
        new EmrService(
            state,
            buckets,
            options.sparkClasspathFile(),
            options.sparkJvmOptions(),
            options.sparkJava(),
            options.region(),
            options.accountId(),
            credentials(options, url));
    services.add(emr);
    types.addAll(emr.types());
    return emr;
  }

  /** What runs the job on clusters or without: a run's states stop before what they wait for. */
  private SchedulerService addRuns(
      Options options, StateFolder state, S3Store buckets, EmrService emr) {
    EmrServerlessService serverless =
        new EmrServerlessService(state, buckets, emr.runs(), options.region(), options.accountId());
    StatesService states =
        new StatesService(state, emr, serverless, options.region(), options.accountId());
    SchedulerService clock =
        new SchedulerService(state, states, options.region(), options.accountId());
    types.addAll(serverless.types());
    types.addAll(states.types());
    types.addAll(clock.types());
    services.addAll(0, List.of(clock, states, serverless));
    return clock;
  }

  private Queues addSqs(Options options, StateFolder state, String url) {
    Queues queues =
        new Queues(
            state,
            Clock.systemUTC(),
            new QueueAddresses(url, options.region(), options.accountId()));
    SqsService sqs = new SqsService(queues);
    services.add(sqs);
    types.addAll(sqs.types());
    return queues;
  }

  /** The APIs stop before the functions behind them. */
  private Functions addLambdaAndApiGateway(
      Options options,
      StateFolder state,
      S3Store buckets,
      String url,
      Layouts images,
      Queues queues)
      throws IOException {
    Functions functions =
        new Functions(
            new LambdaSettings(
                state,
                options.lambdaRuntimeFolder(),
                options.javaHomes(),
                options.nodeModules(),
                options.region(),
                options.accountId(),
                url,
                // What the image's builder looks for: no registry and no base image are here.
                Map.of(
                    "ESCALA_IMAGE_LAYOUTS",
                    images.folder().toString(),
                    "ESCALA_IMAGE_BASE",
                    "scratch"),
                INSTANCES,
                INSTANCE_IDLE),
            buckets);
    HttpApis apis =
        new HttpApis(
            state,
            (arn, event) -> functions.invoke(arn, null, event),
            options.accountId(),
            URI.create(url).getPort() + 1);
    lambda = new LambdaService(functions, buckets, queues);
    services.add(new ApiGatewayService(apis));
    services.add(lambda);
    types.addAll(apis.types());
    types.addAll(lambda.types());
    return functions;
  }

  private EksClusters addEks(
      Options options,
      StateFolder state,
      S3Store buckets,
      String url,
      Functions functions,
      Layouts images) {
    EksClusters eks =
        new EksClusters(
            state,
            buckets,
            functions,
            images,
            folder ->
                new ClusterSettings(
                    folder,
                    credentials(options, url),
                    options.javaHomes(),
                    ClusterSettings.KUBELET_BACK_OFF,
                    URI.create(url).getPort() + FRONT_DOORS));
    services.add(new KubernetesService(eks));
    types.addAll(eks.types());
    return eks;
  }

  private static Map<String, String> credentials(Options options, String url) {
    return Map.of(
        "AWS_REGION",
        options.region(),
        "AWS_ACCESS_KEY_ID",
        "local",
        "AWS_SECRET_ACCESS_KEY",
        "local",
        "AWS_ENDPOINT_URL",
        url);
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
    clusters.recover();
    cloudFormation.recover();
    schedules.start();
    lambda.start();
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
