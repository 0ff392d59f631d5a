package io.escala.localaws.emrserverless;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.emr.SparkRuns;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.AwsRequest;
import io.escala.localaws.http.AwsResponse;
import io.escala.localaws.http.AwsService;
import io.escala.localaws.http.JsonProtocol;
import io.escala.localaws.http.Page;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.StateFolder;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Amazon EMR Serverless: Spark applications, whose workers are this machine; a run is a real {@code
 * spark-submit} on it.
 */
public final class EmrServerlessService implements AwsService, AutoCloseable {
  private final Applications applications;
  private final String arnPrefix;
  private final String owner;

  /**
   * EMR Serverless over a state folder.
   *
   * @param spark what runs are run by
   */
  public EmrServerlessService(
      StateFolder state, S3Store buckets, SparkRuns spark, String region, String accountId) {
    applications = new Applications(state, buckets, spark);
    arnPrefix = "arn:aws:emr-serverless:" + region + ":" + accountId + ":/applications/";
    owner = "arn:aws:iam::" + accountId + ":root";
  }

  /** The resource types of EMR Serverless. */
  public List<ResourceType> types() {
    return List.of(new ApplicationType(applications, arnPrefix::concat));
  }

  @Override
  public String signingName() {
    return "emr-serverless";
  }

  @Override
  public AwsResponse handle(AwsRequest request) throws IOException {
    List<String> path =
        Stream.of(request.path().split("/", -1)).filter(part -> !part.isEmpty()).toList();
    String shape = path.isEmpty() || !path.get(0).equals("applications") ? "" : shape(path);
    String what = request.method() + " " + shape;
    return JsonProtocol.answer(
        switch (what) {
          case "GET applications" -> list(request);
          case "GET applications/id" -> {
            ObjectNode output = JsonProtocol.object();
            output.set("application", full(applications.require(path.get(1))));
            yield output;
          }
          case "POST applications/id/jobruns" -> {
            JobRunRecord run = applications.start(path.get(1), JsonProtocol.read(request));
            yield named(run).put("arn", arn(run));
          }
          case "GET applications/id/jobruns" -> runs(path.get(1), request);
          case "GET applications/id/jobruns/id" -> {
            ObjectNode output = JsonProtocol.object();
            output.set("jobRun", full(applications.requireRun(path.get(1), path.get(3))));
            yield output;
          }
          case "DELETE applications/id/jobruns/id" -> {
            applications.cancel(path.get(1), path.get(3));
            yield named(applications.requireRun(path.get(1), path.get(3)));
          }
          default ->
              throw AwsException.notHandled(
                  "EMR Serverless", request.method() + " " + request.path());
        });
  }

  /** {@code applications/id/jobruns/id}, as far as it goes; empty for any other path. */
  private static String shape(List<String> path) {
    boolean runs = path.size() < 3 || path.get(2).equals("jobruns");
    return runs && path.size() <= 4
        ? Stream.of("applications", "id", "jobruns", "id")
            .limit(path.size())
            .collect(Collectors.joining("/"))
        : "";
  }

  @Override
  public AwsResponse error(AwsRequest request, AwsException error) {
    return JsonProtocol.error(error);
  }

  @Override
  public void close() {
    applications.close();
  }

  private ObjectNode list(AwsRequest request) {
    return page(
        applications.all(),
        ApplicationRecord::state,
        request,
        "applications",
        each -> common(JsonProtocol.object().put("id", each.id()), each));
  }

  /** Those in the states that a request asks for, or all. */
  private static <T> ObjectNode page(
      List<T> all,
      Function<T, String> state,
      AwsRequest request,
      String list,
      Function<T, ObjectNode> json) {
    for (String name : request.query().keySet()) {
      if (!Set.of("states", "maxResults", "nextToken").contains(name)) {
        throw Applications.validation("local-aws does not handle the parameter " + name);
      }
    }
    List<String> states = request.query().getOrDefault("states", List.of());
    List<T> found =
        all.stream()
            .filter(each -> states.isEmpty() || states.contains(state.apply(each)))
            .toList();
    return Page.of(found, request, "nextToken", "maxResults").json(list, "nextToken", json);
  }

  private ObjectNode full(ApplicationRecord application) {
    ObjectNode json = application.settings().deepCopy();
    json.put("applicationId", application.id());
    common(json, application);
    return json;
  }

  private ObjectNode common(ObjectNode json, ApplicationRecord application) {
    json.put("name", application.name());
    json.put("arn", arnPrefix + application.id());
    json.set("releaseLabel", application.settings().path("releaseLabel"));
    json.set("type", application.settings().path("type"));
    json.set("architecture", application.settings().path("architecture"));
    json.put("state", application.state());
    time(json, "createdAt", application.created());
    time(json, "updatedAt", application.updated());
    return json;
  }

  private ObjectNode runs(String applicationId, AwsRequest request) {
    if (applications.find(applicationId).isEmpty()) {
      // The model of this operation has no ResourceNotFoundException
      throw Applications.validation("Application " + applicationId + " does not exist");
    }
    return page(
        applications.runs(applicationId),
        JobRunRecord::state,
        request,
        "jobRuns",
        each -> common(JsonProtocol.object().put("id", each.id()), each));
  }

  private ObjectNode full(JobRunRecord run) {
    ObjectNode json = named(run);
    common(json, run);
    json.set("jobDriver", run.request().path("jobDriver"));
    if (run.request().has("configurationOverrides")) {
      json.set("configurationOverrides", run.request().path("configurationOverrides"));
    }
    if (run.request().has("executionTimeoutMinutes")) {
      json.set("executionTimeoutMinutes", run.request().path("executionTimeoutMinutes"));
    }
    json.putObject("tags").setAll(tags(run));
    time(json, "startedAt", run.started());
    time(json, "endedAt", run.ended());
    if (run.ended() != null && run.started() != null) {
      json.put("totalExecutionDurationSeconds", (run.ended() - run.started()) / 1000);
    }
    return json;
  }

  private static ObjectNode tags(JobRunRecord run) {
    return run.request().path("tags") instanceof ObjectNode tags
        ? tags.deepCopy()
        : JsonProtocol.object();
  }

  private ObjectNode common(ObjectNode json, JobRunRecord run) {
    json.put("applicationId", run.applicationId());
    if (!run.name().isEmpty()) {
      json.put("name", run.name());
    }
    json.put("arn", arn(run));
    json.put("createdBy", owner);
    json.set("executionRole", run.request().path("executionRoleArn"));
    json.put("releaseLabel", run.release());
    json.put("mode", "BATCH");
    json.put("state", run.state());
    json.put("stateDetails", run.stateDetails());
    time(json, "createdAt", run.created());
    time(json, "updatedAt", run.updated());
    return json;
  }

  private static ObjectNode named(JobRunRecord run) {
    return JsonProtocol.object()
        .put("applicationId", run.applicationId())
        .put("jobRunId", run.id());
  }

  private String arn(JobRunRecord run) {
    return arnPrefix + run.applicationId() + "/jobruns/" + run.id();
  }

  /** Seconds since 1970, as the protocol has them. */
  private static void time(ObjectNode json, String name, Long millis) {
    if (millis != null) {
      json.put(name, BigDecimal.valueOf(millis, 3));
    }
  }
}
