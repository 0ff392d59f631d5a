package io.escala.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Carries out orders.
 *
 * @param base takes the place of the ordered one, where that cannot be reached
 * @param layouts a folder of OCI layouts, one for each repository, that takes the registry's place
 */
record ImageOrders(Aws aws, Optional<Base> base, Optional<Path> layouts) {
  /**
   * Those of the function's environment. {@code ESCALA_IMAGE_BASE} and {@code ESCALA_IMAGE_LAYOUTS}
   * are not set on AWS: they let a laptop build without the internet and without a registry.
   */
  static ImageOrders from(Map<String, String> environment, Aws aws) throws ImageException {
    String base = environment.getOrDefault("ESCALA_IMAGE_BASE", "");
    return new ImageOrders(
        aws,
        base.isEmpty() ? Optional.empty() : Optional.of(Base.of(base)),
        Optional.ofNullable(environment.get("ESCALA_IMAGE_LAYOUTS"))
            .filter(folder -> !folder.isEmpty())
            .map(Path::of));
  }

  /** Builds what is ordered, or finds it built. */
  BuiltImage carryOut(Order ordered) throws ImageException, IOException, InterruptedException {
    Order order = base.map(ordered::withBase).orElse(ordered);
    try (WorkFolder work = WorkFolder.make()) {
      Path app = fetch(order.app(), work.path().resolve("app"));
      Optional<Path> models = Optional.empty();
      if (order.models().isPresent()) {
        models = Optional.of(fetch(order.models().get(), work.path().resolve("models")));
      }
      return ImageBuilder.build(
          new ImageSpec(
              app, models, order.base(), order.platform(), order.jvmFlags(), order.arguments()),
          destination(order),
          Files.createDirectory(work.path().resolve("jib")));
    }
  }

  private Path fetch(Order.StoredZip zip, Path folder) throws ImageException, IOException {
    Path file = folder.resolveSibling(folder.getFileName() + ".zip");
    aws.download(zip, file);
    Zip.unpack(file, zip.uri(), Files.createDirectory(folder));
    Files.delete(file);
    return folder;
  }

  private Destination destination(Order order) throws ImageException {
    if (layouts.isPresent()) {
      String name = order.repository().substring(order.repository().indexOf('/') + 1);
      return new LayoutTag(layouts.get().resolve(name), order.repository(), order.tag());
    }
    return new RegistryTag(order.repository(), order.tag(), Optional.of(aws.login()));
  }
}
