package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloud.tools.jib.api.CacheDirectoryCreationException;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.Jib;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.ImageFormat;
import com.google.cloud.tools.jib.api.buildplan.Platform;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;

/** Makes container images of Java applications. It runs nothing of what it packs. */
final class ImageBuilder {
  /** The numbers, not names: only so a cluster can tell that it is not root. */
  private static final String USER = "10001:10001";

  /** What an image was made of, for whoever finds it under a tag. */
  static final String CONTENT_LABEL = "io.escala.image.content";

  private ImageBuilder() {}

  /**
   * Builds an image and puts it where it is to go, or finds it there.
   *
   * @param work an empty folder to leave files in
   * @throws ImageException if there is no such image afterwards: the application is not one, the
   *     base cannot be had, the destination does not take it, or its tag has another image
   */
  static BuiltImage build(ImageSpec spec, Destination destination, Path work)
      throws ImageException, InterruptedException {
    try {
      AppLayers app = AppLayers.of(AppFolder.read(spec.app(), spec.platform()), spec.models());
      String content = content(spec, app);
      Optional<StoredImage> there = destination.find();
      if (there.isPresent()) {
        return built(destination, app, same(there.get(), content, destination), true);
      }
      JibContainerBuilder image = image(spec, app, content);
      JibContainer made =
          destination.write(
              containerizer -> {
                try {
                  return image.containerize(
                      containerizer
                          .setBaseImageLayersCache(work.resolve("base"))
                          .setApplicationLayersCache(work.resolve("layers"))
                          .setAllowInsecureRegistries(mayBePlain(spec, destination))
                          .setToolName("escala")
                          .setToolVersion(null));
                } catch (CacheDirectoryCreationException e) {
                  throw new IOException(e.getMessage(), e);
                }
              },
              work);
      StoredImage stored =
          destination
              .find()
              .orElseThrow(
                  () ->
                      new ImageException(
                          "the image was pushed, but "
                              + destination.repository()
                              + " does not have it"));
      if (!stored.digest().equals(made.getDigest().toString())) {
        throw new ImageException(
            destination.repository()
                + ":"
                + destination.tag()
                + " has the digest "
                + stored.digest()
                + ", but what was pushed has "
                + made.getDigest());
      }
      return built(destination, app, stored, false);
    } catch (IOException
        | RegistryException
        | ExecutionException
        | InvalidImageReferenceException e) {
      throw Failure.of(e, spec.base(), destination.repository());
    }
  }

  private static JibContainerBuilder image(ImageSpec spec, AppLayers app, String content)
      throws InvalidImageReferenceException {
    List<String> entrypoint = new ArrayList<>(List.of("java"));
    entrypoint.addAll(spec.jvmFlags());
    entrypoint.addAll(List.of("-jar", app.jar()));
    return (spec.base() instanceof Base.Pinned base ? Jib.from(base.name()) : Jib.fromScratch())
        .setFormat(ImageFormat.OCI)
        .setPlatforms(Set.of(new Platform(spec.platform().architecture(), "linux")))
        .setCreationTime(Instant.EPOCH)
        .setUser(USER)
        .setWorkingDirectory(AbsoluteUnixPath.get("/app"))
        .setFileEntriesLayers(app.layers())
        .setEntrypoint(entrypoint)
        .setProgramArguments(spec.arguments().isEmpty() ? null : spec.arguments())
        .addLabel("org.opencontainers.image.base.name", spec.base().name())
        .addLabel(CONTENT_LABEL, content);
  }

  /** SHA-256 over all that makes the image. */
  private static String content(ImageSpec spec, AppLayers app) throws IOException {
    String all =
        String.join(
            "\n",
            app.contentHash(),
            spec.base().name(),
            spec.platform().label(),
            spec.jvmFlags().toString(),
            spec.arguments().toString());
    return HexFormat.of().formatHex(AppLayers.sha256().digest(all.getBytes(UTF_8)));
  }

  private static StoredImage same(StoredImage there, String content, Destination destination)
      throws ImageException {
    if (!content.equals(there.labels().get(CONTENT_LABEL))) {
      throw new ImageException(
          destination.repository()
              + " has another image under the tag "
              + destination.tag()
              + ", "
              + there.digest()
              + ", which was not made of these files; tags are for good: delete that image, or"
              + " deploy from other files");
    }
    return there;
  }

  private static BuiltImage built(
      Destination destination, AppLayers app, StoredImage stored, boolean reused) {
    int ofBase = stored.layers().size() - app.layers().size();
    List<BuiltImage.LayerSize> layers = new ArrayList<>();
    for (int i = 0; i < stored.layers().size(); i++) {
      StoredImage.Blob blob = stored.layers().get(i);
      FileEntriesLayer layer = i < ofBase ? null : app.layers().get(i - ofBase);
      layers.add(
          new BuiltImage.LayerSize(
              layer == null ? "base" : layer.getName(), blob.digest(), blob.bytes()));
    }
    return new BuiltImage(
        destination.repository() + "@" + stored.digest(),
        stored.digest(),
        destination.tag(),
        reused,
        layers);
  }

  /** For the base and the destination alike, as Jib does not tell them apart. */
  private static boolean mayBePlain(ImageSpec spec, Destination destination) {
    return (spec.base() instanceof Base.Scratch || RegistryTag.isLoopback(spec.base().name()))
        && (destination instanceof LayoutTag || RegistryTag.isLoopback(destination.repository()));
  }
}
