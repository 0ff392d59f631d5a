package io.escala.cli;

import java.net.URI;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;

/**
 * Where a command goes. Never to an account of AWS unless that was said: with {@code --aws}, or
 * with the address that every AWS tool takes from {@code AWS_ENDPOINT_URL}.
 */
final class TargetOptions {
  private static final String ENDPOINT = "AWS_ENDPOINT_URL";

  @Option(
      names = "--aws",
      description =
          "Work on the AWS account of your credentials, found as every AWS tool finds them.")
  private boolean aws;

  @Option(
      names = "--local",
      description =
          "Work on the endpoint that ./escala up started (the default while it runs, unless AWS_ENDPOINT_URL says otherwise).")
  private boolean local;

  @Option(
      names = "--region",
      paramLabel = "REGION",
      description = "Region, with --aws (default: AWS_REGION, then the profile's).")
  private String region;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "Profile of your AWS configuration, with --aws (default: AWS_PROFILE).")
  private String profile;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  /** The endpoint of this checkout is meant, and does not run. */
  static final class NoEndpointException extends UserException {
    private static final long serialVersionUID = 1;

    NoEndpointException(String message) {
      super(message);
    }
  }

  /**
   * The target that options and environment mean.
   *
   * @throws ParameterException when the options contradict each other
   * @throws NoEndpointException when they mean the endpoint of this checkout and it does not run
   * @throws UserException when there is none otherwise
   */
  Target target(Workspace workspace) {
    return target(workspace, System.getenv());
  }

  Target target(Workspace workspace, Map<String, String> environment) {
    String address = environment.getOrDefault(ENDPOINT, "");
    if (aws && local) {
      throw wrong("--aws and --local are two places; name one");
    }
    if (aws && !address.isEmpty()) {
      throw wrong(
          "--aws, but "
              + ENDPOINT
              + " is "
              + address
              + ", where every AWS tool would go; unset it, or leave --aws out");
    }
    if (aws) {
      return ofAws(Target.Kind.AWS, Optional.empty(), environment);
    }
    if (!local && !address.isEmpty()) {
      return ofAws(Target.Kind.ENDPOINT, Optional.of(uri(address)), environment);
    }
    if (region != null || profile != null) {
      throw wrong(
          (region == null ? "--profile" : "--region") + " belongs to --aws, which is not given");
    }
    return LocalEndpoint.find(workspace)
        .map(Target::local)
        .orElseThrow(
            () ->
                new NoEndpointException(
                    "the AWS endpoint of this checkout does not run; ./escala up starts it"
                        + (local
                            ? ""
                            : ". For the AWS account of your credentials say so: add --aws")));
  }

  private Target ofAws(Target.Kind kind, Optional<URI> endpoint, Map<String, String> environment) {
    return new Target(
        kind,
        endpoint,
        region(environment),
        DefaultCredentialsProvider.builder().profileName(profile).build());
  }

  private Region region(Map<String, String> environment) {
    for (String given :
        new String[] {
          region, environment.get("AWS_REGION"), environment.get("AWS_DEFAULT_REGION")
        }) {
      if (given != null && !given.isEmpty()) {
        if (!given.matches("[a-z]{2,}(-[a-z]+)+-\\d")) {
          throw wrong("the region is " + given + ", but must be one such as eu-west-1");
        }
        return Region.of(given);
      }
    }
    try {
      DefaultAwsRegionProviderChain.Builder chain = DefaultAwsRegionProviderChain.builder();
      return (profile == null ? chain : chain.profileName(profile)).build().getRegion();
    } catch (SdkClientException e) {
      throw new UserException(
          "no region is set: add --region eu-west-1 (yours), or set AWS_REGION, or one in the"
              + " profile with aws configure",
          e);
    }
  }

  private URI uri(String address) {
    try {
      URI uri = URI.create(address);
      if (uri.getHost() != null && uri.getScheme() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw wrong(ENDPOINT + " is " + address + ", but must be an address such as http://host:port");
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
