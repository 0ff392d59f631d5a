package io.escala.lambda;

import io.escala.inference.Manifest;
import io.escala.inference.json.Json;
import io.escala.inference.json.JsonException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.crac.Context;
import org.crac.Core;
import org.crac.Resource;

/**
 * SnapStart: Lambda starts the function once, keeps its memory, and later starts from that.
 *
 * <p>Before the memory is kept, requests for golden rows of the prebuilt models go all the way from
 * event to answer, so that what they load is in it, and the S3 client is let go with its
 * credentials. After the memory is restored, perhaps weeks later, a model is looked at in its
 * source before it answers for the first time.
 */
final class Snapshot implements Resource {
  /** Further ones make nothing faster. */
  private static final int ROWS = 2;

  private final FunctionModels models;
  private final Service silent;

  private Snapshot(FunctionModels models) {
    this.models = models;
    // No line and no metric of requests that nobody sent
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    this.silent = new Service(models.models(), new JsonLog(nowhere), Results.NONE);
  }

  /** Has Lambda tell of snapshots. The caller keeps the result: nothing else does. */
  static Snapshot register(FunctionModels models) {
    Snapshot snapshot = new Snapshot(models);
    Core.getGlobalContext().register(snapshot);
    return snapshot;
  }

  /**
   * @throws IllegalStateException if a prebuilt model does not answer as training did; then the
   *     version of the function is not published
   */
  @Override
  public void beforeCheckpoint(Context<? extends Resource> context)
      throws IOException, JsonException {
    for (String name : models.prebuilt()) {
      Manifest manifest = models.models().use(name, model -> model.manifest());
      for (int row = 0; row < Math.min(ROWS, manifest.golden().size()); row++) {
        for (GoldenRequest request : GoldenRequest.of(manifest, manifest.golden().get(row))) {
          ask(request);
        }
      }
    }
    models.trained().close();
  }

  @Override
  public void afterRestore(Context<? extends Resource> context) {
    models.models().lookBeforeNextUse();
  }

  private void ask(GoldenRequest request) throws IOException, JsonException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] event = request.event().getBytes(StandardCharsets.UTF_8);
    silent.handle(new ByteArrayInputStream(event), out, "snapshot");
    Object body = ((Map<?, ?>) Json.parse(out.toByteArray())).get("body");
    if (!((String) body).contains(request.expected())) {
      throw new IllegalStateException(
          "a golden row is answered with " + body + ", but training said " + request.expected());
    }
  }
}
