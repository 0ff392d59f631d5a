package io.escala.server;

import io.escala.inference.Bundle;
import io.escala.inference.Manifest;
import io.escala.inference.json.Json;
import io.escala.inference.json.JsonException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a server must answer to the golden rows of a model. */
record GoldenAnswers(Manifest manifest) {

  /**
   * What is wrong with the body of a V1 predict; empty if it says what training computed.
   *
   * @param body of the answer to all golden rows
   */
  Optional<String> fault(byte[] body) {
    Object answer;
    try {
      answer = Json.parse(body);
    } catch (JsonException e) {
      return Optional.of("the answer is no JSON: " + e.getMessage());
    }
    if (!(answer instanceof Map<?, ?> object)
        || !(object.get("predictions") instanceof List<?> predictions)
        || predictions.size() != manifest.golden().size()) {
      return Optional.of("the answer has not " + manifest.golden().size() + " predictions");
    }
    for (int row = 0; row < predictions.size(); row++) {
      String where = "golden[" + row + "] ";
      Optional<String> fault = fault(manifest.golden().get(row), predictions.get(row));
      if (fault.isPresent()) {
        return fault.map(where::concat);
      }
    }
    return Optional.empty();
  }

  private Optional<String> fault(Manifest.Golden expected, Object prediction) {
    if (!(prediction instanceof Map<?, ?> given)) {
      return Optional.of("is no object");
    }
    if (!expected.label().equals(given.get("label"))) {
      return Optional.of(
          "is answered with "
              + given.get("label")
              + ", but training said \""
              + expected.label()
              + "\"");
    }
    if (manifest.positiveClass().isPresent()) {
      String positive = manifest.positiveClass().get();
      return fault(
          positive,
          expected.probabilities().get(manifest.classes().indexOf(positive)),
          given.get("probability"));
    }
    if (!(given.get("probabilities") instanceof List<?> probabilities)
        || probabilities.size() != manifest.classes().size()) {
      return Optional.of("has not " + manifest.classes().size() + " probabilities");
    }
    for (int column = 0; column < probabilities.size(); column++) {
      Optional<String> fault =
          fault(
              manifest.classes().get(column),
              expected.probabilities().get(column),
              probabilities.get(column));
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> fault(String label, double expected, Object given) {
    return given instanceof Number number
            && Math.abs(number.doubleValue() - expected) <= Bundle.PROBABILITY_TOLERANCE
        ? Optional.empty()
        : Optional.of(
            "is answered with probability "
                + given
                + " of \""
                + label
                + "\", but training computed "
                + expected);
  }
}
