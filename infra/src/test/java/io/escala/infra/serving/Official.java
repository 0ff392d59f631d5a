package io.escala.infra.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.Optional;

/** Kubernetes' own models as a judge: fields that they do not know, or miss, are faults. */
public final class Official {
  private static final Map<String, String> MODELS =
      Map.of(
          "apps/v1 Deployment", "V1Deployment",
          "autoscaling/v2 HorizontalPodAutoscaler", "V2HorizontalPodAutoscaler",
          "batch/v1 Job", "V1Job",
          "networking.k8s.io/v1 Ingress", "V1Ingress",
          "networking.k8s.io/v1 IngressClass", "V1IngressClass",
          "networking.k8s.io/v1 NetworkPolicy", "V1NetworkPolicy",
          "policy/v1 PodDisruptionBudget", "V1PodDisruptionBudget",
          "v1 ConfigMap", "V1ConfigMap",
          "v1 Namespace", "V1Namespace");

  private static final Map<String, String> MORE =
      Map.of("v1 Service", "V1Service", "v1 ServiceAccount", "V1ServiceAccount");

  private Official() {}

  /** What is wrong with a document; empty if nothing is. */
  public static Optional<String> fault(JsonNode document) {
    String type = document.path("apiVersion").asText() + " " + document.path("kind").asText();
    String model = MODELS.getOrDefault(type, MORE.get(type));
    if (model == null) {
      return Optional.of("no kind that is expected: " + type);
    }
    try {
      Class<?> official = Class.forName("io.kubernetes.client.openapi.models." + model);
      official
          .getMethod("validateJsonElement", JsonElement.class)
          .invoke(null, JsonParser.parseString(document.toString()));
      // Types of values are found only when they are read
      Object unused =
          official.getMethod("fromJson", String.class).invoke(null, document.toString());
      return Optional.empty();
    } catch (InvocationTargetException e) {
      return Optional.of(type + ": " + e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("the official models are not as expected", e);
    }
  }
}
