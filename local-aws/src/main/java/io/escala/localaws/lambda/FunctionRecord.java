package io.escala.localaws.lambda;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A function as it is remembered.
 *
 * @param latest what {@code $LATEST} is
 * @param versions the published ones by number
 * @param aliases by name
 * @param nextVersion the number that the next published version gets
 * @param reservedConcurrency how many instances may run at once; null for no limit of its own
 * @param tags recorded
 */
record FunctionRecord(
    String name,
    FunctionConfig latest,
    Map<String, FunctionConfig> versions,
    Map<String, Alias> aliases,
    int nextVersion,
    Integer reservedConcurrency,
    Map<String, String> tags) {

  /** A name for a version. */
  record Alias(String version, String description) {}

  static FunctionRecord fresh(
      String name, FunctionConfig latest, Integer reservedConcurrency, Map<String, String> tags) {
    return new FunctionRecord(name, latest, Map.of(), Map.of(), 1, reservedConcurrency, tags);
  }

  FunctionRecord with(
      FunctionConfig newLatest, Integer newReservedConcurrency, Map<String, String> newTags) {
    return new FunctionRecord(
        name, newLatest, versions, aliases, nextVersion, newReservedConcurrency, newTags);
  }

  FunctionRecord published(FunctionConfig version) {
    Map<String, FunctionConfig> all = new LinkedHashMap<>(versions);
    all.put(Integer.toString(nextVersion), version);
    return new FunctionRecord(
        name, latest, all, aliases, nextVersion + 1, reservedConcurrency, tags);
  }

  FunctionRecord withoutVersion(String version) {
    Map<String, FunctionConfig> all = new LinkedHashMap<>(versions);
    all.remove(version);
    return new FunctionRecord(name, latest, all, aliases, nextVersion, reservedConcurrency, tags);
  }

  FunctionRecord withAlias(String alias, Alias target) {
    Map<String, Alias> all = new LinkedHashMap<>(aliases);
    if (target == null) {
      all.remove(alias);
    } else {
      all.put(alias, target);
    }
    return new FunctionRecord(name, latest, versions, all, nextVersion, reservedConcurrency, tags);
  }
}
