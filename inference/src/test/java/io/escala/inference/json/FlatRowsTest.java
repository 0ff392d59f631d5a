package io.escala.inference.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FlatRowsTest {
  /** A brace, what differs from one in a bit, and what a count of eight at a time might confuse. */
  private static final byte[] BYTES = {'{', 'z', '|', (byte) 0xFB, 0, 1, (byte) 0x80, '}', '{'};

  @Test
  void shouldCountTheObjectsOfATextWhateverStandsAround() {
    Random random = new Random(1);
    for (int length = 0; length < 100; length++) {
      // given
      byte[] text = new byte[length];
      int braces = 0;
      for (int i = 0; i < length; i++) {
        text[i] = BYTES[random.nextInt(BYTES.length)];
        braces += text[i] == '{' ? 1 : 0;
      }

      // when / then
      assertThat(FlatRows.atMost(text)).isEqualTo(braces - 1);
    }
  }
}
