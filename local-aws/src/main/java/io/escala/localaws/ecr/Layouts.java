package io.escala.localaws.ecr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.localaws.kubernetes.ContainerImage;
import io.escala.localaws.kubernetes.ImageStore;
import io.escala.localaws.process.JavaInstallation;
import io.escala.localaws.state.FileTree;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Repositories of images as folders, an OCI layout each. Images are asked for by digest, and what
 * lies there must have it.
 *
 * @see <a href="https://github.com/opencontainers/image-spec">OCI image format</a>
 */
public final class Layouts implements ImageStore {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern BY_DIGEST = Pattern.compile("[^/]+/(.+)@(sha256:[0-9a-f]{64})");

  /** What AWS's base image brings, and what the classes of ours need at least. */
  private static final List<Integer> JAVA = List.of(25, 17);

  private final Path folder;

  /**
   * @param folder of the repositories
   */
  public Layouts(Path folder) {
    this.folder = folder.toAbsolutePath();
  }

  /** The folder of the repositories' folders. */
  public Path folder() {
    return folder;
  }

  void create(String repository) throws IOException {
    if (Files.exists(folder.resolve(repository))) {
      throw new IllegalArgumentException("the repository " + repository + " already exists");
    }
    Files.createDirectories(folder.resolve(repository));
  }

  boolean hasImages(String repository) {
    return Files.exists(folder.resolve(repository).resolve("index.json"));
  }

  void delete(String repository) {
    FileTree.delete(folder.resolve(repository));
  }

  @Override
  public synchronized ContainerImage pull(String reference) throws IOException {
    Matcher parts = BY_DIGEST.matcher(reference);
    if (!parts.matches()) {
      throw new IOException(
          "the image "
              + reference
              + " is not named by its digest (registry/repository@sha256:…), as local-aws needs it");
    }
    Path layout = folder.resolve(parts.group(1)).normalize();
    String digest = parts.group(2);
    if (!layout.startsWith(folder) || !isListed(layout, digest)) {
      throw new IOException("there is no image " + reference);
    }
    JsonNode manifest = JSON.readTree(blob(layout, digest));
    JsonNode config = JSON.readTree(blob(layout, manifest.at("/config/digest").asText()));
    return image(unpacked(layout, digest, manifest), config.path("config"));
  }

  private static boolean isListed(Path layout, String digest) throws IOException {
    Path index = layout.resolve("index.json");
    if (Files.exists(index)) {
      for (JsonNode image : JSON.readTree(Files.readAllBytes(index)).path("manifests")) {
        if (image.path("digest").asText().equals(digest)) {
          return true;
        }
      }
    }
    return false;
  }

  private static ContainerImage image(Path root, JsonNode config) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String variable : texts(config.path("Env"))) {
      int equal = variable.indexOf('=');
      environment.put(variable.substring(0, equal), variable.substring(equal + 1));
    }
    return new ContainerImage(
        root,
        texts(config.path("Entrypoint")),
        texts(config.path("Cmd")),
        environment,
        config.path("WorkingDir").asText("/"),
        // An image on `scratch` brings no JDK of its own.
        JAVA.stream()
            .filter(release -> JavaInstallation.atLeast(release).isPresent())
            .findFirst()
            .orElseThrow());
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  /** All layers in one folder, unpacked once: all of them or nothing. */
  private static Path unpacked(Path layout, String digest, JsonNode manifest) throws IOException {
    Path root = layout.resolve("unpacked").resolve(digest.substring(digest.indexOf(':') + 1));
    if (Files.isDirectory(root)) {
      return root;
    }
    Path part = root.resolveSibling(UUID.randomUUID() + ".part");
    try {
      Files.createDirectories(part);
      for (JsonNode layer : manifest.path("layers")) {
        String blob = layer.path("digest").asText();
        try (InputStream bytes = new ByteArrayInputStream(blob(layout, blob));
            TarArchiveInputStream entries = new TarArchiveInputStream(new GZIPInputStream(bytes))) {
          unpack(entries, part);
        }
      }
      Files.move(part, root);
      return root;
    } finally {
      FileTree.delete(part);
    }
  }

  private static void unpack(TarArchiveInputStream entries, Path root) throws IOException {
    for (TarArchiveEntry entry = entries.getNextEntry();
        entry != null;
        entry = entries.getNextEntry()) {
      Path path = root.resolve(entry.getName().replaceFirst("^/+", "")).normalize();
      if (!path.startsWith(root)) {
        throw new IOException("an entry of a layer leads out of it: " + entry.getName());
      }
      if (entry.isDirectory()) {
        Files.createDirectories(path);
      } else if (entry.isFile() && !path.getFileName().toString().startsWith(".wh.")) {
        Files.createDirectories(path.getParent());
        Files.copy(entries, path, StandardCopyOption.REPLACE_EXISTING);
      } else {
        throw new IOException(
            "local-aws unpacks files and folders of layers only, not " + entry.getName());
      }
    }
  }

  /** The bytes that have this digest. */
  private static byte[] blob(Path layout, String digest) throws IOException {
    if (!digest.matches("sha256:[0-9a-f]{64}")) {
      throw new IOException(layout.getFileName() + " names a blob " + digest);
    }
    String hash = digest.substring("sha256:".length());
    byte[] bytes = Files.readAllBytes(layout.resolve("blobs/sha256").resolve(hash));
    try {
      String found = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
      if (!found.equals(hash)) {
        throw new IOException("the blob " + digest + " of " + layout.getFileName() + " is damaged");
      }
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
    return bytes;
  }
}
