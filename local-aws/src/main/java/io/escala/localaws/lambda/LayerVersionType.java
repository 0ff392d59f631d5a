package io.escala.localaws.lambda;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.s3.S3Store;
import java.util.Map;
import java.util.Set;

/** {@code AWS::Lambda::LayerVersion}: a zip that must be there. */
final class LayerVersionType implements ResourceType {
  private final Functions functions;
  private final S3Store buckets;

  LayerVersionType(Functions functions, S3Store buckets) {
    this.functions = functions;
    this.buckets = buckets;
  }

  @Override
  public String name() {
    return "AWS::Lambda::LayerVersion";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of(
        "CompatibleArchitectures",
        "CompatibleRuntimes",
        "Content",
        "Description",
        "LayerName",
        "LicenseInfo");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    String name = properties.text("LayerName").orElse(context.physicalName(64));
    ResourceProperties content =
        properties
            .object("Content")
            .orElseThrow(
                () -> new IllegalArgumentException(name() + " needs the property Content"));
    String bucket = content.requireText("S3Bucket");
    String key = content.requireText("S3Key");
    buckets.require(bucket, key);
    properties.recorded(
        "CompatibleArchitectures", "CompatibleRuntimes", "Description", "LicenseInfo");
    properties.requireAllRead();
    String arn = context.arn("lambda", "layer:" + name + ":1");
    functions.layers().save(name, new Layers.Version(arn, bucket, key));
    return new Resource(arn, Map.of("LayerVersionArn", arn));
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    return current; // whatever may change makes another version
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    functions.layers().delete(properties.text("LayerName").orElse(context.physicalName(64)));
  }
}
