package io.escala.image;

import java.nio.file.Path;

/** What is asked of AWS. */
interface Aws {
  /**
   * Fetches an object.
   *
   * @throws ImageException if it cannot be had
   */
  void download(Order.StoredZip zip, Path file) throws ImageException;

  /**
   * The name and password that the account's registry takes for some hours.
   *
   * @throws ImageException if it gives none
   */
  RegistryTag.Login login() throws ImageException;
}
