package io.escala.localaws.states;

import java.util.ArrayList;
import java.util.List;

/**
 * An execution as it is remembered. Times are milliseconds since 1970.
 *
 * @param machineArn whose execution it is
 * @param definition the machine's when it began
 * @param revision the machine's when it began
 * @param status RUNNING, SUCCEEDED, FAILED, TIMED_OUT or ABORTED
 * @param output JSON; null before the end, and when there is none
 * @param error null unless it failed
 * @param cause null when nobody said why
 * @param stopped null while it runs
 */
record ExecutionRecord(
    String arn,
    String name,
    String machineArn,
    String definition,
    String revision,
    String input,
    String status,
    String output,
    String error,
    String cause,
    long started,
    Long stopped,
    List<Event> events) {

  boolean isRunning() {
    return status.equals("RUNNING");
  }

  ExecutionRecord with(Event event) {
    List<Event> all = new ArrayList<>(events);
    all.add(event);
    return new ExecutionRecord(
        arn,
        name,
        machineArn,
        definition,
        revision,
        input,
        status,
        output,
        error,
        cause,
        started,
        stopped,
        List.copyOf(all));
  }

  ExecutionRecord over(String newStatus, String result, String why, String because, long now) {
    return new ExecutionRecord(
        arn,
        name,
        machineArn,
        definition,
        revision,
        input,
        newStatus,
        result,
        why,
        because,
        started,
        now,
        events);
  }
}
