package io.escala.image;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The function behind the custom resource {@code Custom::JavaImage}: makes an image of zips in S3,
 * and tells CloudFormation its {@code ImageUri}, {@code Digest} and {@code Tag}.
 *
 * <p>Whatever happens, CloudFormation gets an answer: it would wait for one, and only then roll
 * back. A repeated order finds its image. Deleting does nothing: earlier images are there for who
 * rolls back, and all go with their repository.
 */
public final class JavaImageHandler implements RequestStreamHandler {
  /** What the answer needs, of the function's time. */
  private static final long ANSWER_MILLIS = 20_000;

  private final Map<String, String> environment;
  private final Aws aws;
  private final PrintStream log;

  /** Made once by Lambda, while it starts the function. */
  public JavaImageHandler() {
    this(System.getenv(), AwsClients.from(System.getenv()), System.out);
  }

  JavaImageHandler(Map<String, String> environment, Aws aws, PrintStream log) {
    this.environment = Map.copyOf(environment);
    this.aws = aws;
    this.log = log;
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    CustomResourceEvent event = CustomResourceEvent.read(input);
    CustomResourceAnswer answer =
        event.type() == CustomResourceEvent.RequestType.DELETE
            ? CustomResourceAnswer.success(Map.of())
            : answer(event, context.getRemainingTimeInMillis() - ANSWER_MILLIS);
    log.println(
        event.type()
            + " "
            + event.logicalResourceId()
            + ": "
            + answer.reason().map(why -> "failed: " + why).orElse("done " + answer.data()));
    try {
      answer.to(event);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted before CloudFormation was told", e);
    }
  }

  private CustomResourceAnswer answer(CustomResourceEvent event, long millis) {
    ExecutorService executor =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "build");
              thread.setDaemon(true);
              return thread;
            });
    Future<BuiltImage> building = executor.submit(() -> build(event));
    try {
      BuiltImage image = building.get(millis, TimeUnit.MILLISECONDS);
      image
          .layers()
          .forEach(
              layer ->
                  log.println(
                      layer.name() + " " + layer.digest() + " " + layer.bytes() + " bytes"));
      log.println(image.reused() ? "it was there" : "it was pushed");
      return CustomResourceAnswer.success(
          Map.of("ImageUri", image.uri(), "Digest", image.digest(), "Tag", image.tag()));
    } catch (TimeoutException e) {
      building.cancel(true);
      return CustomResourceAnswer.failed(
          "the image was not built within "
              + TimeUnit.MILLISECONDS.toSeconds(millis)
              + " seconds; deploy again, what was pushed by then is not pushed twice");
    } catch (ExecutionException e) {
      return CustomResourceAnswer.failed(reason(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return CustomResourceAnswer.failed("the function was interrupted");
    } finally {
      executor.shutdownNow();
    }
  }

  private BuiltImage build(CustomResourceEvent event)
      throws ImageException, IOException, InterruptedException {
    return ImageOrders.from(environment, aws).carryOut(Order.of(event.properties()));
  }

  private String reason(Throwable failure) {
    if (failure instanceof ImageException) {
      return failure.getMessage();
    }
    // Not foreseen: the log has where, and nothing that we hold secret is in a message of the
    // JDK's.
    failure.printStackTrace(log);
    return "the image builder failed: " + failure;
  }
}
