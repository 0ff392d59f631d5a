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
    if (status == 501 || status == 505) {
      // What a client sent is never a fault of the server, and alarms count those
      response.setStatus(400);
    }
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.write(true, ErrorJson.bytes(sentence(status, message)), callback);
  }

  static String sentence(int status, String message) {
    return switch (status) {
      case 408 -> "the request did not arrive in time: send it whole, without long pauses";
      case 413 -> "the body is larger than this server reads: send fewer instances at once";
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
