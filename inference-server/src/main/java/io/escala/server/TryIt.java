package io.escala.server;

import io.escala.inference.Manifest;

/** A command that asks a model for something, for whoever has just started the server. */
final class TryIt {
  private static final int LONGEST = 600;

  private TryIt() {}

  static String command(String url, Manifest manifest) {
    String body = GoldenRequest.predict(manifest);
    return body.length() > LONGEST || body.contains("'")
        ? "curl -s " + url + "/v2/models/" + manifest.name()
        : "curl -s " + url + "/v1/models/" + manifest.name() + ":predict -d '" + body + "'";
  }
}
