package io.escala.infra;

import io.escala.infra.config.TransitEncryption;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awscdk.services.emr.CfnSecurityConfiguration;
import software.amazon.awscdk.services.kms.IKey;
import software.constructs.Construct;

/**
 * Encrypted disks, the metadata service in its second version alone and, with certificates, TLS
 * between the machines.
 */
final class ClusterSecurity {
  private final CfnSecurityConfiguration configuration;

  ClusterSecurity(Construct scope, String id, IKey diskKey, Optional<TransitEncryption> inTransit) {
    configuration =
        CfnSecurityConfiguration.Builder.create(scope, id)
            .securityConfiguration(security(diskKey, inTransit))
            .build();
  }

  String name() {
    return configuration.getRef();
  }

  private static Map<String, Object> security(IKey diskKey, Optional<TransitEncryption> inTransit) {
    // The bucket's key: a second one would cost as much again and protect nothing more.
    Map<String, Object> disks =
        sorted(
            Map.of(
                "EnableEbsEncryption",
                true,
                "EncryptionKeyProviderType",
                "AwsKms",
                "AwsKmsKey",
                diskKey.getKeyArn()));
    Map<String, Object> encryption = new TreeMap<>();
    encryption.put("EnableAtRestEncryption", true);
    encryption.put(
        "AtRestEncryptionConfiguration", Map.of("LocalDiskEncryptionConfiguration", disks));
    encryption.put("EnableInTransitEncryption", false);
    if (inTransit.orElse(null) instanceof TransitEncryption.Certificates certificates) {
      encryption.put("EnableInTransitEncryption", true);
      encryption.put(
          "InTransitEncryptionConfiguration",
          Map.of(
              "TLSCertificateConfiguration",
              sorted(
                  Map.of("CertificateProviderType", "PEM", "S3Object", certificates.zip().uri()))));
    }
    Map<String, Object> metadata =
        sorted(Map.of("MinimumInstanceMetadataServiceVersion", 2, "HttpPutResponseHopLimit", 1));
    return sorted(
        Map.of(
            "InstanceMetadataServiceConfiguration",
            metadata,
            "EncryptionConfiguration",
            encryption));
  }

  /** The order of {@code Map.of} differs from run to run, and with it the template. */
  private static Map<String, Object> sorted(Map<String, Object> map) {
    return new TreeMap<>(map);
  }
}
