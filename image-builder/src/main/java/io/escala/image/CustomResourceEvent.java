package io.escala.image;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.util.Optional;

/**
 * What CloudFormation asks of a custom resource's function.
 *
 * @param responseUrl where it waits for the answer; its query is a secret
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html">requests
 *     and responses</a>
 */
record CustomResourceEvent(
    RequestType type,
    URI responseUrl,
    String stackId,
    String requestId,
    String logicalResourceId,
    Optional<String> physicalResourceId,
    JsonObject properties) {
  /** What is to be done. */
  enum RequestType {
    CREATE,
    UPDATE,
    DELETE
  }

  static CustomResourceEvent read(InputStream in) throws IOException {
    JsonObject event = JsonParser.parseReader(new InputStreamReader(in, UTF_8)).getAsJsonObject();
    return new CustomResourceEvent(
        switch (event.get("RequestType").getAsString()) {
          case "Create" -> RequestType.CREATE;
          case "Update" -> RequestType.UPDATE;
          case "Delete" -> RequestType.DELETE;
          default ->
              throw new IOException(
                  "CloudFormation asks for " + event.get("RequestType") + ", which is unknown");
        },
        URI.create(event.get("ResponseURL").getAsString()),
        event.get("StackId").getAsString(),
        event.get("RequestId").getAsString(),
        event.get("LogicalResourceId").getAsString(),
        event.has("PhysicalResourceId")
            ? Optional.of(event.get("PhysicalResourceId").getAsString())
            : Optional.empty(),
        event.getAsJsonObject("ResourceProperties"));
  }

  /** The id that the resource keeps for its life. */
  String id() {
    return physicalResourceId.orElse("image-" + logicalResourceId);
  }
}
