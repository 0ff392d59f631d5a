package io.escala.cli.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The cluster as the commands see it, wherever it is. */
interface Cluster {
  /** As what the release, its Deployment, its autoscaler and its namespace are deployed. */
  String NAME = "escala";

  /** Where commands go, for people. */
  String where();

  /** How far the Deployment is, now. */
  Rollout rollout();

  /** Its pods. */
  List<Pod> pods();

  /** The release's revisions, oldest first. */
  List<Revision> revisions();

  /**
   * Goes back to a revision of the release; waits until its pods answer.
   *
   * @param revision empty for the one before
   */
  void rollback(Optional<Integer> revision);

  /** Sets the autoscaler's bounds. */
  void scale(int min, int max);

  /** The autoscaler's bounds, for people. */
  String bounds();

  /**
   * A Deployment's state.
   *
   * @param revision the Deployment's number of what it rolls out
   * @param replicas how many pods there are to be
   * @param updated how many are of the new revision
   * @param available how many answer, and have for long enough
   * @param old how many of older revisions are left
   * @param stuck why it makes no progress; empty as long as it does
   */
  record Rollout(
      String revision, int replicas, int updated, int available, int old, Optional<String> stuck) {
    boolean complete() {
      return updated == replicas && available == replicas && old == 0;
    }

    @Override
    public String toString() {
      return "%d of %d pods are of the new revision, %d available, %d old"
          .formatted(updated, replicas, available, old);
    }
  }

  /**
   * A pod.
   *
   * @param state for example {@code Running}
   * @param why it is not ready, or empty
   */
  record Pod(String name, String state, boolean ready, int restarts, String image, String why) {}

  /** A revision of the release, with what Helm says of it. */
  record Revision(int number, String status, String updated, String description) {
    /**
     * Reads a list of them, oldest first.
     *
     * @param number what the field of the number is called
     */
    static List<Revision> list(JsonNode revisions, String number) {
      List<Revision> list = new ArrayList<>();
      for (JsonNode revision : revisions) {
        list.add(
            new Revision(
                revision.path(number).asInt(),
                revision.path("status").asText(),
                revision.path("updated").asText(),
                revision.path("description").asText()));
      }
      return list;
    }
  }
}
