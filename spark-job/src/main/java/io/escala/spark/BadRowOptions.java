package io.escala.spark;

import io.escala.spark.data.BadRowPolicy;
import io.escala.spark.storage.Locations;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;
import picocli.CommandLine.TypeConversionException;

/** What to do with rows that break the data contract; a mixin of the commands that read rows. */
final class BadRowOptions {
  @Spec(Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = {"--bad-rows", "--bad_rows"},
      defaultValue = "fail",
      paramLabel = "WHAT",
      description = {
        "when rows break the data contract: fail, or quarantine them and go on with the others",
        "(default: ${DEFAULT-VALUE})"
      })
  private BadRowPolicy.Handling handling;

  @Option(
      names = {"--max-bad-share", "--max_bad_share"},
      defaultValue = "0.01",
      paramLabel = "SHARE",
      converter = Share.class,
      description =
          "more bad rows than this are a failure: 0 to 1, or as in 1%% (default: ${DEFAULT-VALUE})")
  private double mostShare;

  @Option(
      names = {"--quarantine-path", "--quarantine_path"},
      paramLabel = "FOLDER",
      description = "where quarantined rows go (default: the output path and .quarantine)")
  private String aside;

  /**
   * The policy for a run that writes to this output.
   *
   * @throws ParameterException if a quarantine path is given that would not be used
   */
  BadRowPolicy policy(String output) {
    if (handling == BadRowPolicy.Handling.fail && aside != null) {
      throw new ParameterException(
          spec.commandLine(),
          "--quarantine-path is "
              + aside
              + ", but nothing goes there without --bad-rows quarantine");
    }
    String path = aside == null ? output.replaceFirst("/+$", "") + ".quarantine" : aside;
    return new BadRowPolicy(handling, mostShare, Locations.path(path));
  }

  /** Reads {@code 0.01} and {@code 1%}. */
  static final class Share implements ITypeConverter<Double> {
    @Override
    public Double convert(String text) {
      boolean percent = text.endsWith("%");
      double share = Double.NaN;
      if (text.matches("[0-9.]+%?")) {
        try {
          share = Double.parseDouble(text.replace("%", "")) / (percent ? 100 : 1);
        } catch (NumberFormatException e) {
          share = Double.NaN;
        }
      }
      if (!(share >= 0 && share <= 1)) {
        throw new TypeConversionException(
            "'" + text + "' is no share; expected a number from 0 to 1, or as in 1%");
      }
      return share;
    }
  }
}
