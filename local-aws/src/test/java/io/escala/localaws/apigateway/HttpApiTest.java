package io.escala.localaws.apigateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.lambda.Invoked;
import io.escala.localaws.state.StateFolder;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpApiTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ResourceContext CONTEXT =
      new ResourceContext("000000000000", "us-east-1", "Test", "arn:stack", "Api");
  private static final String FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f:live";

  @TempDir Path folder;
  private final HttpClient http = HttpClient.newHttpClient();
  private HttpApis apis;
  private String api;
  private String url;
  private JsonNode event;
  private CompletableFuture<Invoked> result;

  @BeforeEach
  void start() throws Exception {
    apis = new HttpApis(new StateFolder(folder), this::invoke, "000000000000", freePort());
    result = answer("{\"statusCode\": 200}");
    deploy("");
  }

  @AfterEach
  void stop() {
    apis.close();
  }

  @Test
  void aFunctionThatFailsIsAnInternalServerError() throws Exception {
    result = CompletableFuture.completedFuture(Invoked.of("{\"errorMessage\":\"x\"}", "Unhandled"));

    HttpResponse<String> response = get("/v1/models");

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(response.body()).isEqualTo("{\"message\":\"Internal Server Error\"}");
  }

  @Test
  void aFunctionThatTakesTooLongIsAGatewayTimeout() throws Exception {
    result = new CompletableFuture<>();

    assertThat(get("/v1/models").statusCode()).isEqualTo(504);
  }

  @Test
  void aResultThatIsNoResponseIsAnInternalServerError() throws Exception {
    result = answer("{\"statusCode\": \"abc\"}");

    assertThat(get("/v1/models").statusCode()).isEqualTo(500);
  }

  @Test
  void aPathWithoutARouteIsNotFound() throws Exception {
    HttpResponse<String> response = get("/other");

    assertThat(response.statusCode()).isEqualTo(404);
    assertThat(response.body()).isEqualTo("{\"message\":\"Not Found\"}");
  }

  @Test
  void aWebPageFromElsewhereMustNotDriveTheApi() throws Exception {
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(URI.create(url + "/v1/x")).header("Origin", "http://evil.test"));

    assertThat(response.statusCode()).isEqualTo(403);
    assertThat(event).isNull();
  }

  @Test
  void aForeignHostIsRefused() throws Exception {
    assertThat(raw("GET /v1/x HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 403");
    assertThat(event).isNull();
  }

  @Test
  void aBodyAboveTenMegabytesIsTooLarge() throws Exception {
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(URI.create(url + "/v1/x"))
                .POST(BodyPublishers.ofByteArray(new byte[10 * 1024 * 1024 + 1])));

    assertThat(response.statusCode()).isEqualTo(413);
  }

  @Test
  void theEventIsPayloadFormatTwo() throws Exception {
    // when
    send(
        HttpRequest.newBuilder(URI.create(url + "/v1/models/b%20k:predict?a=1&a=2&b=%26"))
            .header("Content-Type", "application/json; charset=utf-8")
            .header("Cookie", "c=1; d=2")
            .header("X-Two", "first")
            .header("X-Two", "second")
            .POST(BodyPublishers.ofString("{\"x\": \"é\"}")));

    // then
    assertThat(event.path("version").asText()).isEqualTo("2.0");
    assertThat(event.path("routeKey").asText()).isEqualTo("ANY /v1/{proxy+}");
    assertThat(event.path("rawPath").asText()).isEqualTo("/v1/models/b k:predict");
    assertThat(event.path("rawQueryString").asText()).isEqualTo("a=1&a=2&b=%26");
    assertThat(event.path("queryStringParameters").toString())
        .isEqualTo("{\"a\":\"1,2\",\"b\":\"&\"}");
    assertThat(event.path("pathParameters").path("proxy").asText()).isEqualTo("models/b k:predict");
    assertThat(event.path("cookies").toString()).isEqualTo("[\"c=1\",\"d=2\"]");
    assertThat(event.path("headers").path("x-two").asText()).isEqualTo("first,second");
    assertThat(event.path("headers").has("cookie")).isFalse();
    assertThat(event.path("body").asText()).isEqualTo("{\"x\": \"é\"}");
    assertThat(event.path("isBase64Encoded").asBoolean()).isFalse();
    JsonNode context = event.path("requestContext");
    assertThat(context.path("http").path("method").asText()).isEqualTo("POST");
    assertThat(context.path("http").path("path").asText()).isEqualTo("/v1/models/b k:predict");
    assertThat(context.path("http").path("sourceIp").asText()).isEqualTo("127.0.0.1");
    assertThat(context.path("stage").asText()).isEqualTo("$default");
    assertThat(context.path("apiId").asText()).isEqualTo(api);
    assertThat(context.path("time").asText())
        .matches("\\d\\d/\\w{3}/\\d{4}:\\d\\d:\\d\\d:\\d\\d \\+0000");
    assertThat(context.path("authorizer").path("iam").path("userArn").asText())
        .isEqualTo("arn:aws:iam::000000000000:root");
  }

  @Test
  void aBinaryBodyTravelsAsBase64BothWays() throws Exception {
    // given
    result =
        answer(
            "{\"statusCode\": 201, \"headers\": {\"Content-Type\": \"image/png\"},"
                + " \"cookies\": [\"a=1\", \"b=2\"], \"body\": \"iVBORw==\","
                + " \"isBase64Encoded\": true}");

    // when
    HttpResponse<byte[]> response =
        http.send(
            HttpRequest.newBuilder(URI.create(url + "/v1/x"))
                .header("Content-Type", "image/png")
                .POST(BodyPublishers.ofByteArray(new byte[] {-119, 80, 78, 71}))
                .build(),
            BodyHandlers.ofByteArray());

    // then
    assertThat(event.path("body").asText()).isEqualTo("iVBORw==");
    assertThat(event.path("isBase64Encoded").asBoolean()).isTrue();
    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.body()).containsExactly(-119, 80, 78, 71);
    assertThat(response.headers().allValues("set-cookie")).containsExactly("a=1", "b=2");
    assertThat(response.headers().firstValue("content-type")).contains("image/png");
  }

  @Test
  void aResultWithoutAStatusIsTheBodyOfA200() throws Exception {
    result = answer("{\"label\": 3}");

    HttpResponse<String> response = get("/v1/models");

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("{\"label\": 3}");
    assertThat(response.headers().firstValue("content-type")).contains("application/json");
  }

  @Test
  void theApisOwnCorsRulesLetAWebPageIn() throws Exception {
    // given
    stop();
    reopen();
    deploy(
        ", \"CorsConfiguration\": {\"AllowOrigins\": [\"http://good.test\"], \"AllowMethods\":"
            + " [\"POST\"], \"AllowHeaders\": [\"content-type\"], \"MaxAge\": 60}");

    // when
    HttpResponse<String> preflight =
        send(
            HttpRequest.newBuilder(URI.create(url + "/v1/x"))
                .header("Origin", "http://good.test")
                .header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", BodyPublishers.noBody()));
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(URI.create(url + "/v1/x")).header("Origin", "http://good.test"));

    // then
    assertThat(preflight.statusCode()).isEqualTo(204);
    assertThat(preflight.headers().firstValue("access-control-allow-methods")).contains("POST");
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("access-control-allow-origin"))
        .contains("http://good.test");
  }

  @Test
  void anApiKeepsItsPortWhenTheEndpointStartsAgain() throws Exception {
    // given
    int port = URI.create(url).getPort();
    stop();

    // when
    reopen();

    // then
    assertThat(apis.require(api).port()).isEqualTo(port);
    assertThat(get("/v1/models").statusCode()).isEqualTo(200);
  }

  @Test
  void anApiWhosePortIsTakenMeanwhileGetsAnother() throws Exception {
    // given
    int port = URI.create(url).getPort();
    stop();

    // when
    try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(other.isBound()).isTrue();
      reopen();
    }

    // then
    url = apis.require(api).url();
    assertThat(apis.require(api).port()).isNotEqualTo(port);
    assertThat(get("/v1/models").statusCode()).isEqualTo(200);
  }

  @Test
  void whatIsNotHandledFailsByName() {
    assertThatThrownBy(
            () -> create(new ApiType(apis), "{\"Name\": \"x\", \"ProtocolType\": \"WEBSOCKET\"}"))
        .hasMessage("local-aws does not handle ProtocolType WEBSOCKET");
    assertThatThrownBy(
            () ->
                create(
                    new RouteType(apis),
                    "{\"ApiId\": \"%s\", \"RouteKey\": \"GET /x\", \"AuthorizationType\": \"JWT\"}"
                        .formatted(api)))
        .hasMessage("local-aws handles the AuthorizationType NONE and AWS_IAM, not JWT");
    assertThatThrownBy(
            () ->
                create(
                    new IntegrationType(apis),
                    ("{\"ApiId\": \"%s\", \"IntegrationType\": \"HTTP_PROXY\","
                            + " \"PayloadFormatVersion\": \"2.0\"}")
                        .formatted(api)))
        .hasMessage("local-aws handles the IntegrationType AWS_PROXY, not 'HTTP_PROXY'");
  }

  private CompletableFuture<Invoked> invoke(String arn, byte[] payload) {
    assertThat(arn).isEqualTo(FUNCTION);
    try {
      event = JSON.readTree(payload);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return result;
  }

  private static CompletableFuture<Invoked> answer(String payload) {
    return CompletableFuture.completedFuture(Invoked.of(payload, null));
  }

  private void reopen() throws Exception {
    apis = new HttpApis(new StateFolder(folder), this::invoke, "000000000000", freePort());
  }

  /** As the CDK's HttpApi with a Lambda integration. */
  private void deploy(String more) throws Exception {
    Resource made =
        create(
            new ApiType(apis), "{\"Name\": \"x\", \"ProtocolType\": \"HTTP\"%s}".formatted(more));
    api = made.physicalId();
    url = made.attributes().get("ApiEndpoint").toString();
    String integration =
        create(
                new IntegrationType(apis),
                ("{\"ApiId\": \"%s\", \"IntegrationType\": \"AWS_PROXY\", \"IntegrationUri\": \"%s\","
                        + " \"PayloadFormatVersion\": \"2.0\", \"TimeoutInMillis\": 1000}")
                    .formatted(api, FUNCTION))
            .physicalId();
    create(
        new RouteType(apis),
        ("{\"ApiId\": \"%s\", \"RouteKey\": \"ANY /v1/{proxy+}\", \"AuthorizationType\":"
                + " \"AWS_IAM\", \"Target\": \"integrations/%s\"}")
            .formatted(api, integration));
    create(
        new StageType(apis),
        "{\"ApiId\": \"%s\", \"StageName\": \"$default\", \"AutoDeploy\": true}".formatted(api));
  }

  private static Resource create(
      io.escala.localaws.cloudformation.ResourceType type, String properties) throws Exception {
    return type.create(
        CONTEXT, ResourceProperties.of(type.name(), (ObjectNode) JSON.readTree(properties)));
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url + path)));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private String raw(String request) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), URI.create(url).getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      try (InputStream in = socket.getInputStream()) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
