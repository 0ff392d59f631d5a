package io.escala.lambda;

import io.escala.inference.http.Request;
import java.util.List;

/** What the function was invoked with. */
sealed interface Event {
  /**
   * An HTTP request that API Gateway (a REST API, payload format 1.0, or an HTTP API, 2.0) or a
   * function URL (2.0) passes on. One form of answer suits them all.
   */
  record Http(Request request) implements Event {}

  /** The function was invoked directly, with a request for a model. */
  record Direct(Request request) implements Event {}

  /** Messages of an SQS queue. */
  record Queue(List<Message> messages) implements Event {}

  /**
   * One message.
   *
   * @param id that SQS gave it
   * @param body a direct request, if the sender kept to that
   */
  record Message(String id, String body) {}
}
