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
        new Variation("serverless", Map.of("spark.lifecycle", "serverless")));
  }

  Map<String, Template> templates() {
    return Synthesis.with(keys);
  }

  private static Map<String, String> everySwitch() {
    Map<String, String> keys = new HashMap<>();
    keys.put("input", "s3://rows-of-yours/bank.csv");
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
