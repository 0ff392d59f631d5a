package io.escala.localaws.lambda;

import java.util.List;
import java.util.Map;

/**
 * What a version of a function is.
 *
 * @param runtime for example {@code java25}
 * @param handler as the runtime reads it
 * @param role the execution role's ARN, recorded
 * @param timeoutSeconds how long an invocation may take
 * @param memoryMb bounds the heap
 * @param environment the function's own variables
 * @param architecture {@code x86_64} or {@code arm64}
 * @param code the folder below the function's own that holds the unpacked code
 * @param codeSha256 of the zip, in base64
 * @param codeSize bytes of the zip
 * @param logFormat {@code Text} or {@code JSON}
 * @param logLevel the application's in JSON, for example {@code INFO}
 * @param logGroup the log group's name
 * @param ephemeralStorageMb recorded
 * @param tracing {@code PassThrough} or {@code Active}, recorded
 * @param snapStart {@code None} or {@code PublishedVersions}, recorded
 * @param layers ARNs of versions of layers
 * @param lastModified milliseconds since 1970
 */
record FunctionConfig(
    String runtime,
    String handler,
    String role,
    String description,
    int timeoutSeconds,
    int memoryMb,
    Map<String, String> environment,
    String architecture,
    String code,
    String codeSha256,
    long codeSize,
    String logFormat,
    String logLevel,
    String logGroup,
    int ephemeralStorageMb,
    String tracing,
    String snapStart,
    List<String> layers,
    long lastModified) {
  FunctionConfig {
    layers = layers == null ? List.of() : List.copyOf(layers); // null: written by an older endpoint
  }

  boolean java() {
    return runtime.startsWith("java");
  }

  /** Whether a version published from this would be the same. */
  boolean sameAs(FunctionConfig other) {
    return at(0).equals(other.at(0));
  }

  FunctionConfig at(long time) {
    return new FunctionConfig(
        runtime,
        handler,
        role,
        description,
        timeoutSeconds,
        memoryMb,
        environment,
        architecture,
        code,
        codeSha256,
        codeSize,
        logFormat,
        logLevel,
        logGroup,
        ephemeralStorageMb,
        tracing,
        snapStart,
        layers,
        time);
  }

  FunctionConfig describedAs(String text) {
    return new FunctionConfig(
        runtime,
        handler,
        role,
        text,
        timeoutSeconds,
        memoryMb,
        environment,
        architecture,
        code,
        codeSha256,
        codeSize,
        logFormat,
        logLevel,
        logGroup,
        ephemeralStorageMb,
        tracing,
        snapStart,
        layers,
        lastModified);
  }
}
