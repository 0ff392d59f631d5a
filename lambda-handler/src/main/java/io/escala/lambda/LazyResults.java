package io.escala.lambda;

import io.escala.s3.S3Results;
import java.io.IOException;
import java.util.Map;

/** A prefix in S3, whose client starts with the first answer. */
final class LazyResults implements Results {
  private final String uri;
  private final Map<String, String> environment;
  private S3Results open;

  LazyResults(String uri, Map<String, String> environment) {
    this.uri = uri;
    this.environment = environment;
  }

  @Override
  public void write(String name, byte[] json) throws IOException {
    open().write(name, json);
  }

  private synchronized S3Results open() {
    if (open == null) {
      open = new S3Results(uri, environment);
    }
    return open;
  }
}
