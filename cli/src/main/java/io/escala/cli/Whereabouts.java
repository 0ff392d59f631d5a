package io.escala.cli;

/** The line that says where a command goes. */
final class Whereabouts {
  private Whereabouts() {}

  /** Asks AWS whose account it is: credentials that do not work are found here, first of all. */
  static String of(Target target, Aws aws) {
    return switch (target.kind()) {
      case LOCAL -> "On this machine: " + target.endpoint().orElseThrow() + " (./escala up)";
      case ENDPOINT ->
          "At AWS_ENDPOINT_URL: "
              + target.endpoint().orElseThrow()
              + ", region "
              + target.region().id();
      case AWS -> {
        var caller = aws.sts().getCallerIdentity();
        yield "On AWS: account %s, region %s, as %s"
            .formatted(
                caller.account(),
                target.region().id(),
                caller.arn().replaceFirst("^arn:[^:]*:[^:]*::\\d*:", ""));
      }
    };
  }
}
