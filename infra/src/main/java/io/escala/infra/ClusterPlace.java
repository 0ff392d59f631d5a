package io.escala.infra;

import software.amazon.awscdk.services.kms.IKey;

/**
 * What a cluster is given of the stack, whoever makes it.
 *
 * @param diskKey encrypts the machines' disks
 * @param logUri the folder for EMR's logs, an {@code s3://} address
 */
record ClusterPlace(SparkNetwork network, ClusterRoles roles, IKey diskKey, String logUri) {
  /** Need not be unique. */
  static final String NAME = "escala";

  /** Otherwise a machine is taken away when its hour is over, in the middle of its tasks. */
  static final String SCALE_DOWN = "TERMINATE_AT_TASK_COMPLETION";

  /** AmazonEMRServicePolicy_v2 lets EMR touch only what carries this tag. */
  static final String TAG = "for-use-with-amazon-emr-managed-policies";
}
