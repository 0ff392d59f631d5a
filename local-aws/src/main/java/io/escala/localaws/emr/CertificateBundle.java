package io.escala.localaws.emr;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipInputStream;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * The zip of PEM files with which EMR encrypts what a cluster's machines tell each other.
 *
 * @param files by their paths in the zip
 * @see <a
 *     href="https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-encryption-enable.html#emr-encryption-pem-certificate">its
 *     files</a>
 */
record CertificateBundle(Map<String, byte[]> files) {
  private static final String KEY = "privateKey.pem";
  private static final String CHAIN = "certificateChain.pem";
  private static final String TRUSTED = "trustedCertificates.pem";

  private static final int MOST_BYTES = 1 << 20;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

  /**
   * Reads a zip.
   *
   * @throws IllegalArgumentException when it is none; the message's subject is the zip
   */
  static CertificateBundle read(InputStream zip) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try {
      ZipInputStream in = new ZipInputStream(zip);
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (!entry.isDirectory()) {
          files.put(entry.getName(), in.readNBytes(MOST_BYTES));
        }
      }
    } catch (ZipException e) {
      throw new IllegalArgumentException("is no zip: " + e.getMessage(), e);
    }
    if (files.isEmpty()) {
      throw new IllegalArgumentException("is no zip with files in it");
    }
    return new CertificateBundle(files);
  }

  /**
   * Looks whether machines could speak TLS with it.
   *
   * @throws IllegalArgumentException when they could not; the message's subject is the zip
   */
  void check(Instant now) {
    for (String name : List.of(KEY, CHAIN)) {
      if (!files.containsKey(name)) {
        throw new IllegalArgumentException(
            "has no " + name + " at its top; it has " + String.join(", ", files.keySet()));
      }
    }
    List<X509Certificate> chain = certificates(CHAIN);
    for (X509Certificate each : chain) {
      if (now.isBefore(each.getNotBefore().toInstant())
          || now.isAfter(each.getNotAfter().toInstant())) {
        throw new IllegalArgumentException(
            "has in %s a certificate of %s that holds from %s to %s only"
                .formatted(
                    CHAIN,
                    each.getSubjectX500Principal(),
                    each.getNotBefore().toInstant(),
                    each.getNotAfter().toInstant()));
      }
    }
    requireKeyOf(chain.get(0));
    requireTrusted(chain);
  }

  private void requireKeyOf(X509Certificate certificate) {
    PublicKey known = certificate.getPublicKey();
    try {
      PrivateKey key =
          KeyFactory.getInstance(known.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(privateKey()));
      Signature signature =
          Signature.getInstance(
              "SHA256with" + (known.getAlgorithm().equals("EC") ? "ECDSA" : known.getAlgorithm()));
      signature.initSign(key);
      byte[] signed = signature.sign();
      signature.initVerify(known);
      if (signature.verify(signed)) {
        return;
      }
    } catch (GeneralSecurityException e) {
      // of another kind than the certificate's: as wrong as another one
    }
    throw new IllegalArgumentException(
        "has in " + KEY + " not the key of the first certificate in " + CHAIN);
  }

  private byte[] privateKey() {
    Matcher block = BLOCK.matcher(new String(files.get(KEY), US_ASCII));
    if (!block.find()) {
      throw new IllegalArgumentException("has no private key in " + KEY);
    }
    if (!block.group(1).equals("PRIVATE KEY")) {
      throw new IllegalArgumentException(
          "has in %s the form %s; local-aws reads PRIVATE KEY, which openssl pkcs8 -topk8 -nocrypt writes"
              .formatted(KEY, block.group(1)));
    }
    return decoded(KEY, block);
  }

  private List<X509Certificate> certificates(String file) {
    List<X509Certificate> certificates = new ArrayList<>();
    Matcher block = BLOCK.matcher(new String(files.get(file), US_ASCII));
    while (block.find()) {
      try {
        certificates.add(
            (X509Certificate)
                CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(decoded(file, block))));
      } catch (CertificateException e) {
        throw new IllegalArgumentException(
            "has in " + file + " what is no certificate: " + e.getMessage(), e);
      }
    }
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("has no certificate in " + file);
    }
    return certificates;
  }

  private static byte[] decoded(String file, Matcher block) {
    try {
      return Base64.getMimeDecoder().decode(block.group(2));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("has broken Base64 in " + file, e);
    }
  }

  /** The machines ask whether to trust each other as any JVM asks. */
  private void requireTrusted(List<X509Certificate> chain) {
    try {
      KeyStore trusted = null; // the JDK's own authorities
      if (files.containsKey(TRUSTED)) {
        trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        for (X509Certificate each : certificates(TRUSTED)) {
          trusted.setCertificateEntry(Integer.toString(trusted.size()), each);
        }
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      for (TrustManager manager : factory.getTrustManagers()) {
        ((X509TrustManager) manager)
            .checkServerTrusted(chain.toArray(X509Certificate[]::new), "UNKNOWN");
      }
    } catch (CertificateException e) {
      String why =
          files.containsKey(TRUSTED)
              ? "has in " + TRUSTED + " nobody who vouches for " + CHAIN
              : "has no " + TRUSTED + ", and no authority that Java knows vouches for " + CHAIN;
      throw new IllegalArgumentException(why + ": " + e.getMessage(), e);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
