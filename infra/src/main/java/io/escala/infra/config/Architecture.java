package io.escala.infra.config;

/** The processor a Lambda function runs on. */
public enum Architecture {
  X86_64("x86_64"),
  ARM64("arm64");

  private final String label;

  Architecture(String label) {
    this.label = label;
  }

  /** The name that the configuration, Lambda and the handler module's zip use. */
  public String label() {
    return label;
  }
}
