import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;

public final class Vertx extends VerticleBase {
  public static void main(String[] args) {
    io.vertx.core.Vertx.vertx().deployVerticle(Vertx.class, new DeploymentOptions().setInstances(2));
  }

  @Override
  public Future<?> start() {
    return vertx
        .createHttpServer()
        .requestHandler(
            request ->
                request
                    .body()
                    .onSuccess(
                        body ->
                            Answer.SCORERS.execute(
                                () ->
                                    request
                                        .response()
                                        .putHeader("content-type", "application/json")
                                        .end(Buffer.buffer(Answer.BODY)))))
        .listen(Answer.PORT, "127.0.0.1");
  }
}
