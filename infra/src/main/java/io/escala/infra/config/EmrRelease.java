package io.escala.infra.config;

/**
 * The EMR releases that can run the job: those that bring the Spark minor and the Scala binary
 * version it is compiled against. A jar for Scala 2.13 on a Scala 2.12 release (every {@code
 * emr-7.x}) fails in the middle of a run with {@code NoSuchMethodError}, after the cluster has been
 * paid for. Source: the release notes, {@code
 * docs.aws.amazon.com/emr/latest/ReleaseGuide/emr-spark810-release.html}.
 */
public enum EmrRelease {
  /** Long-term support, standard support until 2029-09-07. */
  EMR_SPARK_8_1_0("emr-spark-8.1.0", "4.1.1", "2.13.17", 17);

  private final String label;
  private final String spark;
  private final String scala;
  private final int java;

  EmrRelease(String label, String spark, String scala, int java) {
    this.label = label;
    this.spark = spark;
    this.scala = scala;
    this.java = java;
  }

  /** The release label, as EMR spells it. */
  public String label() {
    return label;
  }

  /** The version of Spark, without Amazon's suffix. */
  public String spark() {
    return spark;
  }

  /** The full version of Scala. */
  public String scala() {
    return scala;
  }

  /** The Java feature release that Spark runs on unless told otherwise. */
  public int java() {
    return java;
  }
}
