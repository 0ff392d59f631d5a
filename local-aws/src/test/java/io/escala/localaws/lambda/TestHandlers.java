package io.escala.localaws.lambda;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What tests deploy as functions; each runs in a JVM of its own. */
final class TestHandlers {
  private TestHandlers() {}

  /** Answers with what it knows of itself. */
  public static final class Echo implements RequestStreamHandler {
    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context)
        throws IOException {
      String event = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      System.out.println("got " + event);
      out.write(
          ("{\"event\":%s,\"name\":\"%s\",\"version\":\"%s\",\"greeting\":\"%s\",\"cwd\":\"%s\","
                  + "\"parentVariable\":\"%s\",\"pid\":%d}")
              .formatted(
                  event,
                  context.getFunctionName(),
                  context.getFunctionVersion(),
                  System.getenv("GREETING"),
                  Path.of("").toAbsolutePath().equals(Path.of(System.getenv("LAMBDA_TASK_ROOT"))),
                  System.getenv("JAVA_HOME"),
                  ProcessHandle.current().pid())
              .getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Does what the event says: throw, exit or sleep. */
  public static final class Misbehaving implements RequestStreamHandler {
    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context)
        throws IOException {
      String event = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      switch (event) {
        case "\"throw\"" -> throw new IllegalStateException("the handler threw");
        case "\"exit\"" -> System.exit(7);
        case "\"sleep\"" -> sleep();
        default -> out.write(in.readAllBytes());
      }
    }

    private static void sleep() {
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Cannot be made. */
  public static final class BrokenAtInit implements RequestStreamHandler {
    public BrokenAtInit() {
      throw new IllegalStateException("no model at startup");
    }

    @Override
    public void handleRequest(InputStream in, OutputStream out, Context context) {}
  }
}
