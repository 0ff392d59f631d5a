package io.escala.localaws.cloudformation;

import java.security.SecureRandom;
import java.util.Locale;

/**
 * Where a resource stands.
 *
 * @param accountId twelve digits
 * @param region for example {@code us-east-1}
 * @param stackName the stack's name
 * @param stackId the stack's ARN
 * @param logicalId the resource's name in the template
 * @param suffix what makes the physical name of this one resource unlike any other's; remembered
 *     before the resource is made, so that a kill in between leaves nothing nameless
 */
public record ResourceContext(
    String accountId,
    String region,
    String stackName,
    String stackId,
    String logicalId,
    String suffix) {
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  private static final SecureRandom RANDOM = new SecureRandom();

  /** A resource with a new suffix. */
  public ResourceContext(
      String accountId, String region, String stackName, String stackId, String logicalId) {
    this(accountId, region, stackName, stackId, logicalId, newSuffix());
  }

  /** An ARN in this account and region, for example {@code arn("lambda", "function:" + name)}. */
  public String arn(String service, String resource) {
    return "arn:aws:" + service + ":" + region + ":" + accountId + ":" + resource;
  }

  /**
   * The name that CloudFormation gives to a resource without one: {@code
   * stack-LogicalId-ABCDEF123456}. A resource should use it, so that one that a kill left half made
   * can be found and removed.
   */
  public String physicalName() {
    return stackName + "-" + logicalId + "-" + suffix;
  }

  /** {@link #physicalName} shortened to a type's limit: the suffix stays. */
  public String physicalName(int maxLength) {
    int room = maxLength - suffix.length() - 2;
    int stack = Math.min(stackName.length(), Math.max(room / 2, room - logicalId.length()));
    int logical = Math.min(logicalId.length(), room - stack);
    return stackName.substring(0, stack) + "-" + logicalId.substring(0, logical) + "-" + suffix;
  }

  /** {@link #physicalName(int)} in lower case, as bucket names are. */
  public String lowerCaseName(int maxLength) {
    return physicalName(maxLength).toLowerCase(Locale.ROOT);
  }

  /** Twelve random letters and digits. */
  static String newSuffix() {
    StringBuilder suffix = new StringBuilder();
    for (int i = 0; i < 12; i++) {
      suffix.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return suffix.toString();
  }
}
