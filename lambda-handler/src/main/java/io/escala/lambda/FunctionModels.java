package io.escala.lambda;

import io.escala.inference.BundleSource;
import io.escala.inference.FolderBundleSource;
import io.escala.inference.ModelListener;
import io.escala.inference.Models;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The function's models: those that came in its zip, and those that training publishes.
 *
 * <p>After a start that a request waits for, each is read by the first request for it, so that no
 * other request pays for it, or suffers from the absence of S3. When nobody waits (provisioned
 * concurrency, a snapshot in the making) everything is loaded.
 *
 * @param models all of them
 * @param prebuilt the names of the first kind
 * @param trained where the second kind is
 */
record FunctionModels(Models models, List<String> prebuilt, TrainedModels trained) {

  static FunctionModels of(
      Settings settings, Map<String, String> environment, ModelListener listener) {
    if (settings.start() == Settings.Start.SNAPSHOT) {
      // A connection to S3 that stays open would be in the snapshot, and broken
      System.setProperty("http.keepAlive", "false");
    }
    TrainedModels trained = new TrainedModels(settings, environment);
    Map<String, BundleSource> sources = new HashMap<>();
    for (String name : settings.prebuilt()) {
      sources.put(name, new FolderBundleSource(Settings.prebuiltFolder(environment).orElseThrow()));
    }
    for (String name : settings.models()) {
      sources.put(name, trained);
    }
    List<String> names = new ArrayList<>(settings.prebuilt());
    names.addAll(settings.models());
    Models models =
        new Models(
            new SourceByModel(sources), names, settings.refresh(), listener, new TimeOfDay());
    if (settings.start() != Settings.Start.REQUEST) {
      models.load();
    }
    return new FunctionModels(models, settings.prebuilt(), trained);
  }

  /** Goes on while Lambda has the process frozen. */
  private static final class TimeOfDay implements LongSupplier {
    @Override
    public long getAsLong() {
      return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }
  }
}
