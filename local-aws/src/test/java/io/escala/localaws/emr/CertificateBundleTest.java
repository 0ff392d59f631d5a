package io.escala.localaws.emr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateBundleTest {
  @TempDir static Path folder;
  private static Certificates ours;
  private static Certificates others;

  @BeforeAll
  static void issue() throws Exception {
    ours = Certificates.make(folder, "-1H");
    others = Certificates.make(folder, "-1H");
  }

  @Test
  void takesACertificateThatTheMachinesTrust() {
    assertThatCode(
            () ->
                check(
                    Map.of(
                        "privateKey.pem", ours.key(),
                        "certificateChain.pem", ours.certificate(),
                        "trustedCertificates.pem", others.certificate() + ours.certificate())))
        .doesNotThrowAnyException();
  }

  @Test
  void refusesWhatIsNoZip() {
    assertThatThrownBy(
            () -> CertificateBundle.read(new ByteArrayInputStream(ours.key().getBytes(UTF_8))))
        .hasMessage("is no zip with files in it");
  }

  @Test
  void namesTheFileThatIsMissingOrInAFolder() {
    refused(
        Map.of("tls/privateKey.pem", ours.key(), "certificateChain.pem", ours.certificate()),
        "has no privateKey.pem at its top; it has certificateChain.pem, tls/privateKey.pem");
    refused(
        Map.of("privateKey.pem", ours.key()),
        "has no certificateChain.pem at its top; it has privateKey.pem");
  }

  @Test
  void refusesACertificateThatNobodyWouldTrust() {
    refused(
        Map.of("privateKey.pem", ours.key(), "certificateChain.pem", ours.certificate()),
        "has no trustedCertificates.pem, and no authority that Java knows vouches for"
            + " certificateChain.pem");
    refused(
        Map.of(
            "privateKey.pem", ours.key(),
            "certificateChain.pem", ours.certificate(),
            "trustedCertificates.pem", others.certificate()),
        "has in trustedCertificates.pem nobody who vouches for certificateChain.pem");
  }

  @Test
  void refusesAnotherCertificatesKey() {
    refused(
        whole(others.key(), ours.certificate()),
        "has in privateKey.pem not the key of the first certificate in certificateChain.pem");
  }

  @Test
  void refusesACertificateThatHasEnded() throws Exception {
    Certificates old = Certificates.make(folder, "-3d");
    refused(
        whole(old.key(), old.certificate()),
        "has in certificateChain.pem a certificate of CN=*.ec2.internal that holds from ");
  }

  @Test
  void refusesFilesThatHoldSomethingElse() {
    refused(whole("none", ours.certificate()), "has no private key in privateKey.pem");
    refused(
        whole(ours.key().replace("PRIVATE", "ENCRYPTED PRIVATE"), ours.certificate()),
        "has in privateKey.pem the form ENCRYPTED PRIVATE KEY; local-aws reads PRIVATE KEY");
    refused(whole(ours.key(), ours.key()), "has in certificateChain.pem what is no certificate");
    refused(whole(ours.key(), ""), "has no certificate in certificateChain.pem");
  }

  private static Map<String, String> whole(String key, String certificate) {
    return Map.of(
        "privateKey.pem", key,
        "certificateChain.pem", certificate,
        "trustedCertificates.pem", certificate);
  }

  private static void refused(Map<String, String> files, String words) {
    assertThatThrownBy(() -> check(files))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(words);
  }

  private static void check(Map<String, String> files) throws IOException {
    CertificateBundle.read(new ByteArrayInputStream(Certificates.zip(files))).check(Instant.now());
  }
}
