package io.escala.spark.evaluate;

/**
 * A point of the precision-recall curve.
 *
 * @param probability rows with at least this are called positive
 */
public record PrecisionRecallPoint(double recall, double precision, double probability) {}
