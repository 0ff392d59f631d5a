package io.escala.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
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
 * The one call of the Resource Groups Tagging API that is needed, without a module of the SDK for
 * it: {@code GetResources}, signed by the SDK's signer, in AWS's JSON protocol.
 */
final class TaggingApi {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SERVICE = "tagging";
  private static final String OPERATION = "ResourceGroupsTaggingAPI_20170126.GetResources";

  private final Target target;
  private final SdkHttpClient http;

  TaggingApi(Target target, SdkHttpClient http) {
    this.target = target;
    this.http = http;
  }

  /**
   * The ARNs of the region's resources that carry a tag. One that was deleted minutes ago may still
   * be among them.
   *
   * @throws AwsServiceException when AWS refuses
   * @throws SdkClientException when nothing answers
   */
  List<String> tagged(String key, String value) {
    List<String> arns = new ArrayList<>();
    String page = "";
    do {
      ObjectNode request = JSON.createObjectNode();
      request.putArray("TagFilters").addObject().put("Key", key).putArray("Values").add(value);
      if (!page.isEmpty()) {
        request.put("PaginationToken", page);
      }
      JsonNode answer = persistently(request.toString());
      answer
          .path("ResourceTagMappingList")
          .forEach(resource -> arns.add(resource.path("ResourceARN").asText()));
      page = answer.path("PaginationToken").asText("");
    } while (!page.isEmpty());
    return arns;
  }

  /** As the SDK's own clients do: what passes (throttling, a fault, no answer) is tried again. */
  private JsonNode persistently(String body) {
    RetryStrategy strategy = AwsRetryStrategy.standardRetryStrategy();
    RetryToken token =
        strategy.acquireInitialToken(AcquireInitialTokenRequest.create(SERVICE)).token();
    for (int attempt = 1; ; attempt++) {
      try {
        return call(body);
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

  private JsonNode call(String body) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(address())
            .putHeader("Content-Type", "application/x-amz-json-1.1")
            .putHeader("X-Amz-Target", OPERATION)
            .build();
    AwsCredentials credentials = target.credentials().resolveCredentials();
    SignedRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                r ->
                    r.identity(credentials)
                        .request(request)
                        .payload(ContentStreamProvider.fromByteArray(bytes))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, target.region().id()));
    HttpExecuteRequest.Builder call = HttpExecuteRequest.builder().request(signed.request());
    signed.payload().ifPresent(call::contentStreamProvider);
    try {
      HttpExecuteResponse response = http.prepareRequest(call.build()).call();
      String answer = text(response);
      if (response.httpResponse().isSuccessful()) {
        return JSON.readTree(answer);
      }
      throw refusal(response.httpResponse().statusCode(), answer);
    } catch (IOException e) {
      throw SdkClientException.create("the tagging API does not answer: " + e.getMessage(), e);
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
                            SERVICE,
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

  private static AwsServiceException refusal(int status, String answer) {
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
                .serviceName(SERVICE)
                .errorCode(code)
                .errorMessage(message)
                .build())
        .build();
  }
}
