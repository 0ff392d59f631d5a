package io.escala.localaws.kubernetes;

/**
 * A pod as status commands show it.
 *
 * @param deployment whose pod it is
 * @param revision of the Deployment
 * @param phase {@code Pending}, {@code Running} or {@code Terminating}
 * @param reason why it is not as it should be, in a word; or empty
 * @param message the same in a sentence
 * @param address where it listens; empty when it does not run
 * @param pid its process; 0 when it does not run
 * @param requests how many it has accepted since its container started
 * @param created ISO 8601
 * @param log the file of its output
 */
public record PodView(
    String namespace,
    String name,
    String deployment,
    int revision,
    String image,
    String phase,
    boolean ready,
    int restarts,
    String reason,
    String message,
    String address,
    long pid,
    long requests,
    String created,
    String log) {}
