package io.escala.inference;

import java.util.List;

/**
 * An input or an output of a graph.
 *
 * @param datatype null if it is none that a manifest can have
 * @param described what it is, for messages
 * @param shape -1 for a dimension that is free
 */
record GraphPort(String name, Datatype datatype, String described, List<Long> shape) {}
