package io.escala.server;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/** Answers what Jetty itself refuses, mostly because it is no HTTP. */
final class ProtocolErrors extends ErrorHandler {
  @Override
  public boolean errorPageForMethod(String method) {
    return true;
  }

  @Override
  protected void generateResponse(
      Request request,
      Response response,
      int status,
      String message,
      Throwable cause,
      Callback callback) {
    int answered = status(request, status);
    response.setStatus(answered);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.write(
        true, ErrorJson.bytes(sentence(answered == 408 ? answered : status, message)), callback);
  }

  /**
   * The status that a request gets. What a client sent or failed to send is never a fault of the
   * server, and alarms count those.
   *
   * @param jettys which is 500 when a connection ends within the headers, 501 and 505 for unknown
   *     encodings and versions
   */
  static int status(Request request, int jettys) {
    if (jettys == 501 || jettys == 505) {
      return 400;
    }
    return jettys >= 500 && request.getAttribute(Door.ROUTE) == null ? 408 : jettys;
  }

  static String sentence(int status, String message) {
    return switch (status) {
      case 408 -> "the request did not arrive in time: send it whole, without long pauses";
      case 413 ->
          "the body is larger than this server reads: send fewer instances or a smaller picture";
      case 414 ->
          "the address is longer than this server reads: model names and versions are short";
      case 417 -> "the header expect may only be 100-continue";
      case 431 -> "the headers are larger than this server reads: send fewer or shorter ones";
      case 501 -> "the transfer encoding is not known here: send content-length or chunks";
      case 426, 505 -> "this HTTP version is not spoken here: use HTTP/1.1";
      default ->
          status >= 500
              ? "this is a fault of the service, not of the request"
              : "the request is not valid HTTP"
                  + (message == null || message.isBlank() ? "" : ": " + message);
    };
  }
}
