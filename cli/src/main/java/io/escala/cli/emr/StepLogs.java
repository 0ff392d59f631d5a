package io.escala.cli.emr;

import io.escala.cli.Aws;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import software.amazon.awssdk.services.emr.model.Cluster;
import software.amazon.awssdk.services.emr.model.Step;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The log files of a step, as far as EMR has delivered them. In cluster mode the driver writes into
 * a container of YARN, and the step's own log names only the application.
 *
 * @param folder where the step's are; empty when the cluster keeps no logs
 */
record StepLogs(Aws aws, Optional<String> folder, String clusterId) {
  private static final Pattern APPLICATION = Pattern.compile("application_\\d+_\\d+");

  /** The first container of the first attempt: the driver. */
  private static final Pattern DRIVER =
      Pattern.compile(".*/container_(e\\d+_)?\\d+_\\d+_01_000001/");

  /** A log file that is there. */
  record LogFile(String name, String uri, List<String> lines) {}

  static StepLogs of(Emr emr, Cluster cluster, Step step) {
    return new StepLogs(
        emr.aws(),
        Optional.ofNullable(step.logUri())
            .or(() -> Optional.ofNullable(cluster.logUri()))
            .map(uri -> uri.replaceAll("/+$", ""))
            .map(uri -> folder(uri, "/" + cluster.id() + "/steps/" + step.id())),
        cluster.id());
  }

  private static String folder(String uri, String ofStep) {
    return uri.endsWith(ofStep) ? uri : uri + ofStep;
  }

  /** The driver's error output: its container's where there is one, else the step's. */
  Optional<LogFile> stderr() {
    return driver("stderr").or(() -> file("stderr"));
  }

  /** The driver's output. */
  Optional<LogFile> stdout() {
    return driver("stdout").or(() -> file("stdout"));
  }

  /** Every file that is there. */
  List<LogFile> all() {
    List<LogFile> files = new ArrayList<>();
    for (String name : List.of("controller", "syslog", "stderr", "stdout")) {
      file(name).ifPresent(files::add);
    }
    for (String name : List.of("stderr", "stdout")) {
      driver(name).ifPresent(files::add);
    }
    return files;
  }

  /** The step's own file of this name. */
  Optional<LogFile> file(String name) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    Optional<S3Address> address = S3Address.of(folder.get());
    return address.isPresent()
        ? object(name, address.get().below(name))
        : onDisk(name, Path.of(folder.get(), name));
  }

  private Optional<LogFile> driver(String name) {
    Optional<S3Address> root =
        folder.map(steps -> steps.replaceFirst("/steps/[^/]+/?$", "")).flatMap(S3Address::of);
    Optional<String> application = file("stderr").flatMap(StepLogs::application);
    if (root.isEmpty() || application.isEmpty()) {
      return Optional.empty();
    }
    S3Address containers = root.get().below("containers").below(application.get());
    return aws
        .s3()
        .listObjectsV2Paginator(r -> r.bucket(containers.bucket()).prefix(containers.key() + "/"))
        .contents()
        .stream()
        .map(S3Object::key)
        .map(key -> key.substring(0, key.lastIndexOf('/') + 1))
        .filter(key -> DRIVER.matcher(key).matches())
        .findFirst()
        .flatMap(key -> object("driver's " + name, new S3Address(containers.bucket(), key + name)));
  }

  private static Optional<String> application(LogFile stderr) {
    Matcher last = null;
    for (String line : stderr.lines()) {
      Matcher matcher = APPLICATION.matcher(line);
      if (matcher.find()) {
        last = matcher;
      }
    }
    return Optional.ofNullable(last).map(Matcher::group);
  }

  /** On EMR logs are compressed; the local endpoint leaves them as they are. */
  private Optional<LogFile> object(String name, S3Address address) {
    for (String end : List.of("", ".gz")) {
      try {
        byte[] bytes =
            aws.s3()
                .getObjectAsBytes(r -> r.bucket(address.bucket()).key(address.key() + end))
                .asByteArray();
        InputStream in = new ByteArrayInputStream(bytes);
        return Optional.of(
            new LogFile(name, address + end, lines(end.isEmpty() ? in : new GZIPInputStream(in))));
      } catch (NoSuchKeyException e) {
        // the other name, or not delivered yet
      } catch (NoSuchBucketException e) {
        return Optional.empty();
      } catch (IOException e) {
        throw new UncheckedIOException(address + end + " is damaged: " + e.getMessage(), e);
      }
    }
    return Optional.empty();
  }

  /** A cluster of the local endpoint without LogUri has its logs in the endpoint's folder. */
  private static Optional<LogFile> onDisk(String name, Path file) {
    try {
      return Optional.of(new LogFile(name, file.toString(), lines(Files.newInputStream(file))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static List<String> lines(InputStream in) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }
}
