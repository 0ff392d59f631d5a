import io.undertow.util.Headers;
import java.nio.ByteBuffer;

final class Undertow {
  public static void main(String[] args) {
    io.undertow.Undertow.builder()
        .addHttpListener(Answer.PORT, "127.0.0.1")
        .setHandler(
            exchange ->
                exchange
                    .getRequestReceiver()
                    .receiveFullBytes(
                        (e, body) ->
                            e.dispatch(
                                Answer.SCORERS,
                                () -> {
                                  e.getResponseHeaders()
                                      .put(Headers.CONTENT_TYPE, "application/json");
                                  e.getResponseSender().send(ByteBuffer.wrap(Answer.BODY));
                                })))
        .build()
        .start();
  }
}
