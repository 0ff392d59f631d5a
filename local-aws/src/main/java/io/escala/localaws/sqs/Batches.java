package io.escala.localaws.sqs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.JsonProtocol;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/** Requests with several entries, each of which succeeds or fails on its own. */
final class Batches {
  private static final int MOST = 10;

  private Batches() {}

  /**
   * The entries by their ids.
   *
   * @throws AwsException EmptyBatchRequest and the other errors of a batch as a whole
   */
  static Map<String, SqsInput> entries(SqsInput in) {
    Map<String, SqsInput> entries = new LinkedHashMap<>();
    Set<String> twice = new HashSet<>();
    int count = 0;
    for (SqsInput entry : in.list("Entries")) {
      count++;
      String id = entry.requireText("Id");
      if (!id.matches("[a-zA-Z0-9_-]{1,80}")) {
        throw SqsError.of(
            "InvalidBatchEntryId",
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It"
                + " can be at most 80 letters long.");
      }
      if (entries.put(id, entry) != null) {
        twice.add(id);
      }
    }
    if (count == 0) {
      throw SqsError.of("EmptyBatchRequest", "There should be at least one entry in the request.");
    }
    if (count > MOST) {
      throw SqsError.of(
          "TooManyEntriesInBatchRequest",
          "Maximum number of entries per request are " + MOST + ". You have sent " + count + ".");
    }
    if (!twice.isEmpty()) {
      throw SqsError.of("BatchEntryIdsNotDistinct", "Id " + twice + " repeated.");
    }
    return entries;
  }

  /**
   * Does what each entry asks for, after all were read: what one of them asks for may not be
   * handled.
   *
   * @param read gives what does it, which gives what is said of it beside its id
   */
  static ObjectNode answer(
      Map<String, SqsInput> entries, Function<SqsInput, Supplier<ObjectNode>> read) {
    ObjectNode out = JsonProtocol.object();
    ArrayNode successful = out.putArray("Successful");
    ArrayNode failed = out.putArray("Failed");
    Map<String, Supplier<ObjectNode>> understood = new LinkedHashMap<>();
    entries.forEach(
        (id, entry) -> attempt(id, failed, () -> understood.put(id, read.apply(entry))));
    understood.forEach(
        (id, act) -> attempt(id, failed, () -> successful.add(act.get().put("Id", id))));
    return out;
  }

  private static void attempt(String id, ArrayNode failed, Runnable what) {
    try {
      what.run();
    } catch (AwsException e) {
      if (e.status() >= 500 || e.code().equals("QueueDoesNotExist")) {
        throw e; // no entry's own fault
      }
      failed
          .addObject()
          .put("Id", id)
          .put("SenderFault", true)
          .put("Code", SqsError.olderName(e.code()))
          .put("Message", e.getMessage());
    }
  }
}
