package io.escala.inference.http;

import io.escala.inference.Batch;
import io.escala.inference.Datatype;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.ModelListener;
import io.escala.inference.Models;
import io.escala.inference.Predictions;
import io.escala.inference.ScoringException;
import io.escala.inference.image.DigitPixels;
import io.escala.inference.json.Json;
import io.escala.inference.json.JsonException;
import io.escala.inference.json.JsonText;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * {@code POST /classify_digit}. A picture as the body gets the answer of the AWS SAM
 * machine-learning templates, byte for byte; the picture must be a digit as MNIST has them. {@code
 * {"image": "<base64>"}} takes any clear photo or drawing of a digit, and is told more.
 */
final class ClassifyDigit {
  /** The model that answers. */
  static final String MODEL = "digits";

  private static final List<String> PICTURES = List.of("image/png", "image/jpeg", "image/jpg");

  /** What clients say that did not think about it. */
  private static final List<String> UNSPECIFIC =
      List.of("", "application/octet-stream", "application/x-www-form-urlencoded");

  private static final String FORM =
      "the body must be a PNG or JPEG file, or {\"image\": \"<such a file in base64>\"}";
  private static final Manifest.Input PIXELS =
      Manifest.Input.ofSeveral("pixels", Datatype.UINT8, DigitPixels.SIDE * DigitPixels.SIDE);
  private static final int CLASSES = 10;

  private final Models models;
  private final Limits limits;
  private final ModelListener listener;
  private final PredictionListener predicted;

  ClassifyDigit(
      Models models, Limits limits, ModelListener listener, PredictionListener predicted) {
    this.predicted = predicted;
    this.models = models;
    this.limits = limits;
    this.listener = listener;
  }

  Response answer(Request request) {
    boolean isPicture = isPicture(request);
    if (request.body().remaining() > limits.bodyBytes()) {
      throw new Refusal(
          413,
          "the body has "
              + request.body().remaining()
              + " bytes, but at most "
              + limits.bodyBytes()
              + " are read: send a smaller picture");
    }
    byte[] pixels =
        isPicture
            ? DigitPixels.asTheTemplateDoes(request.bytes())
            : DigitPixels.ofPhoto(image(request.bytes()));
    // Not a lambda, here and below: it costs a cold start 2 ms
    return models.use(
        MODEL,
        new Function<Model, Response>() {
          @Override
          public Response apply(Model model) {
            return answer(model, pixels, isPicture);
          }
        });
  }

  private Response answer(Model model, byte[] pixels, boolean asTheTemplate) {
    Predictions said = predict(model, pixels);
    String version = model.manifest().version().text();
    String body =
        asTheTemplate
            ? "{\"predicted_label\": " + said.labelIndex(0) + "}"
            : described(said, version);
    Map<String, String> headers = new HashMap<>();
    headers.put("content-type", "application/json");
    headers.put(Response.MODEL_VERSION, version);
    return new Response(200, headers, body);
  }

  private static String described(Predictions said, String version) {
    JsonText json = new JsonText();
    json.beginObject();
    json.name("predicted_label").value(said.labelIndex(0));
    json.name("probabilities").beginArray();
    for (int c = 0; c < CLASSES; c++) {
      json.value(said.probability(0, c));
    }
    json.endArray();
    json.name("model").value(MODEL);
    json.name("version").value(version);
    return json.endObject().toString();
  }

  private Predictions predict(Model model, byte[] pixels) {
    Manifest manifest = model.manifest();
    boolean fits =
        manifest.inputs().size() == 1
            && manifest.inputs().get(0).datatype() == PIXELS.datatype()
            && manifest.inputs().get(0).shape().equals(PIXELS.shape())
            && manifest.classes().size() == CLASSES;
    if (!fits) {
      String reason =
          "model digits "
              + manifest.version()
              + " does not take "
              + PIXELS.width()
              + " pixels and tell 10 digits apart: publish one that train-digits made";
      listener.failed(MODEL, reason);
      throw new Refusal(500, reason);
    }
    try {
      Predictions said =
          model.predict(
              1,
              new Consumer<Batch>() {
                @Override
                public void accept(Batch batch) {
                  batch.set(0, pixels);
                  batch.add();
                }
              });
      predicted.predicted(manifest, said);
      return said;
    } catch (ScoringException e) {
      listener.failed(MODEL, e.getMessage());
      throw new Refusal(500, e.getMessage());
    }
  }

  /** Whether the body is a picture rather than JSON, by its type or, without one, by its start. */
  private static boolean isPicture(Request request) {
    String encoding = request.header("content-encoding").orElse("identity");
    if (!encoding.equalsIgnoreCase("identity")) {
      throw new Refusal(
          415,
          "the content encoding is "
              + Json.shown(encoding)
              + ", but the body must be sent as it is");
    }
    String type = request.header("content-type").orElse("").toLowerCase(Locale.ROOT);
    String[] parts = type.split(";", -1);
    String media = parts[0].strip();
    if (PICTURES.contains(media)) {
      return true;
    }
    boolean looksLikeOne = DigitPixels.recognises(request.body());
    if (UNSPECIFIC.contains(media)) {
      return looksLikeOne;
    }
    if (!media.equals("application/json")) {
      throw new Refusal(
          415,
          "the content type is "
              + Json.shown(type)
              + ", but must be image/png, image/jpeg or application/json: send the header"
              + " content-type");
    }
    if (looksLikeOne) {
      throw new Refusal(
          400,
          "the content type is application/json, but the body is a picture: send the header"
              + " content-type: image/png or image/jpeg, or the picture in base64 as {\"image\":"
              + " \"...\"}");
    }
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip().replace("\"", "");
      if (parameter.startsWith("charset=") && !parameter.equals("charset=utf-8")) {
        throw new Refusal(
            415, "the body is sent as " + Json.shown(parameter) + ", but JSON is UTF-8");
      }
    }
    return false;
  }

  /** The file that the field {@code image} holds. */
  private static byte[] image(byte[] body) {
    Object value;
    try {
      value = Json.parse(body);
    } catch (JsonException e) {
      throw new Refusal(400, "the body cannot be read: " + e.getMessage() + "; " + FORM);
    }
    if (!(value instanceof Map<?, ?> fields)) {
      throw new Refusal(400, FORM);
    }
    for (Object field : fields.keySet()) {
      if (!field.equals("image")) {
        throw new Refusal(400, FORM + ", but has the field \"" + Json.shown((String) field) + "\"");
      }
    }
    if (!(fields.get("image") instanceof String image)) {
      throw new Refusal(
          400,
          fields.containsKey("image")
              ? "image must be a string: a PNG or JPEG file in base64, or a data URL of one"
              : "the field image is missing: " + FORM);
    }
    return decoded(image);
  }

  private static byte[] decoded(String image) {
    String text = image;
    if (image.regionMatches(true, 0, "data:", 0, 5)) {
      int comma = image.indexOf(',');
      String head = comma < 0 ? "" : image.substring(5, comma).toLowerCase(Locale.ROOT);
      if (!head.endsWith(";base64")) {
        throw new Refusal(
            400,
            "image is a data URL, but does not start like data:image/png;base64, with the file"
                + " after it");
      }
      String media = head.substring(0, head.length() - ";base64".length());
      if (!PICTURES.contains(media)) {
        throw new Refusal(
            415,
            "image is a data URL of type "
                + Json.shown(media)
                + ", but must be of type image/png or image/jpeg");
      }
      text = image.substring(comma + 1);
    }
    // As the command base64 breaks its lines
    String unbroken = text.replace("\n", "").replace("\r", "");
    try {
      return Base64.getDecoder().decode(unbroken);
    } catch (IllegalArgumentException e) {
      throw new Refusal(400, "image is not base64: " + reason(unbroken));
    }
  }

  private static String reason(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean known =
          (c >= 'A' && c <= 'Z')
              || (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '+'
              || c == '/'
              || c == '=';
      if (!known) {
        return String.format(
            Locale.ROOT, "its character %d is U+%04X, which base64 does not have", i + 1, (int) c);
      }
    }
    return "it ends too early, or goes on after its padding";
  }
}
