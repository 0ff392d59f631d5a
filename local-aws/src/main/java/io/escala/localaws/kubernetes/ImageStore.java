package io.escala.localaws.kubernetes;

import java.io.IOException;

/** Where pods have their images from. */
public interface ImageStore {

  /**
   * Finds an image.
   *
   * @param reference as a pod names it, for example {@code 0000.dkr.ecr…/escala@sha256:…}
   * @throws IOException when there is no such image; the message says so and becomes the pod's
   */
  ContainerImage pull(String reference) throws IOException;
}
