package io.escala.image;

import static java.util.Objects.requireNonNull;

import com.google.cloud.tools.jib.api.Containerizer;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.api.JibContainer;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryImage;
import com.google.cloud.tools.jib.blob.Blobs;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.global.JibSystemProperties;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.image.json.ManifestTemplate;
import com.google.cloud.tools.jib.registry.ManifestAndDigest;
import com.google.cloud.tools.jib.registry.RegistryClient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/**
 * A tag of a repository in a registry.
 *
 * @param repository {@code registry/name}
 * @param login what the registry asks for; empty if it takes whoever comes
 */
record RegistryTag(String repository, String tag, Optional<Login> login) implements Destination {
  /** A name and a password, which {@link #toString} does not tell. */
  record Login(String user, String password) {
    Login {
      requireNonNull(user, "user is null");
      requireNonNull(password, "password is null");
    }

    @Override
    public String toString() {
      return "Login[user=" + user + "]";
    }
  }

  RegistryTag {
    requireNonNull(repository, "repository is null");
    requireNonNull(tag, "tag is null");
    requireNonNull(login, "login is null");
  }

  @Override
  public Optional<StoredImage> find() throws IOException, RegistryException {
    RegistryClient client = client();
    Optional<ManifestAndDigest<ManifestTemplate>> there = client.checkManifest(tag);
    if (there.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        StoredImage.of(
            there.get().getDigest().toString(),
            there.get().getManifest(),
            blob ->
                Blobs.writeToByteArray(
                    client.pullBlob(blob.getDigest(), size -> {}, written -> {}))));
  }

  @Override
  public JibContainer write(Building building, Path work)
      throws IOException,
          RegistryException,
          InterruptedException,
          ExecutionException,
          InvalidImageReferenceException {
    RegistryImage image = RegistryImage.named(repository + ":" + tag);
    login.ifPresent(given -> image.addCredential(given.user(), given.password()));
    return building.into(Containerizer.to(image));
  }

  private RegistryClient client() {
    ImageReference reference;
    try {
      reference = ImageReference.parse(repository);
    } catch (InvalidImageReferenceException e) {
      throw new IllegalArgumentException(repository + " is no name of a repository", e);
    }
    RegistryClient.Factory factory =
        RegistryClient.factory(
            EventHandlers.NONE,
            reference.getRegistry(),
            reference.getRepository(),
            new FailoverHttpClient(
                isLoopback(repository), JibSystemProperties.sendCredentialsOverHttp(), line -> {}));
    login.ifPresent(
        given -> factory.setCredential(Credential.from(given.user(), given.password())));
    RegistryClient client = factory.newRegistryClient();
    if (login.isPresent()) {
      client.configureBasicAuth();
    }
    return client;
  }

  /** Only this machine may be talked to without TLS. */
  static boolean isLoopback(String repository) {
    return repository.startsWith("127.0.0.1:") || repository.startsWith("localhost:");
  }
}
