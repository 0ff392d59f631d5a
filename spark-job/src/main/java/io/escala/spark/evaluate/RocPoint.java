package io.escala.spark.evaluate;

/**
 * A point of the receiver operating characteristic.
 *
 * @param probability rows with at least this are called positive; infinite at the origin
 */
public record RocPoint(double falsePositiveRate, double recall, double probability) {}
