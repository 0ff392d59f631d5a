package io.escala.localaws.kubernetes;

import java.util.Optional;

/**
 * How far a Deployment is.
 *
 * @param revision the number of what it rolls out
 * @param replicas how many pods it is to have
 * @param updated how many of the new revision it has
 * @param ready how many pods are ready, old ones included
 * @param available how many have been ready for long enough
 * @param old how many pods of older revisions still run
 * @param stuck why it makes no progress; empty as long as it may
 */
public record Rollout(
    String namespace,
    String deployment,
    int revision,
    int replicas,
    int updated,
    int ready,
    int available,
    int old,
    Optional<String> stuck) {

  /** Whether every replica is of the new revision and available, and no older one is left. */
  public boolean complete() {
    return updated == replicas && available == replicas && old == 0;
  }

  @Override
  public String toString() {
    return "%s/%s revision %d: %d of %d updated, %d available, %d old%s"
        .formatted(
            namespace,
            deployment,
            revision,
            updated,
            replicas,
            available,
            old,
            stuck.map(why -> "; " + why).orElse(""));
  }
}
