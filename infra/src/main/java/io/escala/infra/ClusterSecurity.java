package io.escala.infra;

import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.services.emr.CfnSecurityConfiguration;
import software.amazon.awscdk.services.kms.IKey;
import software.constructs.Construct;

/** Encrypted disks, and the metadata service in its second version alone. */
final class ClusterSecurity {
  private final CfnSecurityConfiguration configuration;

  ClusterSecurity(Construct scope, String id, IKey diskKey) {
    configuration =
        CfnSecurityConfiguration.Builder.create(scope, id)
            .securityConfiguration(security(diskKey))
            .build();
  }

  String name() {
    return configuration.getRef();
  }

  private static Map<String, Object> security(IKey diskKey) {
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
    Map<String, Object> encryption =
        sorted(
            Map.of(
                "EnableInTransitEncryption",
                false,
                "EnableAtRestEncryption",
                true,
                "AtRestEncryptionConfiguration",
                Map.of("LocalDiskEncryptionConfiguration", disks)));
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
