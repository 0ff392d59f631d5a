package io.escala.localaws.lambda;

import java.util.Map;

/**
 * What feeds a function from a queue, as it is remembered.
 *
 * @param token what its maker calls it, to find it again after a kill
 * @param queueArn the queue
 * @param function name, and after a colon the qualifier if there is one
 * @param batchSize how many messages an invocation gets at most
 * @param windowSeconds how long to gather them; 0 for not at all
 * @param reportsFailures whether the function says which messages of a batch failed
 * @param maximumConcurrency how many batches at once; null for no limit of its own
 * @param tags recorded
 * @param modified milliseconds since 1970
 */
record EventSourceMapping(
    String uuid,
    String token,
    String queueArn,
    String function,
    boolean enabled,
    int batchSize,
    int windowSeconds,
    boolean reportsFailures,
    Integer maximumConcurrency,
    Map<String, String> tags,
    long modified) {

  boolean feedsTheSameAs(EventSourceMapping other) {
    return queueArn.equals(other.queueArn) && function.equals(other.function);
  }
}
