package io.escala.spark.segments;

import java.io.Serializable;

/**
 * A segment whose rows are in one place.
 *
 * @param rows how many there are, bad ones included
 * @param faults how many break the contract
 * @param encoded the sound ones in the order of their content; null if there are too many for a
 *     task
 */
record Segment(SegmentKey key, long rows, long faults, EncodedRows encoded)
    implements Serializable {}
