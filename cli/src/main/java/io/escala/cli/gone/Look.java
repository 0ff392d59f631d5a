package io.escala.cli.gone;

import com.fasterxml.jackson.databind.JsonNode;
import io.escala.cli.Aws;
import io.escala.cli.StepFunctions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.cloudformation.model.Stack;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroup;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.ClusterState;
import software.amazon.awssdk.services.emr.model.ClusterSummary;
import software.amazon.awssdk.services.kms.model.KeyMetadata;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.kms.model.NotFoundException;
import software.amazon.awssdk.services.s3.model.Bucket;

/**
 * One place to look at.
 *
 * @param where what is asked and for what
 * @param asks asks it
 */
record Look(String where, Function<Aws, Found> asks) {
  /** The tag that every stack puts on what it makes. */
  private static final String TAG = "project";

  private static final String PROJECT = "escala";

  /** What EKS Auto Mode puts on the machines, disks and load balancers that it makes. */
  private static final String EKS_TAG = "eks:eks-cluster-name";

  /** The stacks' common beginning, and that of the names that CloudFormation makes from it. */
  private static final String PREFIX = "Escala";

  /** What CloudFormation names a bucket of one of the stacks. */
  private static final Pattern BUCKETS =
      Pattern.compile("escala(storage|network|spark|inference|kubernetes|serving|kubeflow)-");

  /** Made by cdk bootstrap, for all apps of the account. */
  private static final String ASSETS = "cdk-hnb659fds-assets-";

  private static final String TOOLKIT = "CDKToolkit";

  private static final Set<ClusterState> ALIVE =
      Set.of(
          ClusterState.STARTING,
          ClusterState.BOOTSTRAPPING,
          ClusterState.RUNNING,
          ClusterState.WAITING,
          ClusterState.TERMINATING);

  /** What CloudFormation, Lambda and EKS name log groups after. */
  private static final List<String> LOG_GROUPS =
      List.of(PREFIX, "/aws/lambda/" + PREFIX, "/aws/eks/" + PROJECT + "/");

  /** What is left, and what is there but goes by itself or belongs to others too. */
  record Found(List<Leftover> left, List<Leftover> going) {
    Found() {
      this(new ArrayList<>(), new ArrayList<>());
    }
  }

  Found at(Aws aws) {
    return asks.apply(aws);
  }

  /**
   * @param ours whether everything at the target is of this checkout; on an account of AWS names
   *     and tags say what is
   */
  static List<Look> all(boolean ours) {
    List<Look> looks = new ArrayList<>(everywhere(ours));
    if (ours) {
      // On AWS their tags tell of them, and CloudFormation's names for them say nothing
      looks.add(new Look("states ListStateMachines: state machines", Look::machines));
      looks.add(new Look("emr-serverless ListApplications: applications", Look::applications));
      looks.add(new Look("sqs ListQueues: queues", Look::queues));
    }
    return looks;
  }

  private static List<Look> everywhere(boolean ours) {
    return List.of(
        new Look(
            "cloudformation DescribeStacks: stacks" + (ours ? "" : " " + PREFIX + "*"),
            aws -> stacks(aws, ours)),
        new Look(
            "s3 ListBuckets: buckets" + (ours ? "" : " of stacks " + PREFIX + "*"),
            aws -> buckets(aws, ours)),
        new Look(
            "emr ListClusters: clusters that live" + (ours ? "" : ", tagged project=escala"),
            aws -> clusters(aws, ours)),
        // They cannot be tagged
        new Look(
            "scheduler ListSchedules: schedules" + (ours ? "" : " " + PREFIX + "*"),
            aws -> schedules(aws, ours ? "" : PREFIX)),
        new Look(
            "tagging GetResources: whatever is tagged project=escala", aws -> tagged(aws, TAG)),
        new Look(
            "tagging GetResources: whatever EKS made for cluster escala",
            aws -> tagged(aws, EKS_TAG)),
        new Look("logs DescribeLogGroups: " + String.join("*, ", LOG_GROUPS) + "*", Look::logs));
  }

  private static Found stacks(Aws aws, boolean ours) {
    Found found = new Found();
    for (Stack stack : aws.stacks()) {
      Leftover thing = Leftover.of(Catalogue.STACK, stack.stackName(), stack.stackStatusAsString());
      if (stack.stackName().equals(TOOLKIT)) {
        found.going().add(shared(thing));
      } else if (ours || stack.stackName().startsWith(PREFIX)) {
        found.left().add(thing);
      }
    }
    return found;
  }

  private static Found buckets(Aws aws, boolean ours) {
    Found found = new Found();
    for (Bucket bucket : aws.s3().listBuckets().buckets()) {
      Leftover thing = Leftover.of(Catalogue.BUCKET, bucket.name(), "");
      if (bucket.name().startsWith(ASSETS)) {
        found.going().add(shared(thing));
      } else if (ours || BUCKETS.matcher(bucket.name()).lookingAt()) {
        found.left().add(thing);
      }
    }
    return found;
  }

  private static Leftover shared(Leftover thing) {
    return Leftover.of(thing.known(), thing.id(), "of cdk bootstrap, shared by all CDK apps");
  }

  private static Found clusters(Aws aws, boolean ours) {
    Found found = new Found();
    Predicate<Cluster> tagged =
        cluster ->
            cluster.tags().stream()
                .anyMatch(tag -> TAG.equals(tag.key()) && PROJECT.equals(tag.value()));
    for (ClusterSummary cluster :
        aws.emr()
            .listClustersPaginator(r -> r.clusterStates(ALIVE.toArray(ClusterState[]::new)))
            .clusters()) {
      if (ours
          || tagged.test(aws.emr().describeCluster(r -> r.clusterId(cluster.id())).cluster())) {
        found
            .left()
            .add(Leftover.of(Catalogue.CLUSTER, cluster.id(), cluster.status().stateAsString()));
      }
    }
    return found;
  }

  private static Found schedules(Aws aws, String prefix) {
    return found(aws.schedules(prefix), Catalogue.SCHEDULE, "Name", "State");
  }

  private static Found applications(Aws aws) {
    return found(aws.applications(), Catalogue.APPLICATION, "id", "state");
  }

  private static Found queues(Aws aws) {
    Found found = new Found();
    aws.queues().forEach(name -> found.left().add(Leftover.of(Catalogue.QUEUE, name, "")));
    return found;
  }

  private static Found found(List<JsonNode> things, Known known, String id, String state) {
    Found found = new Found();
    for (JsonNode each : things) {
      found.left().add(Leftover.of(known, each.path(id).asText(), each.path(state).asText()));
    }
    return found;
  }

  private static Found machines(Aws aws) {
    Found found = new Found();
    for (StepFunctions.Machine machine : aws.states().machines()) {
      long running =
          aws.states().runs(machine.arn()).stream().filter(StepFunctions.Run::isRunning).count();
      found
          .left()
          .add(
              new Leftover(
                  Catalogue.STATE_MACHINE,
                  machine.name(),
                  machine.arn(),
                  running == 0 ? "" : running + " executions under way"));
    }
    return found;
  }

  private static Found tagged(Aws aws, String key) {
    Found found = new Found();
    for (String arn : aws.tagged(key, PROJECT)) {
      Leftover thing = Leftover.of(arn);
      if (thing.known().equals(Catalogue.KEY)) {
        key(aws, thing, found);
      } else if (!thing.known().equals(Catalogue.CLUSTER)) { // EMR remembers them for two months
        found.left().add(thing);
      }
    }
    return found;
  }

  private static void key(Aws aws, Leftover key, Found found) {
    KeyMetadata metadata;
    try {
      metadata = aws.kms().describeKey(r -> r.keyId(key.arn())).keyMetadata();
    } catch (NotFoundException e) {
      return; // the tags outlived it
    }
    if (metadata.keyState() == KeyState.PENDING_DELETION) {
      found
          .going()
          .add(
              Leftover.of(
                  Catalogue.KEY, key.id(), "free, deleted by itself " + metadata.deletionDate()));
    } else {
      found.left().add(new Leftover(key.known(), key.id(), key.arn(), metadata.keyStateAsString()));
    }
  }

  private static Found logs(Aws aws) {
    Found found = new Found();
    for (String prefix : LOG_GROUPS) {
      for (LogGroup group :
          aws.logs().describeLogGroupsPaginator(r -> r.logGroupNamePrefix(prefix)).logGroups()) {
        found
            .left()
            .add(
                Leftover.of(
                    Catalogue.LOG_GROUP,
                    group.logGroupName(),
                    "%d bytes, %s"
                        .formatted(
                            group.storedBytes(),
                            group.retentionInDays() == null
                                ? "kept forever"
                                : "kept for " + group.retentionInDays() + " days")));
      }
    }
    return found;
  }
}
