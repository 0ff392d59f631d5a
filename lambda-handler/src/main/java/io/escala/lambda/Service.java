package io.escala.lambda;

import io.escala.inference.Models;
import io.escala.inference.http.InferenceApi;
import io.escala.inference.http.Limits;
import io.escala.inference.http.Request;
import io.escala.inference.http.Response;
import io.escala.inference.http.Route;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Decodes an event, answers, encodes, and writes a line about it.
 *
 * @param models that answer
 * @param log where the line goes
 * @param results where answers to messages go
 */
record Service(Models models, JsonLog log, Results results) {

  /**
   * Handles one invocation.
   *
   * @throws UnknownEventException if the event is of no known kind
   * @throws ServiceFaultException if a direct request cannot be answered now
   */
  void handle(InputStream input, OutputStream output, String requestId) throws IOException {
    long start = System.nanoTime();
    Event event;
    try {
      event = EventReader.read(input);
    } catch (DirectRequestException e) {
      refused("direct", requestId, e.getMessage(), output, start);
      return;
    }
    if (event instanceof Event.Http http) {
      Answer.http(answer(http.request(), "http", requestId, start), output);
    } else if (event instanceof Event.Direct direct) {
      Answer.direct(answer(direct.request(), "direct", requestId, start), output);
    } else if (event instanceof Event.Queue queue) {
      Answer.unanswered(
          queue.messages().stream().filter(m -> !isAnswered(m)).map(Event.Message::id).toList(),
          output);
    }
  }

  /**
   * Whether the sender has an answer, be it that the message cannot be understood. If not, SQS
   * delivers the message again, and at last to the queue for dead letters.
   */
  private boolean isAnswered(Event.Message message) {
    long start = System.nanoTime();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      try {
        byte[] body = message.body().getBytes(StandardCharsets.UTF_8);
        if (EventReader.read(new ByteArrayInputStream(body)) instanceof Event.Direct direct) {
          Answer.direct(answer(direct.request(), "queue", message.id(), start), out);
        } else {
          throw new DirectRequestException("a message must be a request: " + DirectRequest.FORM);
        }
      } catch (DirectRequestException | UnknownEventException e) {
        refused("queue", message.id(), e.getMessage(), out, start);
      }
      results.write(message.id() + ".json", out.toByteArray());
      return true;
    } catch (ServiceFaultException e) {
      return false; // the request's line says it
    } catch (IOException e) {
      log.failed(
          "", "the answer to message " + message.id() + " is not written: " + e.getMessage());
      return false;
    }
  }

  private void refused(String kind, String requestId, String why, OutputStream output, long start)
      throws IOException {
    Answer.mistake(400, why, output);
    log.request(requestId, kind, "POST", Route.OTHER, 400, null, new Observation(), since(start));
  }

  private Response answer(Request request, String kind, String requestId, long start) {
    Observation seen = new Observation();
    Response response = new InferenceApi(models, Limits.DEFAULT, log, seen).handle(request);
    log.request(
        requestId,
        kind,
        request.method(),
        Route.of(request.path(), models.names()),
        response.status(),
        response.headers().get(Response.MODEL_VERSION),
        seen,
        since(start));
    return response;
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
