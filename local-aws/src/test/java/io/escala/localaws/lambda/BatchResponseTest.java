package io.escala.localaws.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.localaws.sqs.ReceivedMessage;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchResponseTest {
  private static final List<ReceivedMessage> BATCH =
      Stream.of("a", "b").map(id -> new ReceivedMessage(id, "r", "", Map.of(), Map.of())).toList();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "null | a b",
        "{} | a b",
        "{'batchItemFailures': null} | a b",
        "{'batchItemFailures': []} | a b",
        "{'batchItemFailures': [{'itemIdentifier': 'a'}]} | b",
        "{'batchItemFailures': [{'itemIdentifier': 'a'}, {'itemIdentifier': 'b'}]} | ''",
        "{'batchItemFailures': [{'itemIdentifier': ''}]} | ''",
        "{'batchItemFailures': [{'itemIdentifier': null}]} | ''",
        "{'batchItemFailures': [{'messageId': 'a'}]} | ''",
        "{'batchItemFailures': [{'itemIdentifier': 'c'}]} | ''",
        "{'batchItemFailures': 'a'} | ''",
        "'done' | ''",
        "not json | ''"
      })
  void saysWhatIsDone(String response, String done) {
    assertThat(succeeded(response.replace('\'', '"'), null, true))
        .isEqualTo(done.replace("''", ""));
  }

  @Test
  void takesAnythingForSuccessWhenNoReportWasAskedFor() {
    assertThat(succeeded("{\"batchItemFailures\": [{\"itemIdentifier\": \"a\"}]}", null, false))
        .isEqualTo("a b");
  }

  @Test
  void knowsOfNothingDoneWhenTheFunctionFailed() {
    assertThat(succeeded("{\"errorMessage\": \"why\"}", "Unhandled", false)).isEmpty();
    assertThat(succeeded("{\"errorMessage\": \"why\"}", "Unhandled", true)).isEmpty();
  }

  private static String succeeded(String response, String error, boolean reports) {
    return String.join(
        " ",
        BatchResponse.succeeded(BATCH, Invoked.of(response, error), reports).stream()
            .map(ReceivedMessage::messageId)
            .toList());
  }
}
