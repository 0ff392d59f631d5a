package io.escala.lambda;

import io.escala.inference.http.Request;
import io.escala.inference.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * Reads an event. No classes of events and no mapper, which would cost a cold start more than the
 * model does; and no reader of tokens for plain JSON that tells of an HTTP request, as nearly all
 * events do, which spares it some 5 ms.
 */
final class EventReader {
  private EventReader() {}

  /**
   * The event that these bytes hold.
   *
   * @throws UnknownEventException if it is of another kind
   * @throws DirectRequestException if it is a direct request that cannot be understood
   */
  static Event read(InputStream in) throws IOException {
    byte[] event = in.readAllBytes();
    Map<?, ?> fields = Json.plainObject(event, DirectRequest.MAX_DEPTH);
    Request request = fields == null ? null : new HttpEvent(fields).request();
    return request == null ? EventTokens.read(event) : new Event.Http(request);
  }
}
