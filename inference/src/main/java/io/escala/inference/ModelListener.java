package io.escala.inference;

import java.time.Duration;

/**
 * Is told what happens to models, so that it can be logged. Called on the thread on which it
 * happens.
 */
public interface ModelListener {
  /**
   * A version is now in service.
   *
   * @param engine what computes its graph; see {@link Model#engine}
   */
  void loaded(String model, BundleVersion version, String engine, Duration took);

  /** A version will not be served; the one before, if any, stays. Told once a version. */
  void refused(String model, String reason);

  /** The source could not be asked; it will be asked again. */
  void unreachable(String model, String reason);

  /**
   * A version in service failed on rows that its manifest allows; or, with no name, the program
   * itself failed.
   */
  void failed(String model, String reason);
}
