package io.escala.localaws.ecr;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** {@code AWS::ECR::Repository}: a folder, into which the image's builder writes an OCI layout. */
public final class RepositoryType implements ResourceType {
  private static final int MAX_NAME = 256;
  private final Layouts layouts;

  public RepositoryType(Layouts layouts) {
    this.layouts = layouts;
  }

  @Override
  public String name() {
    return "AWS::ECR::Repository";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("EncryptionConfiguration", "RepositoryName");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties)
      throws IOException {
    String repository = repository(context, properties);
    check(properties);
    layouts.create(repository);
    return resource(context, repository);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    now.recorded("RepositoryName");
    check(now);
    return resource(context, current.physicalId());
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    String repository =
        current.attributes().isEmpty()
            ? repository(context, properties) // a kill came before its name was known
            : current.physicalId();
    if (!properties.bool("EmptyOnDelete").orElse(false) && layouts.hasImages(repository)) {
      throw new IllegalArgumentException(
          "the repository "
              + repository
              + " cannot be deleted because it still contains images (EmptyOnDelete is not set)");
    }
    layouts.delete(repository);
  }

  private static String repository(ResourceContext context, ResourceProperties properties) {
    return properties.text("RepositoryName").orElse(context.lowerCaseName(MAX_NAME));
  }

  /** Nobody scans here, and no image is so old that it must go. */
  private static void check(ResourceProperties properties) {
    properties.recorded(
        "EmptyOnDelete",
        "EncryptionConfiguration",
        "ImageScanningConfiguration",
        "ImageTagMutability",
        "LifecyclePolicy",
        "RepositoryPolicyText",
        "Tags");
    properties.requireAllRead();
  }

  private static Resource resource(ResourceContext context, String repository) {
    return new Resource(
        repository,
        Map.of(
            "Arn",
            context.arn("ecr", "repository/" + repository),
            "RepositoryUri",
            "%s.dkr.ecr.%s.amazonaws.com/%s"
                .formatted(context.accountId(), context.region(), repository)));
  }
}
