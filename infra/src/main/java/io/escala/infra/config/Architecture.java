package io.escala.infra.config;

/** The processor a Lambda function runs on. */
public enum Architecture {
  X86_64("x86_64", "x86_64"),
  ARM64("arm64", "aarch64");

  private final String label;
  private final String machine;

  Architecture(String label, String machine) {
    this.label = label;
    this.machine = machine;
  }

  /** Lambda's name for it, which the configuration uses too. */
  public String label() {
    return label;
  }

  /** Linux's name for it, which native libraries and the handler's zips use. */
  public String machine() {
    return machine;
  }
}
