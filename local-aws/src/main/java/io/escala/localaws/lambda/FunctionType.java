package io.escala.localaws.lambda;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.s3.S3Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code AWS::Lambda::Function}. */
final class FunctionType implements ResourceType {
  /** Set by Lambda itself; a function that sets one of them is refused, as on AWS. */
  private static final Set<String> RESERVED =
      Set.of(
          "_HANDLER",
          "_X_AMZN_TRACE_ID",
          "AWS_DEFAULT_REGION",
          "AWS_REGION",
          "AWS_EXECUTION_ENV",
          "AWS_LAMBDA_FUNCTION_NAME",
          "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
          "AWS_LAMBDA_FUNCTION_VERSION",
          "AWS_LAMBDA_INITIALIZATION_TYPE",
          "AWS_LAMBDA_LOG_GROUP_NAME",
          "AWS_LAMBDA_LOG_STREAM_NAME",
          "AWS_ACCESS_KEY",
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SESSION_TOKEN",
          "AWS_LAMBDA_RUNTIME_API",
          "LAMBDA_TASK_ROOT",
          "LAMBDA_RUNTIME_DIR");

  private final Functions functions;
  private final S3Store buckets;

  FunctionType(Functions functions, S3Store buckets) {
    this.functions = functions;
    this.buckets = buckets;
  }

  @Override
  public String name() {
    return "AWS::Lambda::Function";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("FunctionName", "PackageType");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties)
      throws IOException {
    String name = properties.text("FunctionName").orElse(context.physicalName(64));
    if (functions.find(name).isPresent()) {
      throw new IllegalArgumentException("the function " + name + " exists already");
    }
    try {
      FunctionConfig config = config(name, properties);
      Optional<Integer> reserved = properties.integer("ReservedConcurrentExecutions");
      Map<String, String> tags = tags(properties);
      properties.requireAllRead();
      functions.create(FunctionRecord.fresh(name, config, reserved.orElse(null), tags));
    } catch (IOException | RuntimeException e) {
      functions.delete(name);
      throw e;
    }
    return resource(name);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now)
      throws IOException {
    String name = current.physicalId();
    now.text("FunctionName");
    FunctionConfig config = config(name, now);
    Optional<Integer> reserved = now.integer("ReservedConcurrentExecutions");
    Map<String, String> tags = tags(now);
    now.requireAllRead();
    functions.update(name, function -> function.with(config, reserved.orElse(null), tags));
    return resource(name);
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    // After a kill in the middle of create() the engine knows the long name only.
    functions.delete(current.physicalId());
    if (current.physicalId().equals(context.physicalName())) {
      functions.delete(context.physicalName(64));
    }
  }

  private Resource resource(String name) {
    return new Resource(
        name, Map.of("Arn", functions.settings().arn(name), "SnapStartResponse.ApplyOn", "None"));
  }

  private FunctionConfig config(String name, ResourceProperties properties) throws IOException {
    String packageType = properties.text("PackageType").orElse("Zip");
    if (!packageType.equals("Zip")) {
      throw new IllegalArgumentException("local-aws does not handle PackageType " + packageType);
    }
    String runtime = properties.requireText("Runtime");
    List<String> layers = properties.texts("Layers");
    if (runtime.startsWith("python") && functions.layers().bring(layers, Layers.HELM)) {
      // The CDK's function for kubectl and Helm: the endpoint does what it is asked for itself.
    } else if (layers.isEmpty()) {
      functions.runtimes().require(runtime);
    } else {
      throw new IllegalArgumentException(
          "local-aws does not run functions with layers; this one has "
              + String.join(", ", layers));
    }
    Map<String, String> environment =
        properties
            .object("Environment")
            .map(variables -> variables.textMap("Variables"))
            .orElse(Map.of());
    for (String variable : environment.keySet()) {
      if (RESERVED.contains(variable)) {
        throw new IllegalArgumentException(
            "the environment variable " + variable + " is reserved by Lambda");
      }
    }
    List<String> architectures = properties.texts("Architectures");
    Optional<ResourceProperties> logging = properties.object("LoggingConfig");
    properties.recorded("VpcConfig", "KmsKeyArn", "RuntimeManagementConfig", "RecursiveLoop");
    FunctionCode code = code(name, runtime, properties);
    return new FunctionConfig(
        runtime,
        properties.requireText("Handler"),
        properties.requireText("Role"),
        properties.text("Description").orElse(""),
        within(properties, "Timeout", 3, 1, 900),
        within(properties, "MemorySize", 128, 128, 10_240),
        new LinkedHashMap<>(environment),
        architectures.isEmpty() ? "x86_64" : architectures.get(0),
        code.folder(),
        code.sha256(),
        code.size(),
        logging.flatMap(log -> log.text("LogFormat")).orElse("Text"),
        logLevel(logging),
        logging.flatMap(log -> log.text("LogGroup")).orElse("/aws/lambda/" + name),
        properties.object("EphemeralStorage").flatMap(size -> size.integer("Size")).orElse(512),
        properties.object("TracingConfig").flatMap(mode -> mode.text("Mode")).orElse("PassThrough"),
        properties.object("SnapStart").flatMap(snap -> snap.text("ApplyOn")).orElse("None"),
        layers,
        System.currentTimeMillis());
  }

  private static String logLevel(Optional<ResourceProperties> logging) {
    logging.ifPresent(log -> log.recorded("SystemLogLevel"));
    return logging.flatMap(log -> log.text("ApplicationLogLevel")).orElse("INFO");
  }

  private FunctionCode code(String name, String runtime, ResourceProperties properties)
      throws IOException {
    ResourceProperties code =
        properties
            .object("Code")
            .orElseThrow(
                () ->
                    new IllegalArgumentException("AWS::Lambda::Function needs the property Code"));
    Path parent = functions.settings().folder(name).resolve("code");
    Optional<String> inline = code.text("ZipFile");
    if (inline.isPresent()) {
      if (!runtime.startsWith("nodejs")) {
        throw new IllegalArgumentException("Code.ZipFile is for Node and Python, not " + runtime);
      }
      return FunctionCode.inline(inline.get(), parent);
    }
    code.recorded("SourceKMSKeyArn");
    S3Store.S3Object zip = buckets.require(code.requireText("S3Bucket"), code.requireText("S3Key"));
    return FunctionCode.unpack(zip.file(), parent);
  }

  /** A whole number with its bounds, or what it is unless given. */
  static int within(
      ResourceProperties properties, String name, int otherwise, int least, int most) {
    int value = properties.integer(name).orElse(otherwise);
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " is " + value + ", but must be between " + least + " and " + most);
    }
    return value;
  }

  private static Map<String, String> tags(ResourceProperties properties) {
    Map<String, String> tags = new LinkedHashMap<>();
    properties
        .json("Tags")
        .ifPresent(
            list ->
                list.forEach(
                    tag -> tags.put(tag.path("Key").asText(), tag.path("Value").asText())));
    return tags;
  }
}
