package io.escala.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The data that the source document works with, from where its donors published it. */
@Command(
    name = "data",
    mixinStandardHelpOptions = true,
    description = {
      "Downloads the Bank Marketing data of the UCI Machine Learning Repository, checks its SHA-256 and unpacks it.",
      "S. Moro, P. Rita, P. Cortez (2012). Bank Marketing. https://doi.org/10.24432/C5K306, CC BY 4.0."
    })
final class Data implements Callable<Integer> {
  private static final String PUBLIC_ADDRESS =
      "https://archive.ics.uci.edu/static/public/222/bank+marketing.zip";
  private static final int LIMIT_BYTES = 50_000_000;

  /** The archive inside UCI's archive, as donated in 2012. */
  private static final String ARCHIVE = "bank.zip";

  private static final String PUBLISHED_ARCHIVE =
      "99d7e8eb12401ed278b793984423915411ea8df099e1795f9fefe254f513fe5e";

  private static final Map<String, String> PUBLISHED_FILES =
      Map.of(
          "bank-full.csv", "d1513ec63b385506f7cfce9f2c5caa9fe99e7ba4e8c3fa264b3aaf0f849ed32d",
          "bank.csv", "dc8d576e9bda0f41ee891251bd84bab9a39ce576cba715aac08adc2374a01fde",
          "bank-names.txt", "3899a77082573ed676a7dfce3765a5307915c7f11b1fe2f6f55fd3c5467c12f7");

  @Option(
      names = "--to",
      paramLabel = "DIR",
      description = "Folder to unpack into (default: data/ in the checkout).")
  private Path to;

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = PUBLIC_ADDRESS,
      description =
          "Where to get it (default: ${DEFAULT-VALUE}). A mirror does: the checksums decide.")
  private URI url;

  private final String archiveSha256;
  private final Map<String, String> fileSha256;

  Data() {
    this(PUBLISHED_ARCHIVE, PUBLISHED_FILES);
  }

  Data(String archiveSha256, Map<String, String> fileSha256) {
    this.archiveSha256 = archiveSha256;
    this.fileSha256 = fileSha256;
  }

  @Override
  public Integer call() {
    Path folder = to == null ? Workspace.current().root().resolve("data") : to;
    try {
      if (isComplete(folder)) {
        System.out.println(
            "Already there, checksums right: " + Workspace.show(folder.toAbsolutePath()));
        return 0;
      }
      System.out.println("Downloading " + url);
      byte[] archive = entries(download(), url + "").get(ARCHIVE);
      if (archive == null) {
        throw new UserException(
            url + " holds no " + ARCHIVE + "; is it the archive of UCI data set 222?");
      }
      requireSha256(ARCHIVE, archive, archiveSha256);
      Map<String, byte[]> files = entries(archive, ARCHIVE);
      for (Map.Entry<String, String> expected : fileSha256.entrySet()) {
        byte[] file = files.get(expected.getKey());
        if (file == null) {
          throw new UserException(ARCHIVE + " holds no " + expected.getKey());
        }
        requireSha256(expected.getKey(), file, expected.getValue());
      }
      Files.createDirectories(folder);
      for (String name : fileSha256.keySet()) {
        Path part = folder.resolve(name + ".part");
        Files.write(part, files.get(name));
        Files.move(part, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new UserException(
          "cannot get %s: %s. Without a network, put bank-full.csv anywhere and name it: ./escala up --input FILE"
              .formatted(
                  url, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
          e);
    }
    Path shown = folder.toAbsolutePath();
    System.out.println(
        "Checksums right. Next: ./escala up --input "
            + Workspace.show(shown.resolve("bank-full.csv")));
    return 0;
  }

  private boolean isComplete(Path folder) throws IOException {
    for (Map.Entry<String, String> expected : fileSha256.entrySet()) {
      Path file = folder.resolve(expected.getKey());
      if (!Files.isRegularFile(file)
          || !sha256(Files.readAllBytes(file)).equals(expected.getValue())) {
        return false;
      }
    }
    return true;
  }

  private byte[] download() throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(20))
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build();
    try {
      HttpResponse<InputStream> response =
          client.send(
              HttpRequest.newBuilder(url).timeout(Duration.ofMinutes(2)).build(),
              HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        if (response.statusCode() != 200) {
          throw new IOException("the server answered " + response.statusCode());
        }
        return limited(body, url + "");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("interrupted", e);
    } catch (IllegalArgumentException e) {
      throw new UserException("--url " + url + " is no http or https address", e);
    }
  }

  private static Map<String, byte[]> entries(byte[] zip, String name) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        entries.put(entry.getName(), limited(in, name + "!" + entry.getName()));
      }
    }
    if (entries.isEmpty()) {
      throw new UserException(name + " is no zip archive");
    }
    return entries;
  }

  private static byte[] limited(InputStream in, String name) throws IOException {
    byte[] bytes = in.readNBytes(LIMIT_BYTES);
    if (bytes.length == LIMIT_BYTES) {
      throw new UserException(
          name + " is over " + LIMIT_BYTES / 1_000_000 + " MB, which the real file is not");
    }
    return bytes;
  }

  private static void requireSha256(String name, byte[] bytes, String expected) {
    String found = sha256(bytes);
    if (!found.equals(expected)) {
      throw new UserException(
          name + " has SHA-256 " + found + ", not " + expected + "; nothing was unpacked");
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
