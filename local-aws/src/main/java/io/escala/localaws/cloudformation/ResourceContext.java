package io.escala.localaws.cloudformation;

/**
 * Where a resource stands.
 *
 * @param accountId twelve digits
 * @param region for example {@code us-east-1}
 * @param stackName the stack's name
 * @param stackId the stack's ARN
 * @param logicalId the resource's name in the template
 */
public record ResourceContext(
    String accountId, String region, String stackName, String stackId, String logicalId) {

  /** An ARN in this account and region, for example {@code arn("lambda", "function:" + name)}. */
  public String arn(String service, String resource) {
    return "arn:aws:" + service + ":" + region + ":" + accountId + ":" + resource;
  }
}
