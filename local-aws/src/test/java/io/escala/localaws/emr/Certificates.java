package io.escala.localaws.emr;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A key with a certificate that it issued to itself, as PEM. */
record Certificates(String key, String certificate) {
  private static final String PASSWORD = "changeit";

  /**
   * Made by the JDK's keytool.
   *
   * @param folder for its files
   * @param starts from when it holds for one day, such as {@code -3d}
   */
  static Certificates make(Path folder, String starts) throws Exception {
    Path store = Files.createTempDirectory(folder, "keys").resolve("store.p12");
    String[] command = {
      Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
      "-genkeypair",
      "-alias",
      "one",
      "-keyalg",
      "RSA",
      "-dname",
      "CN=*.ec2.internal",
      "-startdate",
      starts,
      "-validity",
      "1",
      "-keystore",
      store.toString(),
      "-storepass",
      PASSWORD
    };
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException(said);
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keys.load(in, PASSWORD.toCharArray());
    }
    return new Certificates(
        pem("PRIVATE KEY", keys.getKey("one", PASSWORD.toCharArray()).getEncoded()),
        pem("CERTIFICATE", keys.getCertificate("one").getEncoded()));
  }

  private static String pem(String of, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(of, Base64.getMimeEncoder().encodeToString(bytes), of);
  }

  static byte[] zip(Map<String, String> files) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(file.getKey()));
        zip.write(file.getValue().getBytes(StandardCharsets.US_ASCII));
      }
    }
    return bytes.toByteArray();
  }
}
