package io.escala.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * Names a path by what it is for, so that logs and metrics have a bounded number of names and
 * nothing that a client made up.
 *
 * @param models that are configured
 */
record Routes(Set<String> models) {
  static final String OTHER = "other";

  /**
   * @param template such as {@code /v2/models/{model}/infer}
   * @param model a configured one, if the path names it
   */
  record Route(String template, Optional<String> model) {
    boolean asksForReadiness() {
      return template.equals("/v1/models/{model}") || template.endsWith("/ready");
    }
  }

  Route of(String path) {
    switch (path) {
      case "/", "/metrics", "/v2", "/v2/health/live", "/v2/health/ready", "/classify_digit" -> {
        return new Route(path, Optional.empty());
      }
      default -> {}
    }
    if (path.startsWith(Page.FOLDER)) {
      return new Route(Page.knows(path) ? "/page/{file}" : OTHER, Optional.empty());
    }
    String[] parts = path.split("/", -1);
    if (parts.length == 3 && parts[1].equals("models")) {
      return route("/models/{model}", decoded(parts[2]));
    }
    if (parts.length < 4 || !parts[2].equals("models")) {
      return new Route(OTHER, Optional.empty());
    }
    String name = decoded(parts[3]);
    if (parts[1].equals("v1") && parts.length == 4) {
      int colon = name.indexOf(':');
      String verb = colon < 0 ? "" : name.substring(colon);
      if (verb.isEmpty() || verb.equals(":predict")) {
        return route("/v1/models/{model}" + verb, colon < 0 ? name : name.substring(0, colon));
      }
    }
    if (parts[1].equals("v2")) {
      int rest = 4;
      String versions = "";
      if (parts.length >= 6 && parts[4].equals("versions")) {
        versions = "/versions/{version}";
        rest = 6;
      }
      String last = parts.length == rest ? "" : "/" + parts[rest];
      if (parts.length <= rest + 1 && Set.of("", "/ready", "/infer").contains(last)) {
        return route("/v2/models/{model}" + versions + last, name);
      }
    }
    return new Route(OTHER, Optional.empty());
  }

  private Route route(String template, String model) {
    return models.contains(model)
        ? new Route(template, Optional.of(model))
        : new Route(OTHER, Optional.empty());
  }

  private static String decoded(String segment) {
    if (segment.indexOf('%') < 0) {
      return segment;
    }
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return segment;
    }
  }
}
