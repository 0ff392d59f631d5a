package io.escala.localaws.s3;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.http.AwsException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code AWS::S3::Bucket}: a folder; deleting it fails while objects are in it. */
public final class BucketType implements ResourceType {
  private static final int MAX_NAME = 63;
  private final S3Store store;

  public BucketType(S3Store store) {
    this.store = store;
  }

  @Override
  public String name() {
    return "AWS::S3::Bucket";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("BucketName");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    String name = properties.text("BucketName").orElseGet(() -> context.lowerCaseName(MAX_NAME));
    BucketSettings settings = settings(BucketSettings.fresh(name, Instant.now()), properties);
    if (store.bucketExists(name)) {
      throw new AwsException(409, "BucketAlreadyExists", name + " already exists");
    }
    store.createBucket(name);
    store.settings(settings);
    return resource(context, name);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    now.recorded("BucketName");
    store.settings(settings(store.settings(current.physicalId()), now));
    return resource(context, current.physicalId());
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    String name =
        current.attributes().isEmpty()
            ? properties.text("BucketName").orElseGet(() -> context.lowerCaseName(MAX_NAME))
            : current.physicalId();
    boolean ours = !current.attributes().isEmpty() || properties.text("BucketName").isEmpty();
    if (ours && store.bucketExists(name)) {
      store.deleteBucket(name);
    }
  }

  private static BucketSettings settings(BucketSettings before, ResourceProperties properties) {
    String algorithm = "AES256";
    String key = null;
    var encryption = properties.object("BucketEncryption");
    if (encryption.isPresent()) {
      List<ResourceProperties> rules =
          encryption.get().objects("ServerSideEncryptionConfiguration");
      for (ResourceProperties rule : rules) {
        rule.recorded("BucketKeyEnabled");
        var standard = rule.object("ServerSideEncryptionByDefault");
        if (standard.isPresent()) {
          algorithm = standard.get().requireText("SSEAlgorithm");
          key = standard.get().text("KMSMasterKeyID").orElse(null);
        }
      }
    }
    var versioning = properties.object("VersioningConfiguration");
    if (versioning.isPresent() && versioning.get().requireText("Status").equals("Enabled")) {
      throw new IllegalArgumentException(
          "local-aws does not keep versions of objects: AWS::S3::Bucket property"
              + " VersioningConfiguration.Status must be Suspended or absent");
    }
    Map<String, String> tags = new LinkedHashMap<>();
    for (ResourceProperties tag : properties.objects("Tags")) {
      tags.put(tag.requireText("Key"), tag.requireText("Value"));
    }
    // Nobody but this machine's user reaches the files, they never expire, and nothing is billed.
    properties.recorded(
        "PublicAccessBlockConfiguration",
        "OwnershipControls",
        "LifecycleConfiguration",
        "LoggingConfiguration",
        "CorsConfiguration",
        "MetricsConfigurations",
        "InventoryConfigurations",
        "IntelligentTieringConfigurations");
    properties.recorded("BucketName");
    properties.requireAllRead();
    return before.withEncryption(algorithm, key).withTags(tags);
  }

  private static Resource resource(ResourceContext context, String name) {
    String host = name + ".s3";
    return new Resource(
        name,
        Map.of(
            "Arn", "arn:aws:s3:::" + name,
            "DomainName", host + ".amazonaws.com",
            "RegionalDomainName", host + "." + context.region() + ".amazonaws.com",
            "DualStackDomainName", host + ".dualstack." + context.region() + ".amazonaws.com",
            "WebsiteURL", "http://" + name + ".s3-website-" + context.region() + ".amazonaws.com"));
  }
}
