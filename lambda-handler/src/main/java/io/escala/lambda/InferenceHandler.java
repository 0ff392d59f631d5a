package io.escala.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.escala.inference.http.InferenceApi;
import io.escala.inference.http.Limits;
import io.escala.inference.http.Request;
import io.escala.inference.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * Lambda's door to inference: decodes an event, lets {@link InferenceApi} answer, encodes.
 *
 * <p>Served are the models in the folder {@code models} of the function's zip, and those that the
 * environment names: {@code ESCALA_MODELS_URI} ({@code s3://bucket/models} or a folder), {@code
 * ESCALA_MODELS} (names, separated by commas) and {@code ESCALA_REFRESH_SECONDS} (30).
 */
public final class InferenceHandler implements RequestStreamHandler {
  private final InferenceApi api;
  private final JsonLog log;

  /** Made once by Lambda, while it starts the function. */
  public InferenceHandler() {
    this(System.getenv(), new JsonLog(System.out));
  }

  InferenceHandler(Map<String, String> environment, JsonLog log) {
    Settings settings = Settings.from(environment);
    useUnpackedLibraries(environment.get("LAMBDA_TASK_ROOT"));
    FunctionModels models = FunctionModels.of(settings, environment, log);
    this.api = new InferenceApi(models.models(), Limits.DEFAULT, log);
    this.log = log;
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    long start = System.nanoTime();
    Event event;
    try {
      event = EventReader.read(input);
    } catch (DirectRequestException e) {
      Answer.mistake(400, e.getMessage(), output);
      return;
    }
    if (event instanceof Event.Http http) {
      Response response = api.handle(http.request());
      Answer.http(response, output);
      log(context, http.request(), response, start);
    } else if (event instanceof Event.Direct direct) {
      Response response = api.handle(direct.request());
      Answer.direct(response, output);
      log(context, direct.request(), response, start);
    }
  }

  private void log(Context context, Request request, Response response, long start) {
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
