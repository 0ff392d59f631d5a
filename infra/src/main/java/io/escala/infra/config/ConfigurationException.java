package io.escala.infra.config;

import java.util.List;

/**
 * A configuration that cannot be used. Carries every mistake, each a line that a person can act on.
 */
public final class ConfigurationException extends RuntimeException {
  private final List<String> mistakes;

  ConfigurationException(List<String> mistakes) {
    super(String.join(System.lineSeparator(), mistakes));
    this.mistakes = List.copyOf(mistakes);
  }

  /** One line a mistake: the key, the value given, what is allowed. */
  public List<String> mistakes() {
    return mistakes;
  }
}
