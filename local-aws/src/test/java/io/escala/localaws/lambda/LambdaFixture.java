package io.escala.localaws.lambda;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.StateFolder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Lambda over a temporary state folder, with resources made as CloudFormation makes them. */
public final class LambdaFixture implements AutoCloseable {
  static final ResourceContext CONTEXT =
      new ResourceContext("000000000000", "us-east-1", "Test", "arn:stack", "Thing");
  private static final ObjectMapper JSON = new ObjectMapper();

  final S3Store buckets;
  final Functions functions;
  final LambdaTypes types;
  final Path folder;

  public LambdaFixture(Path folder) {
    this.folder = folder;
    StateFolder state = new StateFolder(folder);
    buckets = new S3Store(state);
    buckets.createBucket("code");
    functions =
        new Functions(
            new LambdaSettings(
                state,
                Path.of(System.getProperty("lambda.runtime.folder")),
                Map.of(),
                null,
                "us-east-1",
                "000000000000",
                "http://127.0.0.1:1",
                Map.of(),
                4,
                Duration.ofMinutes(1)),
            buckets);
    types = new LambdaTypes(functions, buckets);
  }

  public Functions functions() {
    return functions;
  }

  @Override
  public void close() {
    types.close();
    functions.close();
  }

  /** A function of Java with one of the test handlers; gives its ARN. */
  public String javaFunction(Class<?> handler, String more) throws Exception {
    putZip("code.zip", TestHandlers.class, handler);
    return create(
            "AWS::Lambda::Function",
            """
            {"Runtime": "java17", "Role": "arn:role", "MemorySize": 256, "Timeout": 20,
             "Handler": "%s", "Code": {"S3Bucket": "code", "S3Key": "code.zip"}%s}
            """
                .formatted(handler.getName(), more))
        .attributes()
        .get("Arn")
        .toString();
  }

  /** A function of Node with this index.js; gives its ARN. */
  String nodeFunction(String code) throws Exception {
    ObjectNode properties = JSON.createObjectNode();
    properties.put("Runtime", "nodejs22.x").put("Role", "arn:role").put("Timeout", 20);
    properties.put("Handler", "index.handler");
    properties.putObject("Code").put("ZipFile", code);
    return create("AWS::Lambda::Function", properties.toString())
        .attributes()
        .get("Arn")
        .toString();
  }

  Resource create(String type, String properties) throws Exception {
    return type(type).create(CONTEXT, properties(type, properties));
  }

  ResourceType type(String name) {
    return types.types().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }

  static ResourceProperties properties(String type, String json) throws Exception {
    return ResourceProperties.of(type, (ObjectNode) JSON.readTree(json));
  }

  Invoked invoke(String arn, String event) throws Exception {
    return functions
        .invoke(arn, null, event.getBytes(StandardCharsets.UTF_8))
        .get(60, TimeUnit.SECONDS);
  }

  static Map<String, Object> json(Invoked invoked) throws IOException {
    Map<String, Object> map = new LinkedHashMap<>();
    JSON.readTree(invoked.payload())
        .properties()
        .forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
    return map;
  }

  void putZip(String key, Class<?>... classes) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Class<?> each : classes) {
        String file = each.getName().replace('.', '/') + ".class";
        zip.putNextEntry(new ZipEntry(file));
        try (InputStream in = each.getResourceAsStream("/" + file)) {
          in.transferTo(zip);
        }
      }
    }
    put(key, bytes.toByteArray());
  }

  void put(String key, byte[] bytes) throws IOException {
    buckets.put("code", key, new ByteArrayInputStream(bytes), S3Store.Description.NONE);
  }
}
