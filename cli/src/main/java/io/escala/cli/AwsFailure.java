package io.escala.cli;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** What went wrong with AWS, as a sentence and the next step. */
public final class AwsFailure {
  private static final Set<String> DENIED =
      Set.of(
          "AccessDenied",
          "AccessDeniedException",
          "UnauthorizedOperation",
          "NotAuthorized",
          "UnauthorizedException");
  private static final Set<String> EXPIRED =
      Set.of("ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired");
  private static final Set<String> UNKNOWN =
      Set.of(
          "UnrecognizedClientException",
          "InvalidClientTokenId",
          "InvalidAccessKeyId",
          "SignatureDoesNotMatch",
          "InvalidSignatureException",
          "AuthFailure",
          "IncompleteSignature",
          "MissingAuthenticationToken");
  private static final Pattern ACTION = Pattern.compile("perform:? ([a-zA-Z0-9-]+:[A-Za-z0-9]+)");
  private static final Pattern NO_CLUSTER = Pattern.compile("[Cc]luster id '([^']*)' is not valid");
  private static final Pattern NO_STEP = Pattern.compile("[Ss]tep id '([^']*)' is not valid");

  private AwsFailure() {}

  /** The failure for a person. */
  public static UserException of(SdkException failure, Target target) {
    return new UserException(sentence(failure, target), failure);
  }

  private static String sentence(SdkException failure, Target target) {
    if (failure instanceof AwsServiceException answered) {
      return answered(answered, target);
    }
    String message = message(failure);
    if (isWithoutCredentials(failure)) {
      return message.contains("'sso'") || message.contains("'ssooidc'")
          ? "the profile signs in through IAM Identity Center, which these commands cannot do alone."
              + " Next: aws sso login, then eval \"$(aws configure export-credentials --format"
              + " env)\", and the command again"
          : "no AWS credentials were found. Next: aws configure, or --profile NAME, or export"
              + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; aws sts get-caller-identity shows"
              + " whether they work";
    }
    if (failure instanceof SdkClientException) {
      return switch (target.kind()) {
        case LOCAL ->
            "the AWS endpoint on this machine, "
                + target.endpoint().orElseThrow()
                + ", does not answer any more; ./escala up starts it again";
        case ENDPOINT ->
            "nothing answers at AWS_ENDPOINT_URL, "
                + target.endpoint().orElseThrow()
                + " ("
                + root(failure)
                + "). Next: start it, or unset AWS_ENDPOINT_URL";
        case AWS ->
            "AWS does not answer from region "
                + target.region().id()
                + " ("
                + root(failure)
                + "). Next: check the network, a proxy, and that the region's name is right";
      };
    }
    return "AWS: " + message;
  }

  private static String answered(AwsServiceException failure, Target target) {
    String code = code(failure);
    String message = said(failure);
    Matcher cluster = NO_CLUSTER.matcher(message);
    Matcher step = NO_STEP.matcher(message);
    if (cluster.find()) {
      return "there is no cluster "
          + cluster.group(1)
          + (target.kind() == Target.Kind.AWS
              ? " in region " + target.region().id() + " of this account"
              : " at " + target.endpoint().orElseThrow())
          + "; ./escala clusters --all lists those that there are";
    }
    if (step.find()) {
      return "the cluster has no step " + step.group(1) + "; ./escala steps lists its steps";
    }
    if (DENIED.contains(code)) {
      Matcher action = ACTION.matcher(message);
      return "no permission: "
          + firstOf(message)
          + ". Next: have "
          + (action.find() ? action.group(1) : "the action")
          + " allowed to this identity; docs/emr.md lists what these commands need";
    }
    if (isThrottling(failure)) {
      return "AWS throttles the calls of this account ("
          + code
          + "), also after "
          + failure.numAttempts()
          + " attempts. Next: the same command in a minute";
    }
    if (EXPIRED.contains(code)) {
      return "the AWS credentials have expired. Next: renew them as you got them (aws sso login, a"
          + " new session), then the command again";
    }
    if (UNKNOWN.contains(code)) {
      return "AWS does not accept these credentials ("
          + code
          + "). Next: aws sts get-caller-identity, with the same profile, until that works; if it does,"
          + " region "
          + target.region().id()
          + " may not be switched on for the account";
    }
    if (message.contains("release label")) {
      return "region "
          + target.region().id()
          + " does not have this EMR release ("
          + firstOf(message)
          + "). Next: aws emr list-release-labels --region "
          + target.region().id()
          + ", or another region";
    }
    if (message.contains("termination protected")) {
      return firstOf(message)
          + ". Next: aws emr modify-cluster-attributes --no-termination-protected --cluster-id j-…,"
          + " if you are sure";
    }
    if (message.contains("may not be modified")) {
      return firstOf(message) + ". Next: ./escala clusters, and another one";
    }
    return "%s says %s: %s%s"
        .formatted(
            target.kind() == Target.Kind.AWS ? "AWS" : target.endpoint().orElseThrow().toString(),
            code.isEmpty() ? "status " + failure.statusCode() : code,
            firstOf(message),
            failure.requestId() == null ? "" : " (request " + failure.requestId() + ")");
  }

  /** True for a failure that passes: no answer, too many calls, a fault of the service. */
  public static boolean isPassing(SdkException failure) {
    if (failure instanceof AwsServiceException answered) {
      return isThrottling(answered)
          || (answered.statusCode() >= 500 && answered.statusCode() != 501);
    }
    return failure instanceof SdkClientException && !isWithoutCredentials(failure);
  }

  /** True when what was asked for is not there. */
  public static boolean isNotThere(AwsServiceException failure) {
    String message = said(failure);
    return NO_CLUSTER.matcher(message).find() || NO_STEP.matcher(message).find();
  }

  private static boolean isThrottling(AwsServiceException failure) {
    return failure.isThrottlingException()
        || failure.statusCode() == 429
        || code(failure).equals("SlowDown");
  }

  private static boolean isWithoutCredentials(SdkException failure) {
    String message = message(failure);
    return failure instanceof SdkClientException
        && (message.contains("Unable to load credentials")
            || message.contains("Profile file contained no credentials")
            || message.contains("service module must be on the class path"));
  }

  private static String code(AwsServiceException failure) {
    return failure.awsErrorDetails() == null || failure.awsErrorDetails().errorCode() == null
        ? ""
        : failure.awsErrorDetails().errorCode();
  }

  private static String said(AwsServiceException failure) {
    return Optional.ofNullable(failure.awsErrorDetails())
        .map(details -> details.errorMessage())
        .orElseGet(() -> message(failure));
  }

  private static String message(Throwable failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }

  private static String root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return firstOf(root.getClass().getSimpleName() + ": " + root.getMessage());
  }

  private static String firstOf(String message) {
    String line = message.lines().findFirst().orElse("").strip().replaceFirst("\\.$", "");
    return line.length() > 300 ? line.substring(0, 299) + "…" : line;
  }
}
