package io.escala.spark.evaluate;

/** What the model would get right and wrong if it said yes above this threshold. */
public record AtThreshold(double threshold, Confusion confusion) {}
