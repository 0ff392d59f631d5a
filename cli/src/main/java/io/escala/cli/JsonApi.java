package io.escala.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.RetryToken;
import software.amazon.awssdk.retries.api.TokenAcquisitionFailedException;

/**
 * A service of which a few calls are needed, without a module of the SDK for it: signed by the
 * SDK's signer, in one of AWS's JSON protocols. Each call throws {@link AwsServiceException} when
 * AWS refuses and {@link SdkClientException} when nothing answers.
 */
public final class JsonApi {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String service;
  private final String version;
  private final Target target;
  private final SdkHttpClient http;

  /**
   * A service with paths.
   *
   * @param service as in the service's address and in signatures
   */
  JsonApi(String service, Target target, SdkHttpClient http) {
    this(service, "", target, http);
  }

  /**
   * A service with operations.
   *
   * @param service as in the service's address and in signatures
   * @param version of AWS's JSON protocol that the service speaks: {@code 1.0} or {@code 1.1}
   */
  JsonApi(String service, String version, Target target, SdkHttpClient http) {
    this.service = service;
    this.version = version;
    this.target = target;
    this.http = http;
  }

  /** An empty request. */
  public static ObjectNode request() {
    return JSON.createObjectNode();
  }

  /**
   * An operation told by a header.
   *
   * @param operation with the API's prefix: {@code AWSStepFunctions.StartExecution}
   */
  JsonNode call(String operation, ObjectNode request) {
    return send(
        at("/", Map.of())
            .method(SdkHttpMethod.POST)
            .putHeader("Content-Type", "application/x-amz-json-" + version)
            .putHeader("X-Amz-Target", operation),
        request.toString());
  }

  /**
   * All pages of a list that an operation gives.
   *
   * @param token the member, of answer and request, that names the next page
   */
  List<JsonNode> listAll(String operation, ObjectNode request, String member, String token) {
    ObjectNode page = request.deepCopy();
    return pages(
        next -> call(operation, next.isEmpty() ? page : page.put(token, next)), member, token);
  }

  /**
   * All pages of a list behind a path.
   *
   * @param token the member and parameter that name the next page
   */
  public List<JsonNode> list(String path, Map<String, String> query, String member, String token) {
    Map<String, String> page = new LinkedHashMap<>(query);
    return pages(
        next -> {
          if (!next.isEmpty()) {
            page.put(token, next);
          }
          return send(at(path, page).method(SdkHttpMethod.GET), "");
        },
        member,
        token);
  }

  /**
   * What all pages have.
   *
   * @param ask gives a page by its name; the first has an empty one
   */
  private static List<JsonNode> pages(Function<String, JsonNode> ask, String member, String token) {
    List<JsonNode> all = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = ask.apply(next);
      page.path(member).forEach(all::add);
      next = page.path(token).asText("");
    } while (!next.isEmpty());
    return all;
  }

  private SdkHttpRequest.Builder at(String path, Map<String, String> query) {
    SdkHttpRequest.Builder request = SdkHttpRequest.builder().uri(address()).encodedPath(path);
    query.forEach(request::putRawQueryParameter);
    return request;
  }

  /** As the SDK's own clients do: what passes (throttling, a fault, no answer) is tried again. */
  private JsonNode send(SdkHttpRequest.Builder request, String body) {
    RetryStrategy strategy = AwsRetryStrategy.standardRetryStrategy();
    RetryToken token =
        strategy.acquireInitialToken(AcquireInitialTokenRequest.create(service)).token();
    for (int attempt = 1; ; attempt++) {
      try {
        return sendOnce(request, body);
      } catch (SdkException failure) {
        try {
          RefreshRetryTokenResponse again =
              strategy.refreshRetryToken(
                  RefreshRetryTokenRequest.builder().token(token).failure(failure).build());
          token = again.token();
          Pause.millis(again.delay().toMillis());
        } catch (TokenAcquisitionFailedException givenUp) {
          throw counted(failure, attempt);
        }
      }
    }
  }

  private static SdkException counted(SdkException failure, int attempts) {
    return failure instanceof AwsServiceException refused
        ? refused.toBuilder().numAttempts(attempts).build()
        : failure;
  }

  private JsonNode sendOnce(SdkHttpRequest.Builder request, String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    AwsCredentials credentials = target.credentials().resolveCredentials();
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                r ->
                    r.identity(credentials)
                        .request(request.build())
                        .payload(ContentStreamProvider.fromByteArray(bytes))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, service)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, target.region().id()));
    HttpExecuteRequest.Builder call = HttpExecuteRequest.builder().request(signed.request());
    if (bytes.length > 0) {
      signed.payload().ifPresent(call::contentStreamProvider);
    }
    try {
      HttpExecuteResponse response = http.prepareRequest(call.build()).call();
      String answer = text(response);
      if (response.httpResponse().isSuccessful()) {
        return JSON.readTree(answer);
      }
      throw refusal(response.httpResponse().statusCode(), answer);
    } catch (IOException e) {
      throw SdkClientException.create(service + " does not answer: " + e.getMessage(), e);
    }
  }

  private URI address() {
    return target
        .endpoint()
        .orElseGet(
            () ->
                URI.create(
                    "https://%s.%s.%s/"
                        .formatted(
                            service,
                            target.region().id(),
                            PartitionMetadata.of(target.region()).dnsSuffix())));
  }

  private static String text(HttpExecuteResponse response) throws IOException {
    if (response.responseBody().isEmpty()) {
      return "";
    }
    try (InputStream in = response.responseBody().get()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private AwsServiceException refusal(int status, String answer) {
    String code = "";
    String message = answer.strip();
    try {
      JsonNode json = JSON.readTree(answer);
      code = json.path("__type").asText().replaceFirst(".*#", "");
      message = json.path("message").asText(json.path("Message").asText(message));
    } catch (IOException e) {
      // no JSON: the text is all there is to say
    }
    return AwsServiceException.builder()
        .statusCode(status)
        .message(message)
        .awsErrorDetails(
            AwsErrorDetails.builder()
                .serviceName(service)
                .errorCode(code)
                .errorMessage(message)
                .build())
        .build();
  }
}
