package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * A change of each configuration key: the templates before and after it. They are written to {@code
 * infra/target/configuration-changes}, where local-aws's tests take them up and deploy the one
 * after the other.
 */
class ConfigurationChangesTest {
  private static final Path ROOT = Path.of(System.getProperty("escala.root"));
  private static final Path CHANGES = ROOT.resolve("infra/target/configuration-changes");
  private static final Pattern KEY = Pattern.compile("^\\| `([\\w.]+)` \\|", Pattern.MULTILINE);
  private static final String ECR = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";

  /** Of which there is one value only. */
  private static final Set<String> CANNOT_CHANGE = Set.of("spark.release");

  private final Map<String, Change> changes = new TreeMap<>();

  private record Change(Map<String, String> before, Map<String, String> after) {}

  @Test
  void shouldLeaveOrChangeATemplateForEveryKey() throws IOException {
    // given
    define();

    // then
    Set<String> keys = new TreeSet<>();
    Matcher rows = KEY.matcher(Files.readString(ROOT.resolve("docs/configuration.md")));
    while (rows.find()) {
      keys.add(rows.group(1));
    }
    keys.removeAll(CANNOT_CHANGE);
    assertThat(changes.keySet()).as("the keys of docs/configuration.md").isEqualTo(keys);

    // when
    for (Map.Entry<String, Change> change : changes.entrySet()) {
      Map<String, Template> before = Synthesis.with(change.getValue().before());
      Map<String, Template> after = Synthesis.with(change.getValue().after());
      write(before, CHANGES.resolve(change.getKey()).resolve("before"));
      write(after, CHANGES.resolve(change.getKey()).resolve("after"));

      // then
      assertThat(roots(after)).as(change.getKey()).isNotEqualTo(roots(before));
    }
  }

  private void define() {
    Map<String, String> standard = Map.of();
    change("input", standard, "s3://rows-of-yours/bank.csv");
    change("rows", standard, "1000");
    change("seed", standard, "2");
    change("recipe", standard, "book");
    change("algorithm", standard, "logistic");
    change("spark.lifecycle", standard, "long-running");
    change("spark.primaryInstanceType", standard, "m8g.xlarge");
    change("spark.coreInstanceType", standard, "m8g.xlarge");
    change("spark.otherInstanceTypes", standard, "m6g.xlarge");
    change("spark.coreCount", standard, "3");
    change("spark.taskCount", Map.of("spark.taskCount", "4"), "8");
    change("spark.maxRuntimeMinutes", standard, "60");
    change("spark.idleMinutes", Map.of("spark.lifecycle", "long-running"), "30");
    Map<String, String> scheduled = Map.of("spark.lifecycle", "scheduled");
    change("spark.schedule", scheduled, "cron(0 4 * * ? *)");
    change("spark.alarmTopic", scheduled, "arn:aws:sns:eu-west-1:111122223333:on-call");
    change("network.zones", standard, "3");
    change("inference.architecture", standard, "arm64");
    change("inference.memoryMb", standard, "3008");
    change("inference.timeoutSeconds", standard, "10");
    change("inference.snapStart", standard, "true");
    change("inference.batch", standard, "true");
    change("logRetentionDays", standard, "30");
    change("deleteData", standard, "true");
    change("spark.inTransitEncryption", standard, "spark");
    change("spark.shell", standard, "true");
    networkOfYours();
    kubernetes();
  }

  private void networkOfYours() {
    Map<String, String> yours =
        Map.of(
            "network.vpcId", "vpc-0123456789abcdef0",
            "network.vpcCidr", "10.20.0.0/16",
            "network.subnets",
                "eu-west-1a:subnet-0123456789abcdef0,eu-west-1b:subnet-0fedcba9876543210",
            "network.routeTables", "rtb-0123456789abcdef0");
    changes.put("network.vpcId", new Change(Map.of(), yours));
    change("network.vpcCidr", yours, "10.30.0.0/16");
    change(
        "network.subnets",
        yours,
        "eu-west-1a:subnet-0123456789abcdef0,eu-west-1c:subnet-00112233445566778");
    change("network.routeTables", yours, "rtb-00112233445566778");
    change("network.endpoints", and(yours, "spark.shell", "true"), "ssm,ssmmessages");
    Map<String, String> withEndpoint =
        and(
            and(yours, "network.endpoints", "emr-service-cell01"),
            "network.serviceAccessGroup",
            "sg-0123456789abcdef0");
    change("network.serviceAccessGroup", withEndpoint, "sg-00112233445566778");
  }

  private void kubernetes() {
    Map<String, String> cluster = Map.of("kubernetes.enabled", "true");
    change("kubernetes.enabled", Map.of(), "true");
    change("kubernetes.version", and(cluster, "kubernetes.version", "1.35"), "1.36");
    change("kubernetes.admins", cluster, "arn:aws:iam::111122223333:role/Admin");
    Map<String, String> open =
        and(
            and(cluster, "kubernetes.endpoint", "public"),
            "kubernetes.publicCidrs",
            "203.0.113.0/24");
    changes.put("kubernetes.endpoint", new Change(cluster, open));
    change("kubernetes.publicCidrs", open, "198.51.100.0/24");
    change("kubernetes.serving.models", cluster, "bank@20261123T194500Z-1a2b3c4d");
    change("kubernetes.serving.minReplicas", cluster, "3");
    change("kubernetes.serving.maxReplicas", cluster, "12");
    change("kubernetes.serving.cpu", cluster, "500m");
    change("kubernetes.serving.memory", cluster, "2Gi");
    String certificate =
        "arn:aws:acm:eu-west-1:111122223333:certificate/1a2b3c4d-1a2b-1a2b-1a2b-1a2b3c4d5e6f";
    change("kubernetes.serving.certificateArn", cluster, certificate);
    Map<String, String> encrypted = and(cluster, "kubernetes.serving.certificateArn", certificate);
    Map<String, String> facing =
        and(
            and(encrypted, "kubernetes.serving.internetFacing", "true"),
            "kubernetes.serving.callers",
            "203.0.113.0/24");
    changes.put("kubernetes.serving.internetFacing", new Change(encrypted, facing));
    change("kubernetes.serving.callers", facing, "198.51.100.0/24");
    Map<String, String> mirrored = and(cluster, "kubernetes.mirror", ECR + "/mirror");
    Map<String, String> kserve = and(mirrored, "kubernetes.kserve", "true");
    changes.put("kubernetes.kserve", new Change(cluster, kserve));
    change("kubernetes.mirror", kserve, ECR + "/other");
    Map<String, String> operator =
        and(
            and(kserve, "kubernetes.sparkOperator", "true"),
            "kubernetes.sparkImage",
            ECR + "/spark:4.1.1");
    changes.put("kubernetes.sparkOperator", new Change(kserve, operator));
    change("kubernetes.sparkImage", operator, ECR + "/spark:4.1.2");
  }

  private void change(String key, Map<String, String> before, String value) {
    changes.put(key, new Change(before, and(before, key, value)));
  }

  private static Map<String, String> and(Map<String, String> keys, String key, String value) {
    Map<String, String> more = new TreeMap<>(keys);
    more.put(key, value);
    return more;
  }

  private static Map<String, Object> roots(Map<String, Template> stacks) {
    Map<String, Object> roots = new LinkedHashMap<>();
    stacks.forEach((name, template) -> roots.put(name, template.root()));
    return roots;
  }

  private static void write(Map<String, Template> stacks, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, Template> stack : stacks.entrySet()) {
      Files.writeString(
          folder.resolve(stack.getKey() + ".json"), stack.getValue().root().toString());
    }
  }
}
