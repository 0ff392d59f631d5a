package io.escala.localaws.lambda;

import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipFile;

/** Versions of layers: zips in a bucket, which nobody unpacks until something of them is needed. */
final class Layers {
  /** Where the CDK's layer for kubectl has Helm. */
  static final String HELM = "helm/helm";

  private final StateFolder state;
  private final S3Store buckets;

  Layers(StateFolder state, S3Store buckets) {
    this.state = state;
    this.buckets = buckets;
  }

  /**
   * A version.
   *
   * @param arn which ends in the version's number
   * @param bucket where its zip lies
   * @param key the zip's
   */
  record Version(String arn, String bucket, String key) {}

  void save(String name, Version version) {
    state.save(file(name), version);
  }

  void delete(String name) {
    state.delete(file(name));
  }

  private static String file(String name) {
    return "lambda-layers/" + name + ".json";
  }

  /** Whether one of the layers has a file. */
  boolean bring(List<String> arns, String entry) {
    return find(arns, entry).isPresent();
  }

  /**
   * The zip of the first of some layers that has a file.
   *
   * @throws IllegalArgumentException when one of them does not exist
   */
  Optional<Path> find(List<String> arns, String entry) {
    for (String arn : arns) {
      Path zip = zip(arn);
      try (ZipFile file = new ZipFile(zip.toFile())) {
        if (file.getEntry(entry) != null) {
          return Optional.of(zip);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the layer " + arn + ": " + e.getMessage(), e);
      }
    }
    return Optional.empty();
  }

  private Path zip(String arn) {
    Version version =
        state.loadAll("lambda-layers", Version.class).stream()
            .filter(one -> one.arn().equals(arn))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("there is no layer " + arn));
    return buckets.require(version.bucket(), version.key()).file();
  }
}
