package io.escala.inference.http;

import io.escala.inference.InputException;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.ModelListener;
import io.escala.inference.Models;
import io.escala.inference.NoModelException;
import io.escala.inference.Predictions;
import io.escala.inference.ScoringException;
import io.escala.inference.json.Json;
import io.escala.inference.json.JsonException;
import io.escala.inference.json.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The HTTP contract, without a transport: {@link ClassifyDigit}, KServe's V1 predict and the Open
 * Inference Protocol v2. Every request gets an answer: no exception leaves {@link #handle}. Errors
 * are {@code {"error": "..."}}.
 */
public final class InferenceApi {
  private static final String RETRY_SECONDS = "2";

  private final Models models;
  private final Limits limits;
  private final ModelListener listener;
  private final ClassifyDigit classifyDigit;
  private final PredictionListener predicted;

  /**
   * @param listener is told when a model fails on a request that it should have answered
   */
  public InferenceApi(Models models, Limits limits, ModelListener listener) {
    this(models, limits, listener, (model, predictions) -> {});
  }

  /**
   * @param listener is told when a model fails on a request that it should have answered
   * @param predicted is told what models answered
   */
  public InferenceApi(
      Models models, Limits limits, ModelListener listener, PredictionListener predicted) {
    this.predicted = predicted;
    this.models = models;
    this.limits = limits;
    this.listener = listener;
    this.classifyDigit = new ClassifyDigit(models, limits, listener, predicted);
  }

  /** Answers one request. Any number of threads may ask at once. */
  public Response handle(Request request) {
    try {
      return route(request);
    } catch (Refusal e) {
      return error(e.status(), e.getMessage(), e.headers());
    } catch (InputException e) {
      return error(400, e.getMessage(), Map.of());
    } catch (NoModelException e) {
      return error(503, e.getMessage(), Map.of("retry-after", RETRY_SECONDS));
    } catch (RuntimeException e) {
      listener.failed(
          "",
          e + " at " + (e.getStackTrace().length > 0 ? e.getStackTrace()[0] : "an unknown place"));
      return error(
          500,
          "this is a fault of the service, not of the request: its log says what happened",
          Map.of());
    }
  }

  private Response route(Request request) {
    List<String> path = segments(request.path());
    if (path.isEmpty()) {
      only("GET", request);
      return about();
    }
    return switch (path.get(0)) {
      case "classify_digit" -> classifyDigit(path, request);
      case "v1" -> v1(path.subList(1, path.size()), request);
      case "v2" -> v2(path.subList(1, path.size()), request);
      case "models" -> card(path, request);
      default -> throw nothingThere();
    };
  }

  private Response classifyDigit(List<String> path, Request request) {
    if (path.size() > 1) {
      throw nothingThere();
    }
    known(ClassifyDigit.MODEL);
    only("POST", request);
    return classifyDigit.answer(request);
  }

  private Response card(List<String> path, Request request) {
    if (path.size() != 2) {
      throw nothingThere();
    }
    String name = known(path.get(1));
    only("GET", request);
    return models.use(name, model -> ok(model, new ModelCard(model.manifest(), model.engine())));
  }

  private Response v1(List<String> path, Request request) {
    if (path.size() != 2 || !path.get(0).equals("models")) {
      throw nothingThere();
    }
    String last = path.get(1);
    if (last.endsWith(":predict")) {
      String model = known(last.substring(0, last.length() - ":predict".length()));
      only("POST", request);
      return predict(model, request);
    }
    String model = known(last);
    only("GET", request);
    return ready(model, Optional.empty());
  }

  private Response v2(List<String> path, Request request) {
    if (path.isEmpty()) {
      only("GET", request);
      return server();
    }
    if (path.equals(List.of("health", "live"))) {
      only("GET", request);
      return ok(json -> json.name("live").value(true));
    }
    if (path.equals(List.of("health", "ready"))) {
      only("GET", request);
      return allReady();
    }
    if (path.size() < 2 || !path.get(0).equals("models")) {
      throw nothingThere();
    }
    String model = known(path.get(1));
    List<String> rest = path.subList(2, path.size());
    Optional<String> version = Optional.empty();
    if (rest.size() > 1 && rest.get(0).equals("versions")) {
      version = Optional.of(rest.get(1));
      rest = rest.subList(2, rest.size());
    }
    if (rest.isEmpty()) {
      only("GET", request);
      return metadata(model, version);
    }
    return switch (rest.size() == 1 ? rest.get(0) : "") {
      case "ready" -> {
        only("GET", request);
        yield ready(model, version);
      }
      case "infer" -> {
        only("POST", request);
        yield infer(model, version, request);
      }
      default -> throw nothingThere();
    };
  }

  private static Refusal nothingThere() {
    return new Refusal(
        404,
        "there is nothing at this path; there is POST /classify_digit, /v1/models/{model}:predict and"
            + " /v2/models/{model}[/versions/{version}]/infer, and GET /, /models/{model}, /v1/models/{model}, /v2, /v2/health/live,"
            + " /v2/health/ready, /v2/models/{model}[/versions/{version}] and the same with /ready");
  }

  private static void only(String method, Request request) {
    if (!request.method().equals(method)) {
      throw new Refusal(
          405,
          "this path answers " + method + ", not " + Json.shown(request.method()),
          Map.of("allow", method));
    }
  }

  private String known(String model) {
    if (!models.names().contains(model)) {
      throw new Refusal(
          404,
          "there is no model \""
              + Json.shown(model)
              + "\"; there is "
              + String.join(", ", models.names()));
    }
    return model;
  }

  private Response predict(String name, Request request) {
    byte[] body = body(request);
    if (body.length >= FlatInstances.SHORTEST) {
      Optional<Response> flat = flat(name, body);
      if (flat.isPresent()) {
        return flat.get();
      }
    }
    List<Map<String, ?>> instances = new Instances(limits.instances()).read(json(body));
    return models.use(name, model -> predictions(model, () -> model.predict(instances)));
  }

  private Optional<Response> flat(String name, byte[] body) {
    return models.use(
        name,
        model ->
            scoring(model, () -> FlatInstances.predict(model, body, limits.instances()))
                .map(predictions -> predictions(model, () -> predictions)));
  }

  private Response predictions(Model model, Supplier<Predictions> scoring) {
    Predictions predictions = scored(model, scoring);
    return ok(model, json -> predictions(json, model.manifest(), predictions));
  }

  private Response infer(String name, Optional<String> version, Request request) {
    if (request.header("inference-header-content-length").isPresent()) {
      throw new Refusal(
          415,
          "tensors in binary are not read here: send data as JSON arrays, the whole body JSON");
    }
    InferRequest infer = InferRequest.read(json(body(request)));
    return models.use(
        name,
        model -> {
          checkInService(version, model);
          List<Manifest.Output> outputs = infer.outputsOf(model.manifest());
          Predictions predictions = scored(model, () -> infer.predict(model, limits.instances()));
          return ok(model, new InferAnswer(model.manifest(), infer.id(), outputs, predictions));
        });
  }

  /** Only the current version is open: others cost memory, and training has replaced them. */
  private static void checkInService(Optional<String> version, Model model) {
    String current = model.manifest().version().text();
    if (version.isPresent() && !version.get().equals(current)) {
      throw new Refusal(
          404,
          "version \""
              + Json.shown(version.get())
              + "\" of model "
              + model.manifest().name()
              + " is not in service; "
              + current
              + " is");
    }
  }

  private Predictions scored(Model model, Supplier<Predictions> scoring) {
    Predictions predictions = scoring(model, scoring);
    predicted.predicted(model.manifest(), predictions);
    return predictions;
  }

  private <T> T scoring(Model model, Supplier<T> scoring) {
    try {
      return scoring.get();
    } catch (ScoringException e) {
      listener.failed(model.manifest().name(), e.getMessage());
      throw new Refusal(500, e.getMessage());
    }
  }

  private static Object json(byte[] body) {
    try {
      return Json.parse(body);
    } catch (JsonException e) {
      throw new Refusal(400, "the body cannot be read: " + e.getMessage());
    }
  }

  private byte[] body(Request request) {
    checkHeaders(request);
    int size = request.body().remaining();
    if (size > limits.bodyBytes()) {
      throw new Refusal(
          413,
          "the body has "
              + size
              + " bytes, but at most "
              + limits.bodyBytes()
              + " are read: send fewer rows at once");
    }
    return request.bytes();
  }

  private static void checkHeaders(Request request) {
    String type =
        request.header("content-type").orElse("application/json").toLowerCase(Locale.ROOT);
    String[] parts = type.split(";", -1);
    String media = parts[0].strip();
    // curl -d says form-urlencoded unless told otherwise, and so do many copied examples
    if (!media.equals("application/json") && !media.equals("application/x-www-form-urlencoded")) {
      throw new Refusal(
          415,
          "the content type is "
              + Json.shown(type)
              + ", but must be application/json: send the header content-type");
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        throw new Refusal(
            415, "the body is sent as " + Json.shown(parameter) + ", but JSON is UTF-8");
      }
    }
    String encoding = request.header("content-encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw new Refusal(
          415,
          "the content encoding is "
              + Json.shown(encoding)
              + ", but the body must be sent as it is");
    }
  }

  private static void predictions(JsonText json, Manifest manifest, Predictions predictions) {
    int positive = manifest.positiveClass().map(manifest.classes()::indexOf).orElse(-1);
    json.name("predictions").beginArray();
    for (int row = 0; row < predictions.size(); row++) {
      json.beginObject();
      json.name("label").value(predictions.label(row));
      if (positive >= 0) {
        json.name("probability").value(predictions.probability(row, positive));
      } else {
        json.name("probabilities").beginArray();
        for (int c = 0; c < manifest.classes().size(); c++) {
          json.value(predictions.probability(row, c));
        }
        json.endArray();
      }
      json.endObject();
    }
    json.endArray();
  }

  private Response ready(String name, Optional<String> version) {
    try {
      return models.use(
          name,
          model -> {
            checkInService(version, model);
            return ok(model, json -> json.name("name").value(name).name("ready").value(true));
          });
    } catch (NoModelException e) {
      return notReady(
          json ->
              json.name("name")
                  .value(name)
                  .name("ready")
                  .value(false)
                  .name("error")
                  .value(e.getMessage()));
    }
  }

  private Response allReady() {
    List<String> reasons = new ArrayList<>();
    for (String name : models.names()) {
      try {
        models.use(name, Model::manifest);
      } catch (NoModelException e) {
        reasons.add(e.getMessage());
      }
    }
    if (reasons.isEmpty()) {
      return ok(json -> json.name("ready").value(true));
    }
    return notReady(
        json -> json.name("ready").value(false).name("error").value(String.join("; ", reasons)));
  }

  private Response metadata(String name, Optional<String> version) {
    return models.use(
        name,
        model -> {
          checkInService(version, model);
          return ok(
              model,
              json -> {
                Manifest manifest = model.manifest();
                json.name("name").value(name);
                json.name("versions").beginArray().value(manifest.version().text()).endArray();
                json.name("platform").value("onnx_onnxv1");
                json.name("inputs").beginArray();
                for (Manifest.Input input : manifest.inputs()) {
                  tensor(json, input.name(), input.datatype().name(), input.shape());
                }
                json.endArray().name("outputs").beginArray();
                for (Manifest.Output output : manifest.outputs()) {
                  tensor(json, output.name(), output.datatype().name(), output.shape());
                }
                json.endArray();
              });
        });
  }

  private static void tensor(JsonText json, String name, String datatype, List<Long> shape) {
    json.beginObject()
        .name("name")
        .value(name)
        .name("datatype")
        .value(datatype)
        .name("shape")
        .beginArray();
    for (long dimension : shape) {
      json.value(dimension);
    }
    json.endArray().endObject();
  }

  private static String version() {
    try (InputStream in = InferenceApi.class.getResourceAsStream("version.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("version.txt is a part of this jar", e);
    }
  }

  private static Response server() {
    String version = version();
    return ok(
        json -> {
          json.name("name").value("escala");
          json.name("version").value(version);
          json.name("extensions").beginArray().endArray();
        });
  }

  private Response about() {
    return ok(
        json -> {
          json.name("name").value("escala");
          json.name("description").value("Answers with the models that training published.");
          json.name("models").beginArray();
          for (String name : models.names()) {
            json.beginObject().name("name").value(name);
            try {
              Manifest manifest = models.use(name, Model::manifest);
              json.name("ready").value(true);
              json.name("version").value(manifest.version().text());
              json.name("description").value(manifest.description());
            } catch (NoModelException e) {
              json.name("ready").value(false);
              json.name("error").value(e.getMessage());
            }
            json.name("predict").value("/v1/models/" + name + ":predict");
            json.name("infer").value("/v2/models/" + name + "/infer");
            json.name("metadata").value("/v2/models/" + name);
            json.name("card").value("/models/" + name);
            json.endObject();
          }
          json.endArray();
        });
  }

  private static Response ok(JsonBody body) {
    return answer(200, Map.of(), body);
  }

  private static Response ok(Model model, JsonBody body) {
    return answer(200, Map.of(Response.MODEL_VERSION, model.manifest().version().text()), body);
  }

  private static Response notReady(JsonBody body) {
    return answer(503, Map.of("retry-after", RETRY_SECONDS), body);
  }

  private static Response error(int status, String message, Map<String, String> headers) {
    return answer(status, headers, json -> json.name("error").value(message));
  }

  private static Response answer(int status, Map<String, String> headers, JsonBody body) {
    Map<String, String> all = new HashMap<>(headers);
    all.put("content-type", "application/json");
    return new Response(status, all, JsonBody.object(body));
  }

  private static List<String> segments(String path) {
    if (!path.startsWith("/")) {
      throw new Refusal(400, "the path must start with /");
    }
    List<String> segments = new ArrayList<>();
    if (path.equals("/")) {
      return segments;
    }
    for (String segment : path.substring(1).split("/", -1)) {
      try {
        // A plus is a plus in a path
        segments.add(
            segment.indexOf('%') < 0
                ? segment
                : URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
      } catch (IllegalArgumentException e) {
        throw new Refusal(
            400, "the path has a percent sign that is not followed by two hex digits");
      }
    }
    return segments;
  }
}
