package io.escala.spark.report;

import static java.util.Objects.requireNonNull;

import io.escala.inference.Manifest;
import io.escala.spark.evaluate.Measurements;
import io.escala.spark.profile.DataProfile;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the report says.
 *
 * @param name of the model
 * @param description in a sentence
 * @param negative what the other class is called, such as {@code no}
 * @param positive what the class is called whose probability the model gives, such as {@code yes}
 * @param split in a sentence: how rows were held out
 * @param importances by column, the most important first, in shares of 1
 * @param importancesAre what they are shares of, in a sentence
 * @param profile of all rows, if it was made
 * @param notes what whoever reads this should know, each a sentence
 */
public record ReportData(
    String name,
    String version,
    Instant created,
    String description,
    String negative,
    String positive,
    String split,
    Measurements measurements,
    Map<String, Double> importances,
    String importancesAre,
    Optional<DataProfile> profile,
    Manifest.Provenance provenance,
    List<String> notes) {

  public ReportData {
    requireNonNull(name, "name is null");
    requireNonNull(version, "version is null");
    requireNonNull(measurements, "measurements is null");
    requireNonNull(profile, "profile is null");
    requireNonNull(provenance, "provenance is null");
    importances = new LinkedHashMap<>(importances);
    notes = List.copyOf(notes);
  }
}
