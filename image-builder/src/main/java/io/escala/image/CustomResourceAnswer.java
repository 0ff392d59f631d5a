package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * What CloudFormation is told.
 *
 * @param reason why it failed; empty if it did not
 * @param data what {@code Fn::GetAtt} finds
 */
record CustomResourceAnswer(Optional<String> reason, Map<String, String> data) {
  private static final int ATTEMPTS = 3;

  /** Of the 4096 bytes that CloudFormation takes, the ids need the rest. */
  private static final int MAX_REASON = 1500;

  static CustomResourceAnswer success(Map<String, String> data) {
    return new CustomResourceAnswer(Optional.empty(), data);
  }

  static CustomResourceAnswer failed(String reason) {
    return new CustomResourceAnswer(Optional.of(reason), Map.of());
  }

  /**
   * Tells it.
   *
   * @throws IOException if it could not be told; the message has nothing of the URL but its host
   */
  void to(CustomResourceEvent event) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(event.responseUrl())
            .timeout(Duration.ofSeconds(10))
            // Without a content type: one that is not signed for would be refused
            .PUT(HttpRequest.BodyPublishers.ofString(json(event), UTF_8))
            .build();
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    for (int attempt = 1; ; attempt++) {
      String problem;
      try {
        int status = client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status == 200) {
          return;
        }
        problem = "it answered " + status;
      } catch (IOException e) {
        problem = e.getClass().getSimpleName();
      }
      if (attempt == ATTEMPTS) {
        throw new IOException(
            "CloudFormation could not be told at "
                + event.responseUrl().getHost()
                + ": "
                + problem);
      }
    }
  }

  private String json(CustomResourceEvent event) {
    JsonObject answer = new JsonObject();
    answer.addProperty("Status", reason.isEmpty() ? "SUCCESS" : "FAILED");
    reason.ifPresent(
        why ->
            answer.addProperty(
                "Reason", why.length() <= MAX_REASON ? why : why.substring(0, MAX_REASON) + "..."));
    answer.addProperty("PhysicalResourceId", event.id());
    answer.addProperty("StackId", event.stackId());
    answer.addProperty("RequestId", event.requestId());
    answer.addProperty("LogicalResourceId", event.logicalResourceId());
    JsonObject attributes = new JsonObject();
    data.forEach(attributes::addProperty);
    answer.add("Data", attributes);
    return answer.toString();
  }
}
