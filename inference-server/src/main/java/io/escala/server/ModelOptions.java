package io.escala.server;

import io.escala.inference.BundleSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Which models, and where they are: what serving and its checks are told alike. */
final class ModelOptions {
  @Spec(Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = {"--models", "--model-path", "--model_path"},
      required = true,
      paramLabel = "DIR|S3-URI",
      description =
          "Where the models are: a folder, or s3://bucket/prefix (with AWS_REGION and credentials in the environment)."
              + " Folders may be several, each with the option, and one of S3 beside them, for what no folder has.")
  private List<String> locations = new ArrayList<>();

  @Option(
      names = "--model",
      split = ",",
      paramLabel = "NAME[@VERSION]",
      description =
          "This model; may be given several times, or with commas. With a version it is that one for good, whatever"
              + " is published later. Default: every model of the folder. Needed with S3.")
  private List<String> names = new ArrayList<>();

  private List<ModelName> models = List.of();

  /** Whether models are named. */
  boolean isNamed() {
    return !names.isEmpty();
  }

  /**
   * Where they are, in the versions asked for.
   *
   * @param environment with the region and the credentials for S3
   * @throws ParameterException if the options contradict each other
   * @throws StartException if what they name cannot be used
   */
  BundleSource source(Map<String, String> environment) {
    List<ModelsRoot> roots = roots();
    models = names.stream().map(this::model).toList();
    long different = models.stream().map(ModelName::name).distinct().count();
    check(
        different == models.stream().distinct().count(),
        "--model names a model twice, in different versions: " + String.join(", ", names));
    return PinnedVersions.of(ModelsRoot.source(roots, environment), models);
  }

  /** The names of the models; call {@link #source} before. */
  List<String> served() {
    return isNamed()
        ? models.stream().map(ModelName::name).distinct().toList()
        : ModelsRoot.names(roots());
  }

  private ModelName model(String text) {
    try {
      return ModelName.of(text);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
  }

  private List<ModelsRoot> roots() {
    List<ModelsRoot> roots = locations.stream().distinct().map(ModelsRoot::new).toList();
    for (ModelsRoot root : roots) {
      check(
          !root.isUri() || root.location().startsWith("s3://"),
          "--models is " + root.location() + ", but must be a folder or s3://bucket/prefix");
      check(
          !root.isUri() || isNamed(),
          "--models is in S3: name the models with --model, as in --model bank (listing a bucket needs a permission"
              + " that serving does not)");
    }
    List<String> uris = roots.stream().filter(ModelsRoot::isUri).map(ModelsRoot::location).toList();
    check(
        uris.size() <= 1,
        "--models is given several times, which folders may be, but not S3: "
            + String.join(", ", uris));
    return roots;
  }

  private void check(boolean good, String message) {
    if (!good) {
      throw new ParameterException(command.commandLine(), message);
    }
  }
}
