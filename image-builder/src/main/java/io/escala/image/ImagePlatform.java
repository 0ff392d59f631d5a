package io.escala.image;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The machines that an image runs on. */
enum ImagePlatform {
  LINUX_AMD64("amd64", "linux-x64"),
  LINUX_ARM64("arm64", "linux-aarch64");

  private final String architecture;
  private final String natives;

  ImagePlatform(String architecture, String natives) {
    this.architecture = architecture;
    this.natives = natives;
  }

  /**
   * That of a name such as {@code linux/amd64}.
   *
   * @throws ImageException if it is none of ours
   */
  static ImagePlatform of(String name) throws ImageException {
    return Arrays.stream(values())
        .filter(platform -> platform.label().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ImageException(
                    "the platform is \""
                        + name
                        + "\", but must be one of "
                        + Arrays.stream(values())
                            .map(ImagePlatform::label)
                            .collect(Collectors.joining(", "))));
  }

  /** As OCI writes it. */
  String label() {
    return "linux/" + architecture;
  }

  String architecture() {
    return architecture;
  }

  /** The folder of libraries for this platform, below {@code libs/native/}. */
  String natives() {
    return natives;
  }
}
