import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

final class Jetty {
  public static void main(String[] args) throws Exception {
    Server server = new Server(new QueuedThreadPool(16, 4));
    ServerConnector connector =
        new ServerConnector(server, 1, -1, new HttpConnectionFactory(new HttpConfiguration()));
    connector.setHost("127.0.0.1");
    connector.setPort(Answer.PORT);
    server.addConnector(connector);
    server.setHandler(
        new Handler.Abstract.NonBlocking() {
          @Override
          public boolean handle(Request request, Response response, Callback callback) {
            Content.Source.asByteBuffer(
                request,
                Promise.from(
                    body ->
                        Answer.SCORERS.execute(
                            () -> {
                              response.getHeaders().put("content-type", "application/json");
                              response.write(true, ByteBuffer.wrap(Answer.BODY), callback);
                            }),
                    callback::failed));
            return true;
          }
        });
    server.start();
  }
}
