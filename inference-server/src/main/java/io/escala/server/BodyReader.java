package io.escala.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Takes a request's body in as it arrives, without a thread that waits. A body that is refused is
 * read on and thrown away, because a client that is still sending would not read the answer.
 */
final class BodyReader implements Invocable.Task {

  /** Told once how it ended. Never blocks. */
  interface Sink {
    /** The body is here; {@link #done} gives its memory back. */
    void arrived(ByteBuffer body);

    /** The body will not be used. */
    void refused(int status, String message, boolean close);

    /** The connection is of no more use. */
    void failed(Throwable failure);
  }

  private final Request request;
  private final ServerLimits limits;
  private final Bodies bodies;
  private final Sink sink;
  private final long begun = System.nanoTime();

  private byte[] whole;
  private ByteArrayOutputStream parts;
  private int size;
  private int taken;
  private long discarded;
  private int refusal;
  private String message;

  BodyReader(Request request, ServerLimits limits, Bodies bodies, Sink sink) {
    this.request = request;
    this.limits = limits;
    this.bodies = bodies;
    this.sink = sink;
  }

  void start() {
    if (request.getLength() > limits.bodyBytes()) {
      refuse(413, tooLarge());
    }
    run();
  }

  /** The request was refused before its body is here. */
  void discard(int status, String why) {
    refuse(status, why);
    run();
  }

  /** The body is not needed any more. */
  void done() {
    bodies.give(taken);
    taken = 0;
    whole = null;
    parts = null;
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  @Override
  public void run() {
    if (refusal > 0 && (awaitsContinue() || request.getLength() > ServerLimits.DISCARDED)) {
      sink.refused(refusal, message, true);
      return;
    }
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(this);
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        done();
        if (chunk.getFailure() instanceof TimeoutException) {
          sink.refused(408, ProtocolErrors.sentence(408, null), true);
        } else {
          sink.failed(
              new HttpException.RuntimeException(
                  400, "the connection ended within the body", chunk.getFailure()));
        }
        return;
      }
      boolean last = chunk.isLast();
      take(chunk.getByteBuffer());
      chunk.release();
      if (last) {
        end();
        return;
      }
      if (System.nanoTime() - begun > limits.bodyTimeout().toNanos()) {
        done();
        sink.refused(408, late(limits.bodyTimeout()), true);
        return;
      }
      if (discarded > ServerLimits.DISCARDED) {
        sink.refused(refusal, message, true);
        return;
      }
    }
  }

  /** A client that asks first has sent nothing that would have to be read. */
  private boolean awaitsContinue() {
    return request.getHeaders().contains("expect");
  }

  private void take(ByteBuffer bytes) {
    int more = bytes.remaining();
    if (refusal > 0) {
      discarded += more;
      return;
    }
    if (more == 0) {
      return;
    }
    if (size + more > limits.bodyBytes()) {
      refuse(413, tooLarge());
      discarded += more;
      return;
    }
    if (size + more > ServerLimits.SMALL_BODY) {
      int missing = size + more - taken;
      if (!bodies.take(missing)) {
        refuse(
            429, "the server is taking in as many large bodies as it may: try again in a second");
        discarded += more;
        return;
      }
      taken += missing;
    }
    size += more;
    byte[] copy = new byte[more];
    bytes.get(copy);
    if (whole == null && parts == null) {
      whole = copy;
      return;
    }
    if (parts == null) {
      parts = new ByteArrayOutputStream(size);
      parts.writeBytes(whole);
      whole = null;
    }
    parts.writeBytes(copy);
  }

  private void end() {
    if (refusal > 0) {
      sink.refused(refusal, message, false);
    } else if (parts != null) {
      sink.arrived(ByteBuffer.wrap(parts.toByteArray()));
    } else {
      sink.arrived(whole == null ? ByteBuffer.allocate(0) : ByteBuffer.wrap(whole));
    }
  }

  private void refuse(int status, String why) {
    done();
    refusal = status;
    message = why;
  }

  private String tooLarge() {
    return (request.getLength() >= 0
            ? "the body has " + request.getLength() + " bytes, but at most "
            : "the body has more than the ")
        + limits.bodyBytes()
        + (request.getLength() >= 0 ? " are read" : " bytes that are read")
        + ": send fewer instances or a smaller picture";
  }

  private static String late(Duration timeout) {
    return "the body did not arrive within "
        + timeout.toMillis() / 1000.0
        + " s: send it whole, without pauses";
  }
}
