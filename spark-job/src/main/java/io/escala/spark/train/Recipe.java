package io.escala.spark.train;

import io.escala.spark.data.BadRows;
import io.escala.spark.data.BankRows;
import java.io.IOException;

/** From sound rows to a fitted model and every row scored. */
interface Recipe {
  /** As the provenance names it. */
  String name();

  /**
   * Fits.
   *
   * @param bad decides about rows that break the contract
   * @throws io.escala.spark.Mistake if a row breaks the contract, or there are too few to fit and
   *     evaluate
   */
  Trained fit(BankRows source, BadRows bad, Training.Request request) throws IOException;
}
