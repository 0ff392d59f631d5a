package io.escala.localaws.states;

import com.fasterxml.jackson.databind.JsonNode;
import io.escala.localaws.http.JsonProtocol;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Answers what a test says, one answer a call; without an answer it is never done. */
final class FakeService implements Integration {
  private final Deque<Object> answers = new ArrayDeque<>();
  final List<String> calls = new ArrayList<>();
  volatile boolean begun;
  volatile boolean cancelled;

  FakeService answers(String json) {
    answers.add(json);
    return this;
  }

  FakeService fails(String error, String cause) {
    answers.add(new TaskFailure(error, cause));
    return this;
  }

  @Override
  public String resource() {
    return "fake:work.sync";
  }

  @Override
  public void check(JsonNode parameters) {
    Fields.require(parameters, "work", "a", "b", "a.$", "b.$");
  }

  @Override
  public JsonNode run(JsonNode parameters, Wait wait) throws TaskFailure, Interrupted {
    calls.add(parameters.toString());
    wait.submitted(JsonProtocol.object().put("Id", "w-" + calls.size()));
    begun = true;
    Object answer = answers.poll();
    if (answer instanceof TaskFailure failure) {
      throw failure;
    }
    return answer == null
        ? wait.until(java.util.Optional::empty, () -> cancelled = true)
        : JsonProtocol.parse((String) answer);
  }
}
