package io.escala.server;

import io.escala.inference.http.Route;
import java.util.Optional;
import java.util.Set;

/**
 * What a path of the server is for: its own paths, and those of every door.
 *
 * @param models that are configured
 */
record Routes(Set<String> models) {
  static final String METRICS = "/metrics";
  static final String PAGE = "/page/{file}";

  Route of(String path) {
    if (path.equals(METRICS)) {
      return new Route(METRICS, Optional.empty());
    }
    return path.startsWith(Page.FOLDER) && Page.knows(path)
        ? new Route(PAGE, Optional.empty())
        : Route.of(path, models);
  }

  static boolean asksForReadiness(Route route) {
    return route.template().equals("/v1/models/{model}") || route.template().endsWith("/ready");
  }
}
