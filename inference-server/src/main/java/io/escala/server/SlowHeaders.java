package io.escala.server;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.Callback;

/**
 * Closes connections that take too long over a request's headers. Jetty's idle timeout begins anew
 * with each byte, so a client that sends one now and then would stay for hours.
 */
final class SlowHeaders implements Connection.Listener {
  private static final String BODY = ErrorJson.of(ProtocolErrors.sentence(408, null));
  private static final String ANSWER =
      "HTTP/1.1 408 Request Timeout\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: "
          + BODY.length()
          + "\r\n\r\n"
          + BODY;

  private final Duration timeout;
  private final Map<Connection, Watch> watches = new ConcurrentHashMap<>();

  SlowHeaders(Duration timeout) {
    this.timeout = timeout;
  }

  @Override
  public void onOpened(Connection connection) {
    watches.put(connection, new Watch());
  }

  @Override
  public void onClosed(Connection connection) {
    watches.remove(connection);
  }

  int connections() {
    return watches.size();
  }

  /** The headers are here. */
  void requestBegins(Connection connection) {
    Watch watch = watches.get(connection);
    if (watch != null) {
      watch.begin();
    }
  }

  /** The answer is gone. What arrives from now on belongs to the next request. */
  void requestEnds(Connection connection) {
    Watch watch = watches.get(connection);
    if (watch != null) {
      watch.end(connection.getBytesIn());
    }
  }

  /** Called now and then. */
  void sweep() {
    long now = System.nanoTime();
    watches.forEach(
        (connection, watch) -> {
          if (watch.isLate(connection.getBytesIn(), now, timeout)) {
            watches.remove(connection);
            refuse(connection);
          }
        });
  }

  private static void refuse(Connection connection) {
    // Not the connection's close, which would answer the half request once more
    EndPoint end = connection.getEndPoint();
    try {
      end.write(
          Callback.from(end::close), ByteBuffer.wrap(ANSWER.getBytes(StandardCharsets.US_ASCII)));
    } catch (RuntimeException e) {
      end.close(); // an answer to something else is being written
    }
  }

  private static final class Watch {
    private boolean inRequest;
    private boolean partial;
    private long bytes;
    private long since;

    synchronized void begin() {
      inRequest = true;
      partial = false;
    }

    synchronized void end(long bytesIn) {
      inRequest = false;
      bytes = bytesIn;
    }

    synchronized boolean isLate(long bytesIn, long now, Duration timeout) {
      if (inRequest || bytesIn == bytes) {
        return false;
      }
      if (!partial) {
        partial = true;
        since = now;
      }
      return now - since > timeout.toNanos();
    }
  }
}
