package io.escala.spark.evaluate;

/**
 * The threshold at which F1 is best, the highest of equals: halfway between two neighbouring
 * probabilities. Where calling every row positive is best, half the lowest probability; where every
 * probability is 0, no threshold calls anything, and both are 0.
 */
public record BestF1(double threshold, double f1) {}
