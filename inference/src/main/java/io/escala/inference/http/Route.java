package io.escala.inference.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;

/**
 * What a path is for. Logs and metrics name requests by it: there are few of them, and nothing that
 * a client made up is among them.
 *
 * @param template such as {@code /v2/models/{model}/infer}; {@code other} for a path that names
 *     nothing
 * @param model the model that the path is for, if it is configured
 */
public record Route(String template, Optional<String> model) {
  /** Of a path that names nothing. */
  public static final Route OTHER = new Route("other", Optional.empty());

  private static final Set<String> OF_NO_MODEL =
      Set.of("/", "/v2", "/v2/health/live", "/v2/health/ready");
  private static final Set<String> OF_A_V2_MODEL = Set.of("", "/ready", "/infer");

  /**
   * The route of a path.
   *
   * @param path percent-encoded or not
   * @param models that are configured
   */
  public static Route of(String path, Set<String> models) {
    if (path.equals("/classify_digit")) {
      return of(path, ClassifyDigit.MODEL, models);
    }
    if (OF_NO_MODEL.contains(path)) {
      return new Route(path, Optional.empty());
    }
    String[] parts = path.split("/", -1);
    if (parts.length == 3 && parts[0].isEmpty() && parts[1].equals("models")) {
      return of("/models/{model}", decoded(parts[2]), models);
    }
    if (parts.length < 4 || !parts[0].isEmpty() || !parts[2].equals("models")) {
      return OTHER;
    }
    String name = decoded(parts[3]);
    if (parts[1].equals("v1") && parts.length == 4) {
      return name.endsWith(":predict")
          ? of(
              "/v1/models/{model}:predict",
              name.substring(0, name.length() - ":predict".length()),
              models)
          : of("/v1/models/{model}", name, models);
    }
    if (parts[1].equals("v2")) {
      boolean versioned = parts.length >= 6 && parts[4].equals("versions");
      int rest = versioned ? 6 : 4;
      String last = parts.length == rest ? "" : "/" + parts[rest];
      if (parts.length <= rest + 1 && OF_A_V2_MODEL.contains(last)) {
        return of(
            "/v2/models/{model}" + (versioned ? "/versions/{version}" : "") + last, name, models);
      }
    }
    return OTHER;
  }

  private static Route of(String template, String model, Set<String> models) {
    return models.contains(model) ? new Route(template, Optional.of(model)) : OTHER;
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
