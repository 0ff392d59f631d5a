package io.escala.infra;

import java.util.Map;
import java.util.TreeMap;

/**
 * Spark's own encryption between driver, executors and shuffle services. The secret is made by each
 * run; YARN and Kubernetes hand it to the executors.
 *
 * <p>Nothing is tuned: these two are what EMR itself sets when it is given certificates. The cipher
 * is Spark's default, AES-CTR, which lets nobody read but notices no change; with AES-GCM no
 * message after a connection's first arrives in Spark 4.1, and a run hangs.
 *
 * @see <a href="https://github.com/apache/spark/pull/55028">SPARK-56227</a>, which mends that
 * @see <a href="https://spark.apache.org/docs/4.1.1/security.html">Spark's security</a>
 */
final class SparkTraffic {
  private SparkTraffic() {}

  static Map<String, String> properties() {
    return new TreeMap<>(
        Map.of("spark.authenticate", "true", "spark.network.crypto.enabled", "true"));
  }
}
