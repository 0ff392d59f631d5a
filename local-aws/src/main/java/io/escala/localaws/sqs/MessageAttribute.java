package io.escala.localaws.sqs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Base64;

/**
 * A value that travels beside a message's body.
 *
 * @param dataType {@code String}, {@code Number} or {@code Binary}, perhaps with a label after a
 *     dot
 * @param text null for a binary one
 * @param binary in base64; null for a text
 */
public record MessageAttribute(String dataType, String text, String binary) {
  /** Whether it is bytes. */
  public boolean holdsBytes() {
    return binary != null;
  }

  byte[] bytes() {
    return holdsBytes() ? Base64.getDecoder().decode(binary) : text.getBytes(UTF_8);
  }
}
