package io.escala.localaws.cloudformation;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A stack as it is kept. One thread at a time changes it, holding its monitor; it is saved after
 * every step, so that a killed endpoint knows at its next start what was under way.
 */
@JsonAutoDetect(fieldVisibility = Visibility.ANY)
final class StackRecord {
  String name;
  String id;
  String status;
  String reason;
  Instant created;
  Instant updated;
  Instant deleted;
  boolean terminationProtection;
  volatile Content content = Content.NONE;
  Map<String, Item> resources = new LinkedHashMap<>();

  /** What is still to be deleted: replaced resources, and after a rollback the new ones. */
  List<Item> leftovers = new ArrayList<>();

  /** How things stood before the update that is under way. */
  Content contentBefore;

  Map<String, Item> resourcesBefore;
  List<Event> events = new ArrayList<>();

  /**
   * Whose events are written: a creation, an update, a deletion, or what takes one of them back.
   */
  String operation;

  Map<String, ChangeSet> changeSets = new LinkedHashMap<>();

  /**
   * What a stack was told and what it gives.
   *
   * @param template the template's text; {@code null} before the first deployment
   * @param parameters as given, by name
   * @param imports the exports of other stacks that it uses
   */
  record Content(
      String template,
      Map<String, String> parameters,
      Map<String, String> tags,
      List<String> notificationArns,
      List<String> capabilities,
      String roleArn,
      Map<String, Output> outputs,
      Set<String> imports) {
    static final Content NONE =
        new Content(
            null, Map.of(), Map.of(), List.of(), List.of(), null, Map.of(), new TreeSet<>());

    Content with(Map<String, Output> newOutputs, Set<String> newImports) {
      return new Content(
          template,
          parameters,
          tags,
          notificationArns,
          capabilities,
          roleArn,
          newOutputs,
          newImports);
    }
  }

  /** An output; {@code export} is {@code null} for one that is not exported. */
  record Output(String value, String description, String export) {}

  /**
   * Something that happened to the stack or one of its resources.
   *
   * @param operation what it was a part of; the CDK CLI tells by it which failures are of the last
   *     deployment
   */
  record Event(
      String id,
      String operation,
      Instant time,
      String logicalId,
      String physicalId,
      String type,
      String status,
      String reason,
      String properties) {}

  /**
   * A change set.
   *
   * @param status {@code CREATE_COMPLETE} or {@code FAILED}
   * @param execution {@code AVAILABLE}, {@code UNAVAILABLE}
   */
  record ChangeSet(
      String name,
      String id,
      String type,
      String description,
      Content content,
      String status,
      String reason,
      String execution,
      Instant created,
      List<Change> changes) {}

  boolean inProgress() {
    return status.endsWith("_IN_PROGRESS") && !status.equals("REVIEW_IN_PROGRESS");
  }

  boolean isDeleted() {
    return status.equals("DELETE_COMPLETE");
  }
}
