package io.escala.cli.gone;

import java.util.List;

/** What the stacks make and what AWS makes beside them, as far as it can stay. */
final class Catalogue {
  private static final String FREE = "nothing";
  private static final String FAILED = "its stack's deletion failed, or never ran";
  private static final String DESTROY = "npx cdk destroy --all";

  static final Known STACK =
      new Known(
          "cloudformation:stack/",
          "stack",
          "destroy was not run, hangs or failed",
          "nothing itself; what it holds",
          "npx cdk destroy {id}; if that fails, docs/runbooks/destroy-hangs.md");
  static final Known BUCKET =
      new Known(
          "s3:",
          "bucket",
          "it is kept unless it was deployed with deleteData=true; or something wrote into it while it was"
              + " emptied",
          "0.023 USD a GB and month",
          "aws s3 rb s3://{id} --force");
  static final Known CLUSTER =
      new Known(
          "elasticmapreduce:cluster/",
          "EMR cluster",
          "started by ./escala submit --new-cluster, by hand, or by an execution that was stopped",
          "0.20 USD an hour for each m7g.xlarge",
          "./escala terminate {id}");
  static final Known LOG_GROUP =
      new Known(
          "logs:log-group:",
          "log group",
          "Lambda, EKS and API Gateway make one themselves when they write after it was deleted",
          "0.03 USD a GB and month",
          "aws logs delete-log-group --log-group-name {id}");
  static final Known KEY =
      new Known(
          "kms:key/",
          "key",
          "it is kept unless it was deployed with deleteData=true",
          "1 USD a month",
          "aws kms schedule-key-deletion --key-id {id} --pending-window-in-days 7");
  static final Known APPLICATION =
      new Known(
          "emr-serverless:/applications/",
          "EMR Serverless application",
          "a run is still under way",
          "nothing without a run",
          "aws emr-serverless stop-application --application-id {id}; then delete-application");
  static final Known STATE_MACHINE =
      new Known(
          "states:stateMachine:",
          "state machine",
          "an execution is still under way: it goes when that has ended",
          FREE,
          "aws stepfunctions list-executions --state-machine-arn {arn} --status-filter RUNNING;"
              + " stop-execution for each");
  static final Known SCHEDULE =
      new Known(
          "scheduler:schedule/default/",
          "schedule",
          FAILED,
          "what it starts",
          "aws scheduler delete-schedule --name {id}");
  static final Known QUEUE =
      new Known(
          "sqs:",
          "queue",
          FAILED,
          FREE,
          "aws sqs delete-queue --queue-url $(aws sqs get-queue-url --queue-name {id} --query QueueUrl"
              + " --output text)");

  /** All; what has a look of its own comes with it too. */
  static final List<Known> ALL =
      List.of(
          STACK,
          BUCKET,
          CLUSTER,
          LOG_GROUP,
          KEY,
          new Known(
              "ec2:vpc-endpoint/",
              "VPC endpoint",
              FAILED,
              "0.01 USD an hour and zone; a gateway nothing",
              "aws ec2 delete-vpc-endpoints --vpc-endpoint-ids {id}"),
          new Known(
              "ec2:security-group/",
              "security group",
              "a network interface of Lambda (up to 20 minutes), EKS or EMR still uses it, or a rule of"
                  + " another group names it",
              FREE,
              "aws ec2 describe-network-interfaces --filters Name=group-id,Values={id}; when that is"
                  + " empty aws ec2 delete-security-group --group-id {id}"),
          new Known(
              "ec2:network-interface/",
              "network interface",
              "Lambda or EKS gives it back late, up to 20 minutes",
              FREE,
              "wait; then aws ec2 delete-network-interface --network-interface-id {id}"),
          new Known(
              "ec2:subnet/",
              "subnet",
              "a network interface stands in it",
              FREE,
              "aws ec2 describe-network-interfaces --filters Name=subnet-id,Values={id}; then "
                  + DESTROY),
          new Known("ec2:vpc/", "VPC", "something stands in it", FREE, DESTROY),
          new Known(
              "ec2:volume/",
              "EBS volume",
              "of a claim in Kubernetes, or of a machine that ended badly",
              "0.08 USD a GB and month",
              "aws ec2 delete-volume --volume-id {id}"),
          new Known(
              "ec2:instance/",
              "EC2 instance",
              "of an EMR cluster or of EKS Auto Mode whose end did not come; one that ended is listed"
                  + " for an hour",
              "0.16 USD an hour for an m7g.xlarge",
              "aws ec2 terminate-instances --instance-ids {id}"),
          new Known(
              "ec2:launch-template/",
              "launch template",
              FAILED,
              FREE,
              "aws ec2 delete-launch-template --launch-template-id {id}"),
          new Known("ec2:", "part of the network", FAILED, FREE, DESTROY),
          new Known(
              "elasticloadbalancing:loadbalancer/",
              "load balancer",
              "EKS made it for an Ingress that was still there when the cluster went",
              "0.0225 USD an hour, and its traffic",
              "aws elbv2 delete-load-balancer --load-balancer-arn {arn}"),
          new Known(
              "elasticloadbalancing:targetgroup/",
              "target group",
              "EKS made it for an Ingress that was still there when the cluster went",
              FREE,
              "aws elbv2 delete-target-group --target-group-arn {arn}"),
          new Known(
              "eks:cluster/",
              "EKS cluster",
              FAILED,
              "0.10 USD an hour, and its nodes",
              "aws eks delete-cluster --name {id}"),
          new Known("eks:", "part of an EKS cluster", FAILED, FREE, DESTROY),
          APPLICATION,
          new Known("elasticmapreduce:", "part of EMR", FAILED, FREE, DESTROY),
          STATE_MACHINE,
          SCHEDULE,
          new Known(
              "ecr:repository/",
              "image repository",
              "images are in it",
              "0.10 USD a GB and month",
              "aws ecr delete-repository --force --repository-name {id}"),
          new Known(
              "ssm:parameter/", "parameter", FAILED, FREE, "aws ssm delete-parameter --name /{id}"),
          new Known(
              "lambda:function:",
              "function",
              "its network interfaces come back late",
              "nothing while nobody calls it",
              "aws lambda delete-function --function-name {id}"),
          new Known(
              "apigateway:/apis/",
              "HTTP API",
              FAILED,
              "nothing while nobody calls it",
              "aws apigatewayv2 delete-api --api-id {id}"),
          new Known(
              "cloudwatch:alarm:",
              "alarm",
              FAILED,
              "0.10 USD a month",
              "aws cloudwatch delete-alarms --alarm-names {id}"),
          QUEUE);

  private static final Known OTHER =
      new Known("", "resource", FAILED, "see the service's prices", DESTROY);

  private Catalogue() {}

  /** What an ARN names: {@code arn:aws:kms:eu-west-1:111122223333:key/…}. */
  static Known of(String arn) {
    String[] fields = arn.split(":", 6);
    String rest = fields.length < 6 ? arn : fields[2] + ":" + fields[5];
    return ALL.stream().filter(known -> rest.startsWith(known.arn())).findFirst().orElse(OTHER);
  }

  /** The name in an ARN: what follows its kind. */
  static String id(String arn) {
    String[] fields = arn.split(":", 6);
    if (fields.length < 6) {
      return arn;
    }
    Known known = of(arn);
    String kind = known.arn().substring(known.arn().indexOf(':') + 1);
    String id = fields[5].startsWith(kind) ? fields[5].substring(kind.length()) : fields[5];
    return known.equals(STACK) ? id.replaceFirst("/.*", "") : id;
  }
}
