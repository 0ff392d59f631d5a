package io.escala.server;

import io.escala.inference.http.Limits;
import java.time.Duration;

/**
 * How much one client, and all of them together, may ask of the server.
 *
 * @param headerBytes of one request's line and headers
 * @param bodyBytes of one request's body
 * @param instances rows in one request, which one call of the runtime scores
 * @param connections open at once; further ones wait in the system's queue
 * @param scorers requests scored at once
 * @param queue requests that wait to be scored; further ones are told to come back (429)
 * @param bufferedBytes of all bodies in memory that are larger than a small one; further ones are
 *     told to come back (429)
 * @param headerTimeout for a request's line and headers to arrive whole
 * @param bodyTimeout for a body to arrive whole
 * @param idleTimeout after which a silent connection is closed
 */
record ServerLimits(
    int headerBytes,
    int bodyBytes,
    int instances,
    int connections,
    int scorers,
    int queue,
    long bufferedBytes,
    Duration headerTimeout,
    Duration bodyTimeout,
    Duration idleTimeout) {

  /** A body up to this size is always taken in. */
  static final int SMALL_BODY = 16 << 10;

  /** Of a body that is refused for its size, up to this much is read, so that its sender reads. */
  static final long DISCARDED = 32L << 20;

  /** For this machine's number of cores. */
  static ServerLimits defaults() {
    return new ServerLimits(
        8 << 10,
        Limits.DEFAULT.bodyBytes(),
        Limits.DEFAULT.instances(),
        1024,
        Runtime.getRuntime().availableProcessors(),
        256,
        64L << 20,
        Duration.ofSeconds(10),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60));
  }

  /** The same, but for bodies, rows and requests that wait. */
  ServerLimits with(int body, int rows, int waiting) {
    return new ServerLimits(
        headerBytes,
        body,
        rows,
        connections,
        scorers,
        waiting,
        Math.max(bufferedBytes, 2L * body),
        headerTimeout,
        bodyTimeout,
        idleTimeout);
  }

  /** The same, but for the time that is given. */
  ServerLimits withTimeouts(Duration header, Duration body, Duration idle) {
    return new ServerLimits(
        headerBytes,
        bodyBytes,
        instances,
        connections,
        scorers,
        queue,
        bufferedBytes,
        header,
        body,
        idle);
  }
}
