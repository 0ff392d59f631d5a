package io.escala.image;

import java.util.regex.Pattern;

/** What an image is built on. */
sealed interface Base {
  /** Nothing: only for machines that bring a JDK of their own, such as a laptop's. */
  record Scratch() implements Base {
    @Override
    public String name() {
      return SCRATCH;
    }
  }

  /**
   * An image of a registry that is asked without credentials.
   *
   * @param name {@code registry/repository@sha256:...}
   */
  record Pinned(String name) implements Base {}

  String SCRATCH = "scratch";
  Pattern PINNED = Pattern.compile("[a-z0-9.-]+(:\\d+)?/[a-z0-9._/-]+@sha256:[0-9a-f]{64}");

  /** As it is written: {@code scratch}, or an image with its digest. */
  String name();

  /**
   * The base of a name.
   *
   * @throws ImageException if it is an image without its digest: such a name may be another image
   *     tomorrow
   */
  static Base of(String name) throws ImageException {
    if (name.equals(SCRATCH)) {
      return new Scratch();
    }
    if (!PINNED.matcher(name).matches()) {
      throw new ImageException(
          "the base image is \""
              + name
              + "\", but must be pinned: registry/repository@sha256:<64 hexadecimal digits>, or"
              + " scratch");
    }
    return new Pinned(name);
  }
}
