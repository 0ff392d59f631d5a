package io.escala.localaws.apigateway;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/**
 * The event that a function gets, in payload format 2.0.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html">Lambda
 *     proxy integrations</a>
 */
final class ProxyEvent {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private ProxyEvent() {}

  /** What came over HTTP. */
  static final class Request {
    final String method;
    final String rawPath;
    final String rawQuery;
    final Map<String, List<String>> headers;
    final byte[] body;
    final String sourceIp;
    final String protocol;

    Request(
        String method,
        String rawPath,
        String rawQuery,
        Map<String, List<String>> headers,
        byte[] body,
        String sourceIp,
        String protocol) {
      this.method = method;
      this.rawPath = rawPath;
      this.rawQuery = rawQuery == null ? "" : rawQuery;
      this.headers = headers;
      this.body = body;
      this.sourceIp = sourceIp;
      this.protocol = protocol;
    }

    /** The path decoded, as HTTP APIs hand it on. */
    String path() {
      return decode(rawPath.replace("+", "%2B"));
    }

    String header(String name) {
      List<String> values = headers.get(name);
      return values == null ? null : String.join(",", values);
    }
  }

  static ObjectNode of(
      ApiRecord api, ApiRecord.Stage stage, RouteMatch match, Request request, String accountId) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.put("version", "2.0");
    event.put("routeKey", match.route().key());
    event.put("rawPath", request.path());
    event.put("rawQueryString", request.rawQuery);
    List<String> cookies = request.headers.getOrDefault("cookie", List.of());
    if (!cookies.isEmpty()) {
      ArrayNode list = event.putArray("cookies");
      for (String header : cookies) {
        for (String cookie : header.split("; *", -1)) {
          list.add(cookie);
        }
      }
    }
    ObjectNode headers = event.putObject("headers");
    request.headers.forEach(
        (name, values) -> {
          if (!name.equals("cookie")) {
            headers.put(name, String.join(",", values));
          }
        });
    headers.put("x-forwarded-for", request.sourceIp);
    headers.put("x-forwarded-port", Integer.toString(api.port()));
    headers.put("x-forwarded-proto", "http");
    Map<String, String> query = query(request.rawQuery);
    if (!query.isEmpty()) {
      query.forEach(event.putObject("queryStringParameters")::put);
    }
    event.set("requestContext", context(api, stage, match, request, accountId));
    if (!match.parameters().isEmpty()) {
      match.parameters().forEach(event.putObject("pathParameters")::put);
    }
    if (!stage.variables().isEmpty()) {
      stage.variables().forEach(event.putObject("stageVariables")::put);
    }
    boolean text = isText(request.header("content-type"));
    if (request.body.length > 0) {
      event.put(
          "body",
          text
              ? new String(request.body, StandardCharsets.UTF_8)
              : Base64.getEncoder().encodeToString(request.body));
    }
    event.put("isBase64Encoded", request.body.length > 0 && !text);
    return event;
  }

  private static ObjectNode context(
      ApiRecord api, ApiRecord.Stage stage, RouteMatch match, Request request, String accountId) {
    Instant now = Instant.now();
    ObjectNode context = JsonNodeFactory.instance.objectNode();
    context.put("accountId", accountId);
    context.put("apiId", api.id());
    if (match.route().authorization().equals("AWS_IAM")) {
      ObjectNode iam = context.putObject("authorizer").putObject("iam");
      iam.put("accessKey", "local");
      iam.put("accountId", accountId);
      iam.put("callerId", accountId);
      iam.putNull("cognitoIdentity");
      iam.putNull("principalOrgId");
      iam.put("userArn", "arn:aws:iam::" + accountId + ":root");
      iam.put("userId", accountId);
    }
    String host = request.header("host");
    context.put("domainName", host);
    context.put("domainPrefix", host.replaceFirst("[.:].*", ""));
    ObjectNode http = context.putObject("http");
    http.put("method", request.method);
    http.put("path", request.path());
    http.put("protocol", request.protocol);
    http.put("sourceIp", request.sourceIp);
    String agent = request.header("user-agent");
    http.put("userAgent", agent == null ? "" : agent);
    context.put("requestId", UUID.randomUUID().toString());
    context.put("routeKey", match.route().key());
    context.put("stage", stage.name());
    context.put("time", TIME.format(now));
    context.put("timeEpoch", now.toEpochMilli());
    return context;
  }

  /** Everything else is binary to API Gateway: forms too, and a body that names no type. */
  private static boolean isText(String contentType) {
    if (contentType == null) {
      return false;
    }
    String type = contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
    return type.startsWith("text/")
        || List.of("application/json", "application/xml", "application/javascript").contains(type);
  }

  /** Decoded; the values of a repeated parameter are joined by commas. */
  private static Map<String, String> query(String raw) {
    Map<String, String> query = new LinkedHashMap<>();
    if (!raw.isEmpty()) {
      for (String pair : raw.split("&", -1)) {
        String[] both = pair.split("=", 2);
        query.merge(
            decode(both[0]), both.length == 1 ? "" : decode(both[1]), (a, b) -> a + "," + b);
      }
    }
    return query;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
