package io.escala.image;

/** Why there is no image: one sentence for whoever deploys. */
final class ImageException extends Exception {
  private static final long serialVersionUID = 1L;

  ImageException(String sentence) {
    super(sentence);
  }

  ImageException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
