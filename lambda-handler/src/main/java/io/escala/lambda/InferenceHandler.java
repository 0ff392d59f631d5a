package io.escala.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.escala.inference.BundleSource;
import io.escala.inference.FolderBundleSource;
import io.escala.inference.Models;
import io.escala.inference.http.InferenceApi;
import io.escala.inference.http.Limits;
import io.escala.inference.http.Request;
import io.escala.inference.http.Response;
import io.escala.s3.S3BundleSource;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Lambda's door to inference: decodes an HTTP event, lets {@link InferenceApi} answer, encodes.
 *
 * <p>The environment says what is served: {@code ESCALA_MODELS_URI} ({@code s3://bucket/models} or
 * a folder), {@code ESCALA_MODELS} (names, separated by commas) and {@code ESCALA_REFRESH_SECONDS}
 * (30).
 */
public final class InferenceHandler implements RequestStreamHandler {
  private final InferenceApi api;
  private final JsonLog log;

  /** Made once by Lambda, while it starts the function: the models are loaded here. */
  public InferenceHandler() {
    this(System.getenv(), new JsonLog(System.out));
  }

  InferenceHandler(Map<String, String> environment, JsonLog log) {
    Settings settings = Settings.from(environment);
    useUnpackedLibraries(environment.get("LAMBDA_TASK_ROOT"));
    BundleSource source =
        settings
            .folder()
            .<BundleSource>map(FolderBundleSource::new)
            .orElseGet(() -> new S3BundleSource(settings.modelsUri(), environment));
    Models models = new Models(source, settings.models(), settings.refresh(), log);
    models.load();
    this.api = new InferenceApi(models, Limits.DEFAULT, log);
    this.log = log;
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    long start = System.nanoTime();
    Request request = HttpEvent.decode(input.readAllBytes());
    Response response = api.handle(request);
    HttpEvent.encode(response, output);
    log.request(
        context.getAwsRequestId(),
        request.method(),
        response.status(),
        response.headers().get(Response.MODEL_VERSION),
        Duration.ofNanos(System.nanoTime() - start));
  }

  /**
   * ONNX Runtime copies its libraries out of its jar at each start unless it is told where they
   * are: 190 ms on one core. The function's zip has them unpacked, beside a jar that holds none.
   */
  private static void useUnpackedLibraries(String taskRoot) {
    if (taskRoot != null && Files.isDirectory(Path.of(taskRoot, "native"))) {
      System.setProperty("onnxruntime.native.path", Path.of(taskRoot, "native").toString());
    }
  }
}
