package io.escala.inference.http;

import io.escala.inference.Datatype;
import io.escala.inference.Manifest;
import io.escala.inference.Predictions;
import io.escala.inference.json.JsonText;
import java.util.List;
import java.util.Optional;

/** The body of an inference response of the Open Inference Protocol: tensors, flat. */
record InferAnswer(
    Manifest manifest, Optional<String> id, List<Manifest.Output> outputs, Predictions predictions)
    implements JsonBody {

  @Override
  public void write(JsonText json) {
    json.name("model_name").value(manifest.name());
    json.name("model_version").value(manifest.version().text());
    if (id.isPresent()) {
      json.name("id").value(id.get());
    }
    json.name("outputs").beginArray();
    for (Manifest.Output output : outputs) {
      json.beginObject().name("name").value(output.name());
      json.name("datatype").value(output.datatype().name());
      json.name("shape").beginArray().value(predictions.size());
      for (long dimension : output.shape().subList(1, output.shape().size())) {
        json.value(dimension);
      }
      json.endArray().name("data").beginArray();
      if (output.name().equals(Manifest.LABEL)) {
        labels(json);
      } else {
        probabilities(json, output.datatype());
      }
      json.endArray().endObject();
    }
    json.endArray();
  }

  private void labels(JsonText json) {
    for (int row = 0; row < predictions.size(); row++) {
      json.value(predictions.labelIndex(row));
    }
  }

  private void probabilities(JsonText json, Datatype datatype) {
    for (int row = 0; row < predictions.size(); row++) {
      for (int c = 0; c < manifest.classes().size(); c++) {
        double probability = predictions.probability(row, c);
        if (datatype == Datatype.FP32) {
          json.value((float) probability); // as few digits as tell it from its neighbours
        } else {
          json.value(probability);
        }
      }
    }
  }
}
