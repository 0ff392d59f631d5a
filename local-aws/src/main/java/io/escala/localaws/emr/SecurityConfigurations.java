package io.escala.localaws.emr;

import com.fasterxml.jackson.databind.JsonNode;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.StateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;

/**
 * All security configurations. Of what they ask for, this machine does nothing; but a cluster whose
 * certificates EMR could not install does not come up here either.
 */
final class SecurityConfigurations {
  private static final String FOLDER = "emr/security-configurations/";

  /**
   * A configuration as it is remembered.
   *
   * @param token what its maker calls it, to find it again after a kill
   * @param document as CreateSecurityConfiguration takes it
   * @param created milliseconds since 1970
   */
  record Configuration(String name, String token, JsonNode document, long created) {
    JsonNode certificates() {
      return document.at(
          "/EncryptionConfiguration/InTransitEncryptionConfiguration/TLSCertificateConfiguration");
    }

    boolean encryptsInTransit() {
      return document.at("/EncryptionConfiguration/EnableInTransitEncryption").asBoolean();
    }
  }

  private final StateFolder state;
  private final S3Store buckets;

  SecurityConfigurations(StateFolder state, S3Store buckets) {
    this.state = state;
    this.buckets = buckets;
  }

  /**
   * Makes a configuration.
   *
   * @throws IllegalArgumentException when that cannot be, naming what
   */
  synchronized void create(String name, String token, JsonNode document) {
    if (find(name).isPresent()) {
      throw new IllegalArgumentException("a security configuration is called " + name + " already");
    }
    Configuration made = new Configuration(name, token, document, System.currentTimeMillis());
    if (made.encryptsInTransit()) {
      String provider = made.certificates().path("CertificateProviderType").asText("none");
      if (!provider.equals("PEM")) {
        throw new IllegalArgumentException(
            "local-aws does not handle the CertificateProviderType " + provider + ", only PEM");
      }
      S3Store.Location.of(made.certificates().path("S3Object").asText());
    }
    state.save(FOLDER + file(name), made);
  }

  /** Removes one by its name, or by the token it was made with, if it is there. */
  synchronized void delete(String nameOrToken) {
    state.loadAll(FOLDER, Configuration.class).stream()
        .filter(each -> each.name().equals(nameOrToken) || each.token().equals(nameOrToken))
        .forEach(each -> state.delete(FOLDER + file(each.name())));
  }

  /**
   * A configuration.
   *
   * @throws AwsException InvalidRequestException
   */
  Configuration require(String name) {
    return find(name)
        .orElseThrow(
            () ->
                Clusters.invalid(
                    "Security configuration with name '" + name + "' does not exist."));
  }

  private synchronized Optional<Configuration> find(String name) {
    return state.load(FOLDER + file(name), Configuration.class);
  }

  private static String file(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8) + ".json";
  }

  /**
   * Looks for the certificates that a cluster's machines would install.
   *
   * @return why they could not; empty when they could, or there are none to install
   */
  Optional<String> fault(ClusterRecord cluster) {
    String name = cluster.request().path("SecurityConfiguration").asText("");
    if (name.isEmpty()) {
      return Optional.empty();
    }
    Optional<Configuration> configuration = find(name);
    if (configuration.isEmpty()) {
      return Optional.of("Security configuration with name '" + name + "' does not exist.");
    }
    return configuration
        .filter(Configuration::encryptsInTransit)
        .flatMap(each -> faultOf(each.certificates().path("S3Object").asText()))
        .map(why -> "On the master instance, certificate installation failed: " + why);
  }

  private Optional<String> faultOf(String uri) {
    S3Store.Location zip = S3Store.Location.of(uri);
    try {
      if (!buckets.bucketExists(zip.bucket()) || buckets.head(zip.bucket(), zip.key()).isEmpty()) {
        return Optional.of("there is no object " + uri);
      }
      try (InputStream in = buckets.open(zip.bucket(), zip.key())) {
        CertificateBundle.read(in).check(Instant.now());
        return Optional.empty();
      }
    } catch (IllegalArgumentException e) {
      return Optional.of(uri + " " + e.getMessage());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
