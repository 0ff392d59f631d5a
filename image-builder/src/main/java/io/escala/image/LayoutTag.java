package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.TarImage;
import com.google.cloud.tools.jib.image.json.OciManifestTemplate;
import com.google.cloud.tools.jib.json.JsonTemplateMapper;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * A tag of an OCI image layout: a folder of files in the place of a registry. Images that are in it
 * stay.
 *
 * @param folder of the layout, made if there is none
 * @param repository what {@link BuiltImage#uri} begins with; the folder does not know it
 * @see <a href="https://github.com/opencontainers/image-spec/blob/main/image-layout.md">OCI image
 *     layout</a>
 */
record LayoutTag(Path folder, String repository, String tag) implements Destination {
  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final String INDEX = "index.json";

  LayoutTag {
    requireNonNull(folder, "folder is null");
    requireNonNull(repository, "repository is null");
    requireNonNull(tag, "tag is null");
  }

  @Override
  public Optional<StoredImage> find() throws IOException {
    for (JsonElement entry : manifests(folder)) {
      if (isOurs(entry.getAsJsonObject())) {
        String digest = entry.getAsJsonObject().get("digest").getAsString();
        return Optional.of(
            StoredImage.of(
                digest,
                JsonTemplateMapper.readJsonFromFile(
                    blob(folder, digest), OciManifestTemplate.class),
                found -> Files.readAllBytes(blob(folder, found.getDigest().toString()))));
      }
    }
    return Optional.empty();
  }

  @Override
  public JibContainer write(Building building, Path work)
      throws IOException,
          RegistryException,
          InterruptedException,
          ExecutionException,
          InvalidImageReferenceException {
    Path tar = work.resolve("image.tar");
    JibContainer built =
        building.into(Containerizer.to(TarImage.at(tar).named(repository + ":" + tag)));
    Path unpacked = Files.createDirectories(work.resolve("layout"));
    unpack(tar, unpacked);
    add(unpacked);
    return built;
  }

  /** Blobs first, then what names them. */
  private void add(Path unpacked) throws IOException {
    Path blobs = Files.createDirectories(folder.resolve("blobs/sha256"));
    try (var files = Files.list(unpacked.resolve("blobs/sha256"))) {
      for (Path file : files.toList()) {
        Path part = blobs.resolve(file.getFileName() + ".part");
        Files.move(file, part, StandardCopyOption.REPLACE_EXISTING);
        Files.move(part, blobs.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
      }
    }
    Files.copy(
        unpacked.resolve("oci-layout"),
        folder.resolve("oci-layout"),
        StandardCopyOption.REPLACE_EXISTING);
    JsonArray manifests = manifests(folder);
    JsonObject made = manifests(unpacked).get(0).getAsJsonObject();
    JsonObject annotations = new JsonObject();
    annotations.addProperty(REF_NAME, tag);
    made.add("annotations", annotations);
    manifests.add(made);
    JsonObject index = new JsonObject();
    index.addProperty("schemaVersion", 2);
    index.addProperty("mediaType", "application/vnd.oci.image.index.v1+json");
    index.add("manifests", manifests);
    Path part = folder.resolve(INDEX + ".part");
    Files.writeString(part, index.toString());
    Files.move(part, folder.resolve(INDEX), StandardCopyOption.ATOMIC_MOVE);
  }

  private boolean isOurs(JsonObject manifest) {
    return manifest.get("annotations") instanceof JsonObject annotations
        && annotations.has(REF_NAME)
        && annotations.get(REF_NAME).getAsString().equals(tag);
  }

  private static JsonArray manifests(Path layout) throws IOException {
    Path index = layout.resolve(INDEX);
    if (!Files.exists(index)) {
      return new JsonArray();
    }
    return JsonParser.parseString(Files.readString(index, UTF_8))
        .getAsJsonObject()
        .getAsJsonArray("manifests");
  }

  private static Path blob(Path layout, String digest) {
    return layout.resolve("blobs").resolve(digest.replace(':', '/'));
  }

  private static void unpack(Path tar, Path folder) throws IOException {
    try (InputStream in = Files.newInputStream(tar);
        TarArchiveInputStream entries = new TarArchiveInputStream(in)) {
      for (TarArchiveEntry entry = entries.getNextEntry();
          entry != null;
          entry = entries.getNextEntry()) {
        if (entry.isFile()) {
          Path file = folder.resolve(entry.getName());
          Files.createDirectories(file.getParent());
          Files.copy(entries, file);
        }
      }
    }
  }
}
