package io.escala.infra;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A configuration whose templates are under review.
 *
 * @param name of its folder in {@code approved}
 */
record Variation(String name, Map<String, String> keys) {
  private static final String ECR = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";

  static final Variation STANDARD = new Variation("default", Map.of());

  /** The first of them is the default. */
  static List<Variation> all() {
    return List.of(
        STANDARD,
        new Variation("kubernetes", Map.of("kubernetes.enabled", "true")),
        new Variation("every-switch", everySwitch()),
        new Variation(
            "long-running",
            Map.of(
                "spark.lifecycle",
                "long-running",
                "spark.taskCount",
                "8",
                "spark.otherInstanceTypes",
                "m6g.xlarge,m8g.xlarge")),
        new Variation(
            "scheduled",
            Map.of(
                "spark.lifecycle",
                "scheduled",
                "spark.taskCount",
                "8",
                "spark.alarmTopic",
                "arn:aws:sns:eu-west-1:111122223333:on-call")),
        new Variation("serverless", Map.of("spark.lifecycle", "serverless")),
        new Variation("vpc-of-yours", ofYours()),
        new Variation("vpc-of-yours-with-endpoints", ofYoursWithEndpoints()),
        new Variation("vpc-of-yours-serverless", ofYoursServerless()));
  }

  /** A VPC that has nothing but subnets; and certificates. */
  static Map<String, String> ofYours() {
    return Map.of(
        "network.vpcId",
        "vpc-0123456789abcdef0",
        "network.vpcCidr",
        "10.20.0.0/16",
        "network.subnets",
        "eu-west-1a:subnet-0123456789abcdef0,eu-west-1b:subnet-0fedcba9876543210",
        "network.routeTables",
        "rtb-0123456789abcdef0",
        "spark.inTransitEncryption",
        "s3://certificates-of-yours/cluster.zip");
  }

  /** One that has every endpoint already, with a scheduled cluster and Kubernetes in it. */
  static Map<String, String> ofYoursWithEndpoints() {
    Map<String, String> keys = new HashMap<>(ofYours());
    keys.remove("network.routeTables");
    keys.remove("spark.inTransitEncryption");
    keys.put(
        "network.endpoints",
        "s3,emr-service-cell01,ecr.api,ecr.dkr,eks,eks-auth,ec2,ssm,ssmmessages");
    keys.put("network.serviceAccessGroup", "sg-0123456789abcdef0");
    keys.put("spark.lifecycle", "scheduled");
    keys.put("spark.shell", "true");
    keys.put("kubernetes.enabled", "true");
    return Map.copyOf(keys);
  }

  private static Map<String, String> ofYoursServerless() {
    Map<String, String> keys = new HashMap<>(ofYours());
    keys.put("spark.inTransitEncryption", "spark");
    keys.put("spark.lifecycle", "serverless");
    return Map.copyOf(keys);
  }

  Map<String, Template> templates() {
    return Synthesis.with(keys);
  }

  private static Map<String, String> everySwitch() {
    Map<String, String> keys = new HashMap<>();
    keys.put("deleteData", "true");
    keys.put("input", "s3://rows-of-yours/bank.csv");
    keys.put("spark.inTransitEncryption", "spark");
    keys.put("spark.shell", "true");
    keys.put("inference.batch", "true");
    keys.put("inference.snapStart", "true");
    keys.put("kubernetes.enabled", "true");
    keys.put("kubernetes.mirror", ECR + "/mirror");
    keys.put("kubernetes.kserve", "true");
    keys.put("kubernetes.sparkOperator", "true");
    keys.put("kubernetes.sparkImage", ECR + "/spark:4.1.1");
    return Map.copyOf(keys);
  }
}
