package io.escala.localaws.s3;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.http.AwsException;
import java.util.Map;
import java.util.Set;

/** {@code AWS::S3::BucketPolicy}: kept with the bucket, given back, enforced by nothing. */
public final class BucketPolicyType implements ResourceType {
  private final S3Store store;

  public BucketPolicyType(S3Store store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "AWS::S3::BucketPolicy";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("Bucket");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    return put(properties);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    return put(now);
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    String bucket = properties.text("Bucket").orElse("");
    if (store.bucketExists(bucket)) {
      store.settings(store.settings(bucket).withPolicy(null));
    }
  }

  private Resource put(ResourceProperties properties) {
    String bucket = properties.requireText("Bucket");
    String policy =
        properties
            .json("PolicyDocument")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "AWS::S3::BucketPolicy needs the property PolicyDocument"))
            .toString();
    properties.requireAllRead();
    if (!store.bucketExists(bucket)) {
      throw new AwsException(404, "NoSuchBucket", "The specified bucket does not exist: " + bucket);
    }
    store.settings(store.settings(bucket).withPolicy(policy));
    return new Resource(bucket, Map.of());
  }
}
