package io.escala.inference;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class Sha256Test {

  @Test
  void shouldBeThatOfTheStandardsExamples() {
    assertThat(Sha256.of("abc".getBytes(US_ASCII)))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assertThat(Sha256.of(new byte[0]))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }

  @Test
  void shouldBeThatOfTheJdkWhateverTheLength() throws Exception {
    // given
    MessageDigest jdk = MessageDigest.getInstance("SHA-256");
    Random random = new Random(5);

    for (int length = 0; length < 1000; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);

      // when / then
      assertThat(Sha256.of(bytes)).isEqualTo(HexFormat.of().formatHex(jdk.digest(bytes)));
    }
    for (int length : new int[] {262_143, 262_144, 262_145}) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      assertThat(Sha256.of(bytes)).isEqualTo(HexFormat.of().formatHex(jdk.digest(bytes)));
    }
  }
}
