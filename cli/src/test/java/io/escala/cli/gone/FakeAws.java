package io.escala.cli.gone;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.escala.cli.Target;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/** Answers as services of AWS do, by what a request contains; empty lists otherwise. */
final class FakeAws implements AutoCloseable {
  private static final Pattern SERVICE = Pattern.compile("/([a-z0-9-]+)/aws4_request");
  private static final Map<String, String> EMPTY =
      Map.of(
          "cloudformation",
          "<DescribeStacksResponse><DescribeStacksResult><Stacks/></DescribeStacksResult></DescribeStacksResponse>",
          "s3",
          "<ListAllMyBucketsResult><Buckets/></ListAllMyBucketsResult>",
          "elasticmapreduce",
          "{\"Clusters\": []}",
          "tagging",
          "{\"ResourceTagMappingList\": []}",
          "logs",
          "{\"logGroups\": []}");

  private record Answer(int status, String body) {}

  private final Map<String, Answer> answers = new HashMap<>();
  private final Map<String, Integer> refusals = new HashMap<>();
  private final Map<String, Integer> asked = new HashMap<>();
  private final HttpServer server;

  FakeAws() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Lets a service answer what contains {@code part}. */
  FakeAws answer(String service, String part, int status, String body) {
    answers.put(service + " " + part, new Answer(status, body));
    return this;
  }

  /** Has a service throttle its next calls, so many of them. */
  FakeAws throttle(String service, int calls) {
    refusals.put(service, calls);
    return this;
  }

  /** How often a service was asked. */
  int asked(String service) {
    return asked.getOrDefault(service, 0);
  }

  Target target() {
    return new Target(
        Target.Kind.AWS,
        Optional.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
        Region.US_EAST_1,
        StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String request = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Matcher scope = SERVICE.matcher(exchange.getRequestHeaders().getFirst("Authorization"));
      String service = scope.find() ? scope.group(1) : "";
      Answer answer = new Answer(200, EMPTY.getOrDefault(service, "{}"));
      for (Map.Entry<String, Answer> given : answers.entrySet()) {
        String[] key = given.getKey().split(" ", 2);
        if (key[0].equals(service) && request.contains(key[1])) {
          answer = given.getValue();
        }
      }
      asked.merge(service, 1, Integer::sum);
      if (refusals.merge(service, -1, Integer::sum) >= 0) {
        answer =
            new Answer(
                400, "{\"__type\": \"ThrottlingException\", \"message\": \"Rate exceeded\"}");
      }
      byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
