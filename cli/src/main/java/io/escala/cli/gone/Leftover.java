package io.escala.cli.gone;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something that is still there.
 *
 * @param known what it is
 * @param id its name
 * @param arn its ARN; the name again for what was not found by one
 * @param state how it stands, in a few words; may be empty
 */
record Leftover(Known known, String id, String arn, String state) {
  static Leftover of(Known known, String id, String state) {
    return new Leftover(known, id, id, state);
  }

  static Leftover of(String arn) {
    return new Leftover(Catalogue.of(arn), Catalogue.id(arn), arn, "");
  }

  String title() {
    return known.what() + " " + id + (state.isEmpty() ? "" : " (" + state + ")");
  }

  String removal() {
    return known.removal(id, arn);
  }

  /** What it is, without advice to remove it. */
  Map<String, Object> name() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("what", known.what());
    json.put("id", id);
    json.put("state", state);
    return json;
  }

  Map<String, Object> json() {
    Map<String, Object> json = name();
    json.put("why", known.why());
    json.put("cost", known.cost());
    json.put("remove", removal());
    return json;
  }
}
