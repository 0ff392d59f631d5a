package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FileEntry;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * An application's layers, what changes seldom at the bottom: an image with other code of ours
 * shares all but the last with the one before.
 *
 * @param jar that is run, as the image has it
 * @param layers not empty
 */
record AppLayers(String jar, List<FileEntriesLayer> layers) {
  private static final AbsoluteUnixPath APP = AbsoluteUnixPath.get("/app");

  /** Epoch itself is taken for a missing time by some tools. */
  private static final Instant TIME = Instant.ofEpochSecond(1);

  private static final FilePermissions READ_ONLY = FilePermissions.fromOctalString("444");
  private static final FilePermissions EXECUTABLE = FilePermissions.fromOctalString("555");

  static AppLayers of(AppFolder app, Optional<Path> models) throws ImageException, IOException {
    List<FileEntriesLayer> layers = new ArrayList<>();
    layers.add(layer("libs", app.folder(), app.libs(), APP));
    if (models.isPresent()) {
      List<Path> files = AppFolder.files(models.get());
      if (files.isEmpty()) {
        throw new ImageException("the folder of models is empty");
      }
      layers.add(layer("models", models.get(), files, APP.resolve("models")));
    }
    layers.add(layer("classes", app.folder(), app.classes(), APP));
    return new AppLayers(
        APP.resolve(app.folder().relativize(app.jar())).toString(),
        layers.stream().filter(layer -> !layer.getEntries().isEmpty()).toList());
  }

  /** SHA-256 over what the layers hold and where. */
  String contentHash() throws IOException {
    MessageDigest all = sha256();
    for (FileEntriesLayer layer : layers) {
      for (FileEntry entry : layer.getEntries()) {
        if (Files.isRegularFile(entry.getSourceFile())) {
          MessageDigest one = sha256();
          try (InputStream in =
              new DigestInputStream(Files.newInputStream(entry.getSourceFile()), one)) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
          }
          all.update(
              (entry.getExtractionPath() + " " + HexFormat.of().formatHex(one.digest()) + "\n")
                  .getBytes(UTF_8));
        }
      }
    }
    return HexFormat.of().formatHex(all.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Nobody may write: the process is not who these files belong to, root. */
  private static FileEntriesLayer layer(
      String name, Path root, List<Path> files, AbsoluteUnixPath below) {
    FileEntriesLayer.Builder layer = FileEntriesLayer.builder().setName(name);
    for (Path file : files) {
      layer.addEntry(
          file,
          below.resolve(root.relativize(file)),
          file.toString().endsWith(".so") ? EXECUTABLE : READ_ONLY,
          TIME);
    }
    return layer.build();
  }
}
