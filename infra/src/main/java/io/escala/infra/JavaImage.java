package io.escala.infra;

import io.escala.infra.config.Architecture;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awscdk.CustomResource;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.FileSystem;
import software.amazon.awscdk.IgnoreMode;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.services.ecr.IRepository;
import software.amazon.awscdk.services.ecr.LifecycleRule;
import software.amazon.awscdk.services.ecr.Repository;
import software.amazon.awscdk.services.ecr.TagMutability;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.logs.CfnLogGroup;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.s3.assets.Asset;
import software.constructs.Construct;

/**
 * A module's jar and {@code libs/} as an image in a repository of its own, built while
 * CloudFormation deploys: nobody needs Docker.
 *
 * <p>A function that is a custom resource fetches the files, builds the image with Jib and pushes
 * it. The same input gives the same digest, so that {@link #imageUri()} changes when, and only
 * when, the image does. The images of earlier deployments stay, for whoever rolls back to one. All
 * of them go with the stack.
 */
final class JavaImage extends Construct {
  /** As many images as there may be deployments to roll back over. */
  private static final int KEPT_IMAGES = 20;

  private final Repository repository;
  private final String imageUri;

  /** Makes the repository, the function and its order to build. */
  JavaImage(Construct scope, String id, JavaImageProps props) {
    super(scope, id);
    // 0.10 USD a GB and month; layers that images share are paid once. ECR encrypts what it stores.
    repository =
        Repository.Builder.create(this, "Repository")
            .imageScanOnPush(true)
            .imageTagMutability(TagMutability.IMMUTABLE)
            .lifecycleRules(
                List.of(
                    LifecycleRule.builder()
                        .description("the last " + KEPT_IMAGES + ", to roll back to")
                        .maxImageCount(KEPT_IMAGES)
                        .build()))
            .emptyOnDelete(true)
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    Asset app = Asset.Builder.create(this, "App").path(props.app().toString()).build();
    Optional<Asset> models = props.models().map(this::asset);

    LogGroup logs =
        LogGroup.Builder.create(this, "Logs").removalPolicy(RemovalPolicy.DESTROY).build();
    // Java's RetentionDays does not tell its number of days.
    ((CfnLogGroup) logs.getNode().getDefaultChild()).setRetentionInDays(props.logRetentionDays());
    Role role = role(logs, app, models);
    Function function =
        Function.Builder.create(this, "Builder")
            .runtime(Runtime.JAVA_25)
            // Its own processor, not the image's: Jib runs nothing of what it packs.
            .architecture(software.amazon.awscdk.services.lambda.Architecture.X86_64)
            .code(Code.fromAsset(props.builderZip().toString()))
            .handler("io.escala.image.JavaImageHandler::handleRequest")
            .memorySize(2048)
            // The zip, what is in it, the layers made of it, and the base image's: 0.4 GB.
            .ephemeralStorageSize(Size.mebibytes(1024))
            .timeout(Duration.minutes(10))
            .role(role)
            .logGroup(logs)
            .build();

    CustomResource order =
        CustomResource.Builder.create(this, "Resource")
            .resourceType("Custom::JavaImage")
            .serviceToken(function.getFunctionArn())
            // Longer than the function's, so that its own sentence is what one reads.
            .serviceTimeout(Duration.minutes(11))
            .properties(properties(props, app, models))
            .build();
    // CloudFormation would let the function go while its policy is still being attached.
    order.getNode().addDependency(role);
    imageUri = order.getAttString("ImageUri");
  }

  /** {@code repository@sha256:digest}, known once it is deployed. */
  String imageUri() {
    return imageUri;
  }

  /** Where the images are. */
  IRepository repository() {
    return repository;
  }

  private Asset asset(JavaImageProps.Models models) {
    List<String> exclude = new ArrayList<>(List.of("*"));
    models.names().forEach(name -> exclude.addAll(List.of("!" + name, "!" + name + "/**")));
    return Asset.Builder.create(this, "Models")
        .path(models.folder().toString())
        .exclude(exclude)
        .ignoreMode(IgnoreMode.GIT)
        .build();
  }

  private Role role(LogGroup logs, Asset app, Optional<Asset> models) {
    Role role =
        Role.Builder.create(this, "Role")
            .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
            .build();
    logs.grantWrite(role);
    // The password for the registry; it is the account's and takes no narrower resource.
    allow(role, List.of("*"), "ecr:GetAuthorizationToken");
    allow(
        role,
        List.of(repository.getRepositoryArn()),
        // Which layers are there already
        "ecr:BatchCheckLayerAvailability",
        // Push a layer, then the manifest
        "ecr:InitiateLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload",
        "ecr:PutImage",
        // When a try is repeated: what the image that already has this tag was made of
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer");
    List<Asset> read = new ArrayList<>(List.of(app));
    models.ifPresent(read::add);
    allow(
        role,
        // Not Asset.grantRead, which opens all of the bucket
        read.stream()
            .map(asset -> asset.getBucket().arnForObjects(asset.getS3ObjectKey()))
            .toList(),
        "s3:GetObject");
    return role;
  }

  private static void allow(Role role, List<String> resources, String... actions) {
    role.addToPolicy(
        PolicyStatement.Builder.create().actions(List.of(actions)).resources(resources).build());
  }

  /** Every input, so that a change of any is an update. */
  private Map<String, Object> properties(JavaImageProps props, Asset app, Optional<Asset> models) {
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("Repository", repository.getRepositoryUri());
    properties.put("AppBucket", app.getS3BucketName());
    properties.put("AppKey", app.getS3ObjectKey());
    properties.put("AppHash", app.getAssetHash());
    models.ifPresent(
        asset -> {
          properties.put("ModelsBucket", asset.getS3BucketName());
          properties.put("ModelsKey", asset.getS3ObjectKey());
          properties.put("ModelsHash", asset.getAssetHash());
        });
    properties.put("BaseImage", props.base().reference());
    properties.put(
        "Platform", props.architecture() == Architecture.ARM64 ? "linux/arm64" : "linux/amd64");
    properties.put("JvmFlags", props.jvmFlags());
    properties.put("Arguments", props.arguments());
    // Another builder may lay out the same files otherwise. If it does not, the digest is the same.
    properties.put("BuilderHash", FileSystem.fingerprint(props.builderZip().toString()));
    return properties;
  }
}
