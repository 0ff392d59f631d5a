package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What the construct {@code JavaImage} asks for: the properties of its custom resource.
 *
 * @param repository in ECR
 * @param app the zip of the application
 * @param models the zip of the bundles
 * @param builderHash of the function's own code
 */
record Order(
    String repository,
    StoredZip app,
    Optional<StoredZip> models,
    Base base,
    ImagePlatform platform,
    List<String> jvmFlags,
    List<String> arguments,
    String builderHash) {
  /**
   * A zip in S3.
   *
   * @param hash of its content, as the CDK computes it
   */
  record StoredZip(String bucket, String key, String hash) {
    String uri() {
      return "s3://" + bucket + "/" + key;
    }
  }

  static Order of(JsonObject properties) throws ImageException {
    return new Order(
        text(properties, "Repository"),
        zip(properties, "App"),
        properties.has("ModelsKey") ? Optional.of(zip(properties, "Models")) : Optional.empty(),
        Base.of(text(properties, "BaseImage")),
        ImagePlatform.of(text(properties, "Platform")),
        texts(properties, "JvmFlags"),
        texts(properties, "Arguments"),
        text(properties, "BuilderHash"));
  }

  /** The same order with another base. */
  Order withBase(Base other) {
    return new Order(repository, app, models, other, platform, jvmFlags, arguments, builderHash);
  }

  /**
   * The application's hash, and one over everything that makes the image: an order that differs in
   * anything has a tag of its own, and one that is repeated finds its image.
   */
  String tag() {
    String all =
        String.join(
            "\n",
            app.hash(),
            models.map(StoredZip::hash).orElse(""),
            base.name(),
            platform.label(),
            jvmFlags.toString(),
            arguments.toString(),
            builderHash);
    String hash = HexFormat.of().formatHex(AppLayers.sha256().digest(all.getBytes(UTF_8)));
    return app.hash().substring(0, Math.min(16, app.hash().length())) + "-" + hash.substring(0, 16);
  }

  private static StoredZip zip(JsonObject properties, String name) throws ImageException {
    return new StoredZip(
        text(properties, name + "Bucket"),
        text(properties, name + "Key"),
        text(properties, name + "Hash"));
  }

  private static String text(JsonObject properties, String name) throws ImageException {
    if (properties.get(name) instanceof JsonPrimitive value && !value.getAsString().isEmpty()) {
      return value.getAsString();
    }
    throw new ImageException("the resource's property " + name + " is missing");
  }

  private static List<String> texts(JsonObject properties, String name) throws ImageException {
    if (!(properties.get(name) instanceof JsonArray values)) {
      throw new ImageException("the resource's property " + name + " is missing or no list");
    }
    List<String> texts = new ArrayList<>();
    values.forEach(value -> texts.add(value.getAsString()));
    return List.copyOf(texts);
  }
}
