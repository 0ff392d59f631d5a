package io.escala.spark.score;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.escala.spark.Mistake;
import io.escala.spark.storage.Locations;
import io.escala.spark.storage.SmallFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * What ties a stream's output to its checkpoint: the same id in both. The checkpoint numbers the
 * batches, so with another checkpoint their numbers would say nothing.
 */
final class StreamState {
  private static final String IN_OUTPUT = "_stream.json";
  private static final String IN_CHECKPOINT = "escala-stream.json";

  private final Configuration conf;
  private final Path file;
  private final JsonObject content;

  private StreamState(Configuration conf, Path file, JsonObject content) {
    this.conf = conf;
    this.file = file;
    this.content = content;
  }

  /**
   * The state of a stream that goes on, or begins.
   *
   * @throws Mistake if the two folders do not belong together
   */
  static StreamState open(Configuration conf, Path output, Path checkpoint) throws IOException {
    Path file = new Path(output, IN_OUTPUT);
    Path mark = new Path(checkpoint, IN_CHECKPOINT);
    Optional<JsonObject> written = read(conf, file);
    Optional<JsonObject> marked = read(conf, mark);
    if (written.isPresent()
        && !written.get().get("id").equals(marked.map(m -> m.get("id")).orElse(null))) {
      throw new Mistake(
          output
              + " was written with another checkpoint than "
              + checkpoint
              + "; give that one, or remove the output to score every file again");
    }
    if (written.isPresent()) {
      return new StreamState(conf, file, written.get());
    }
    if (holdsSomething(conf, output)) {
      throw new Mistake(
          output + " is a folder that no stream of this job wrote; choose another output");
    }
    if (holdsSomething(conf, new Path(checkpoint, "offsets"))) {
      throw new Mistake(
          checkpoint
              + " is the checkpoint of an output that is not in "
              + output
              + "; remove it to score every file again, or give another --checkpoint-path");
    }
    JsonObject fresh = new JsonObject();
    fresh.addProperty("id", UUID.randomUUID().toString());
    SmallFiles storage = new SmallFiles(conf);
    // The checkpoint first: killed in between, neither holds anything and the next start mends it
    storage.write(mark, bytes(fresh));
    storage.write(file, bytes(fresh));
    return new StreamState(conf, file, fresh);
  }

  /** The schema of the files so far, if there were any. */
  Optional<StructType> schema() {
    return Optional.ofNullable(content.get("schema"))
        .map(s -> (StructType) DataType.fromJson(s.getAsString()));
  }

  void remember(StructType schema) throws IOException {
    content.addProperty("schema", schema.json());
    new SmallFiles(conf).write(file, bytes(content));
  }

  private static byte[] bytes(JsonObject object) {
    return (object + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static Optional<JsonObject> read(Configuration conf, Path file) throws IOException {
    FileSystem fs = Locations.fileSystem(conf, file);
    if (!fs.exists(file)) {
      return Optional.empty();
    }
    try (InputStream in = fs.open(file)) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      JsonObject object = JsonParser.parseString(text).getAsJsonObject();
      if (!object.has("id")) {
        throw new Mistake(file + " has no id; it is not of a stream of this job");
      }
      return Optional.of(object);
    } catch (JsonParseException | IllegalStateException e) {
      throw new Mistake(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean holdsSomething(Configuration conf, Path folder) throws IOException {
    FileSystem fs = Locations.fileSystem(conf, folder);
    if (!fs.exists(folder)) {
      return false;
    }
    for (FileStatus status : fs.listStatus(folder)) {
      if (!status.getPath().getName().startsWith(".")) {
        return true;
      }
    }
    return false;
  }
}
