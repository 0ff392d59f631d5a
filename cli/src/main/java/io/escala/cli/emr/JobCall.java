package io.escala.cli.emr;

import java.util.List;
import java.util.Optional;

/**
 * What a step's arguments say of the job in it.
 *
 * @param status the file in which the run tells how far it is, where whoever submitted it asked for
 *     one
 * @param output where the job writes
 */
record JobCall(Optional<S3Address> status, Optional<S3Address> output) {
  /** Of spark-submit's configuration: see the job's RunStatus. */
  static final String STATUS = "spark.escala.status";

  /** Reads the arguments of spark-submit. */
  static JobCall of(List<String> arguments) {
    Optional<S3Address> status = Optional.empty();
    Optional<S3Address> output = Optional.empty();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      String next = i + 1 < arguments.size() ? arguments.get(i + 1) : "";
      if (argument.startsWith(STATUS + "=")) {
        status = S3Address.of(argument.substring(STATUS.length() + 1));
      } else if (argument.matches("--output[-_]path")) {
        output = S3Address.of(next);
      } else if (argument.matches("--output[-_]path=.*")) {
        output = S3Address.of(argument.substring(argument.indexOf('=') + 1));
      }
    }
    return new JobCall(status, output);
  }
}
