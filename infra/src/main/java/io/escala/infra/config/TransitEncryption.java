package io.escala.infra.config;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Matcher;

/** How what Spark's processes tell each other is encrypted on its way. */
public sealed interface TransitEncryption {

  /**
   * By Spark itself: AES between driver, executors and shuffle services, with a secret that each
   * run makes for itself. There is nothing to issue, to renew or to leak; what else speaks in a
   * cluster (YARN, HDFS and the web pages of both and of Spark) is not encrypted by it.
   */
  record Spark() implements TransitEncryption {}

  /**
   * By EMR, with certificates of yours: TLS for whatever of the cluster can have it, and AES for
   * Spark, which EMR then turns on itself.
   *
   * @param zip with {@code privateKey.pem} and {@code certificateChain.pem}
   */
  record Certificates(Input.S3 zip) implements TransitEncryption {
    public Certificates {
      requireNonNull(zip, "zip is null");
    }
  }

  /** What the configuration says for {@link Spark}. */
  String BY_SPARK = "spark";

  /** What it takes, as a mistake says it. */
  String ALLOWED =
      "spark, or the s3:// address of a zip with privateKey.pem and certificateChain.pem, such as"
          + " s3://bucket/certificates.zip";

  /**
   * Reads the value of the key {@code spark.inTransitEncryption}.
   *
   * @throws IllegalArgumentException if it is neither, saying what is allowed
   */
  static TransitEncryption of(String text) {
    if (text.equals(BY_SPARK)) {
      return new Spark();
    }
    Matcher uri = Input.S3_URI.matcher(text);
    return Optional.of(uri)
        .filter(Matcher::matches)
        .filter(address -> address.group(2) != null && text.endsWith(".zip"))
        .map(address -> new Certificates(new Input.S3(address.group(1), address.group(2))))
        .orElseThrow(() -> new IllegalArgumentException("must be " + ALLOWED));
  }
}
