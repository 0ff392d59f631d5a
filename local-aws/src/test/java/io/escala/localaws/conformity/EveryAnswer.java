package io.escala.localaws.conformity;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.http.SdkHttpResponse;

/**
 * Holds every answer that a client of the AWS SDK gets in this module's tests to the model of its
 * service. The SDK finds it by {@code software/amazon/awssdk/global/handlers}; {@link JsonClient}
 * asks it.
 */
public final class EveryAnswer implements ExecutionInterceptor {
  private static final Queue<Answer> SEEN = new ConcurrentLinkedQueue<>();

  /** What came since the last call. */
  static List<Answer> seen() {
    List<Answer> all = List.copyOf(SEEN);
    SEEN.clear();
    return all;
  }

  /**
   * Holds an answer to the model.
   *
   * @throws AssertionError naming every fault
   */
  static void hold(Answer answer) {
    SEEN.add(answer);
    if (!answer.isNotHandled()) {
      List<String> faults = Conformity.faults(answer);
      if (!faults.isEmpty()) {
        throw new AssertionError(
            "not as the model says:\n  " + String.join("\n  ", faults) + "\n" + answer);
      }
    }
  }

  @Override
  public Optional<InputStream> modifyHttpResponseContent(
      Context.ModifyHttpResponse context, ExecutionAttributes attributes) {
    String service =
        attributes.getAttribute(SdkExecutionAttribute.SERVICE_NAME).toLowerCase(Locale.ROOT);
    String operation = attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME);
    SdkHttpResponse response = context.httpResponse();
    boolean stream = operation.equals("GetObject") && response.isSuccessful();
    try {
      String body =
          stream || context.responseBody().isEmpty()
              ? null
              : new String(context.responseBody().get().readAllBytes(), UTF_8);
      Map<String, List<String>> headers = new HashMap<>();
      response.forEachHeader((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
      Answer answer = new Answer(service, operation, response.statusCode(), headers, body);
      hold(answer);
      return body == null
          ? context.responseBody()
          : Optional.of(new ByteArrayInputStream(body.getBytes(UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
