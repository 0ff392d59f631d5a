package io.escala.lambda;

import com.google.gson.stream.JsonWriter;
import io.escala.inference.Manifest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/**
 * A golden row as an event that a client would send.
 *
 * @param event as an HTTP API makes it
 * @param expected what the answer's body must contain
 */
record GoldenRequest(String event, String expected) {
  /** The side of a digit's picture, in pixels. */
  private static final int SIDE = 28;

  /** Every form in which a client may send this row. */
  static List<GoldenRequest> of(Manifest manifest, Manifest.Golden row) throws IOException {
    List<GoldenRequest> requests = new ArrayList<>();
    requests.add(
        new GoldenRequest(
            event(
                "/v1/models/" + manifest.name() + ":predict", "application/json", body(row), false),
            "\"label\":\"" + row.label() + "\""));
    if (manifest.name().equals("digits")
        && row.inputs().get("pixels") instanceof List<?> pixels
        && pixels.size() == SIDE * SIDE) {
      String png = Base64.getEncoder().encodeToString(png(pixels));
      requests.add(
          new GoldenRequest(
              event("/classify_digit", "image/png", png, true),
              "{\"predicted_label\": " + row.label() + "}"));
    }
    return requests;
  }

  private static String body(Manifest.Golden row) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject().name("instances").beginArray().beginObject();
      for (Map.Entry<String, ?> input : row.inputs().entrySet()) {
        json.name(input.getKey());
        if (input.getValue() instanceof List<?> values) {
          json.beginArray();
          for (Object value : values) {
            scalar(json, value);
          }
          json.endArray();
        } else {
          scalar(json, input.getValue());
        }
      }
      json.endObject().endArray().endObject();
    }
    return text.toString();
  }

  private static void scalar(JsonWriter json, Object value) throws IOException {
    if (value instanceof Number number) {
      json.value(number);
    } else {
      json.value((String) value);
    }
  }

  private static String event(String path, String type, String body, boolean base64)
      throws IOException {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      json.name("version").value("2.0");
      json.name("rawPath").value(path);
      json.name("headers").beginObject().name("content-type").value(type).endObject();
      json.name("requestContext").beginObject();
      json.name("http").beginObject().name("method").value("POST").endObject();
      json.name("stage").value("$default");
      json.endObject();
      json.name("body").value(body);
      json.name("isBase64Encoded").value(base64);
      json.endObject();
    }
    return text.toString();
  }

  /** A digit's picture, grey, of 8 bits a pixel. */
  static byte[] png(List<?> pixels) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream png = new DataOutputStream(bytes);
    png.writeLong(0x89504E470D0A1A0AL);
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    DataOutputStream fields = new DataOutputStream(header);
    fields.writeInt(SIDE);
    fields.writeInt(SIDE);
    fields.write(new byte[] {8, 0, 0, 0, 0});
    chunk(png, "IHDR", header.toByteArray());
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    try (DeflaterOutputStream deflated = new DeflaterOutputStream(data)) {
      for (int i = 0; i < pixels.size(); i++) {
        if (i % SIDE == 0) {
          deflated.write(0); // the row is not filtered
        }
        deflated.write(((Number) pixels.get(i)).intValue());
      }
    }
    chunk(png, "IDAT", data.toByteArray());
    chunk(png, "IEND", new byte[0]);
    return bytes.toByteArray();
  }

  private static void chunk(DataOutputStream png, String type, byte[] data) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 crc = new CRC32();
    crc.update(name);
    crc.update(data);
    png.writeInt(data.length);
    png.write(name);
    png.write(data);
    png.writeInt((int) crc.getValue());
  }
}
