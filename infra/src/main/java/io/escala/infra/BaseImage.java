package io.escala.infra;

import static java.util.Objects.requireNonNull;

import java.util.regex.Pattern;

/**
 * The image that ours is built on, pinned: its digest names one content for good, which a tag does
 * not.
 *
 * @param reference {@code registry/repository@sha256:...}
 */
record BaseImage(String reference) {
  private static final Pattern PINNED =
      Pattern.compile("[a-z0-9.-]+(:\\d+)?/[a-z0-9._/-]+@sha256:[0-9a-f]{64}");

  /**
   * Amazon Corretto 25.0.4.8 on Amazon Linux 2023, without graphics: 158 MB, for x86_64 and arm64.
   * Docker publishes its official images at Amazon too, where pulls need no account.
   *
   * <p>The digest is the one that Docker records for {@code amazoncorretto:25-al2023-headless} of
   * 20 August 2026 (docker-library/repo-info, commit 1fbfde46, {@code
   * repos/amazoncorretto/remote/25-al2023-headless.md}). A newer one: {@code docker buildx
   * imagetools inspect public.ecr.aws/docker/library/amazoncorretto:25-al2023-headless}, its first
   * Digest.
   */
  static final BaseImage CORRETTO_25 =
      new BaseImage(
          "public.ecr.aws/docker/library/amazoncorretto"
              + "@sha256:770e291fe5d1bc20254c49489a6762095fa93937c11fa5e7408c3a3e4e04931e");

  BaseImage {
    requireNonNull(reference, "reference is null");
    if (!PINNED.matcher(reference).matches()) {
      throw new IllegalArgumentException(
          "the base image is \""
              + reference
              + "\", but must be pinned: registry/repository@sha256:<64 hexadecimal digits>, as"
              + " \"docker buildx imagetools inspect\" prints it");
    }
  }
}
