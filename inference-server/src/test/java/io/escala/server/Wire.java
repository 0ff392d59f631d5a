package io.escala.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.escala.inference.json.Json;
import io.escala.inference.json.JsonException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Map;
import java.util.TreeMap;

/** A connection on which a test says what it likes, HTTP or not. */
final class Wire implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final Socket socket;
  private final InputStream in;

  Wire(int port) throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /** One request on a connection of its own. */
  static Answer ask(int port, String method, String path, String body) throws IOException {
    try (Wire wire = new Wire(port)) {
      return wire.say(request(method, path, body)).answer();
    }
  }

  static byte[] request(String method, String path, String body, String... headers) {
    return request(method, path, body.getBytes(UTF_8), headers);
  }

  static byte[] request(String method, String path, byte[] content, String... headers) {
    StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nhost: test\r\n");
    for (String header : headers) {
      head.append(header).append("\r\n");
    }
    head.append("content-length: ").append(content.length).append("\r\n\r\n");
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(head.toString().getBytes(UTF_8));
    whole.writeBytes(content);
    return whole.toByteArray();
  }

  Wire say(String text) throws IOException {
    return say(text.getBytes(UTF_8));
  }

  Wire say(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Says that nothing more will come. */
  Wire hangUp() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Is gone, as a client that crashed. */
  void vanish() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** The next answer; null if the server closes the connection instead. */
  Answer answer() throws IOException {
    String status = line();
    if (status == null) {
      return null;
    }
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String line = line(); line != null && !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      headers.put(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    String length = headers.get("content-length");
    byte[] body = length == null ? in.readAllBytes() : in.readNBytes(Integer.parseInt(length));
    return new Answer(Integer.parseInt(status.substring(9, 12)), headers, new String(body, UTF_8));
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return line.size() == 0 ? null : line.toString(ISO_8859_1);
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  /** What came back. */
  record Answer(int status, Map<String, String> headers, String body) {
    Map<?, ?> json() {
      try {
        return (Map<?, ?>) Json.parse(body);
      } catch (JsonException e) {
        throw new AssertionError("the answer is not JSON: " + body, e);
      }
    }

    /** The sentence of an error. */
    String error() {
      return (String) json().get("error");
    }
  }
}
