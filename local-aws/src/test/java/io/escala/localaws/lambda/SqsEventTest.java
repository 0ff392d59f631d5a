package io.escala.localaws.lambda;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.localaws.sqs.ReceivedMessage;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SqsEventTest {
  private static final String ARN = "arn:aws:sqs:us-east-1:000000000000:q";

  @Test
  void splitsWhatIsTooLongForOneInvocation() throws Exception {
    // given
    List<ReceivedMessage> messages =
        IntStream.range(0, 10)
            .mapToObj(
                i -> new ReceivedMessage("m" + i, "r", "é".repeat(500_000), Map.of(), Map.of()))
            .toList();

    // when
    List<SqsEvent> events = SqsEvent.of(messages, ARN);

    // then
    assertThat(events).extracting(event -> event.messages().size()).containsExactly(6, 4);
    for (SqsEvent event : events) {
      assertThat(event.json().getBytes(UTF_8)).hasSizeLessThan(SqsEvent.LONGEST);
      assertThat(new ObjectMapper().readTree(event.json()).path("Records"))
          .hasSameSizeAs(event.messages());
    }
  }

  @Test
  void isNothingForNoMessages() {
    assertThat(SqsEvent.of(List.of(), ARN)).isEmpty();
  }
}
