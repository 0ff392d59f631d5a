package io.escala.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.escala.inference.http.InferenceApi;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Lambda's door to inference: decodes an event, lets {@link InferenceApi} answer, encodes.
 *
 * <p>Served are the models in the folder {@code models} of the function's zip, and those that the
 * environment names: {@code ESCALA_MODELS_URI} ({@code s3://bucket/models} or a folder), {@code
 * ESCALA_MODELS} (names, separated by commas) and {@code ESCALA_REFRESH_SECONDS} (30). {@code
 * ESCALA_BATCH_OUTPUT} ({@code s3://bucket/prefix}) says where answers to messages of a queue go.
 */
public final class InferenceHandler implements RequestStreamHandler {
  private final Service service;

  @SuppressWarnings("unused") // the runtime's own reference to it is weak
  private final Optional<Snapshot> snapshot;

  /** Made once by Lambda, while it starts the function. */
  public InferenceHandler() {
    this(System.getenv(), new JsonLog(System.out));
  }

  InferenceHandler(Map<String, String> environment, JsonLog log) {
    Settings settings = Settings.from(environment);
    useUnpackedLibraries(environment.get("LAMBDA_TASK_ROOT"));
    configureNoLogging();
    FunctionModels models = FunctionModels.of(settings, environment, log);
    Results results =
        settings.batchOutput().isPresent()
            ? new LazyResults(settings.batchOutput().get(), environment)
            : Results.NONE;
    this.service = new Service(models.models(), log, results);
    this.snapshot =
        settings.start() == Settings.Start.SNAPSHOT
            ? Optional.of(Snapshot.register(models))
            : Optional.empty();
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    service.handle(input, output, context.getAwsRequestId());
  }

  /**
   * For a graph that is not computed in Java: ONNX Runtime's classes get themselves a logger of
   * {@code java.util.logging}, into which nothing goes that its exceptions do not say. To read the
   * JDK's configuration for it costs a cold start 3 ms; a class that is named instead of it is only
   * made.
   */
  private static void configureNoLogging() {
    if (System.getProperty("java.util.logging.config.file") == null) {
      System.setProperty("java.util.logging.config.class", "java.lang.Object");
    }
  }

  /**
   * For the same graphs: ONNX Runtime copies its libraries out of its jar at each start unless it
   * is told where they are, 190 ms on one core. The function's zip has them unpacked, beside a jar
   * that holds none.
   */
  private static void useUnpackedLibraries(String taskRoot) {
    if (taskRoot != null && Files.isDirectory(Path.of(taskRoot, "native"))) {
      System.setProperty("onnxruntime.native.path", Path.of(taskRoot, "native").toString());
    }
  }
}
