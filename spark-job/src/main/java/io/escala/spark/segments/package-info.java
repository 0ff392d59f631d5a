/**
 * One model for each value of some columns: small segments whole in one task, large ones chunk by
 * chunk, so that no segment's size stalls the others or fills the memory.
 */
package io.escala.spark.segments;
