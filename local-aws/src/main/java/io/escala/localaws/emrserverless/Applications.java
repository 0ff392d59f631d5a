package io.escala.localaws.emrserverless;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.emr.SparkRuns;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.FileTree;
import io.escala.localaws.state.StateFolder;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All applications with their runs, those that are over too. */
final class Applications implements AutoCloseable {
  private static final String FOLDER = "emr-serverless/applications/";
  private static final String RUNS = "emr-serverless/jobruns/";
  private static final String LETTERS = "0123456789abcdefghijklmnopqrstuv";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final Map<String, ApplicationRecord> applications = new ConcurrentHashMap<>();
  private final Map<String, JobRunRecord> over = new ConcurrentHashMap<>();
  private final Map<String, JobRun> running = new ConcurrentHashMap<>();
  private final StateFolder state;
  private final S3Store buckets;
  private final SparkRuns spark;

  /** What the folder remembers; a run that was under way when the endpoint stopped has failed. */
  Applications(StateFolder state, S3Store buckets, SparkRuns spark) {
    this.state = state;
    this.buckets = buckets;
    this.spark = spark;
    long now = System.currentTimeMillis();
    for (ApplicationRecord application : state.loadAll(FOLDER, ApplicationRecord.class)) {
      applications.put(application.id(), application);
      for (JobRunRecord run : state.loadAll(RUNS + application.id(), JobRunRecord.class)) {
        JobRunRecord found =
            run.isOver()
                ? run
                : run.in("FAILED", "the endpoint stopped while the run was under way", now);
        save(found);
        over.put(found.id(), found);
      }
    }
  }

  /** All, the newest first. */
  List<ApplicationRecord> all() {
    return applications.values().stream()
        .map(this::asItIs)
        .sorted(Comparator.comparingLong(ApplicationRecord::created).reversed())
        .toList();
  }

  /** One by its id, or by the token it was made with. */
  Optional<ApplicationRecord> find(String idOrToken) {
    return applications.values().stream()
        .filter(each -> each.id().equals(idOrToken) || each.token().equals(idOrToken))
        .findFirst()
        .map(this::asItIs);
  }

  /**
   * An application.
   *
   * @throws AwsException ResourceNotFoundException
   */
  ApplicationRecord require(String id) {
    ApplicationRecord application = applications.get(id);
    if (application == null) {
      throw new AwsException(
          404, "ResourceNotFoundException", "Application " + id + " does not exist");
    }
    return asItIs(application);
  }

  /** An application that has had no run for so long has stopped. */
  private ApplicationRecord asItIs(ApplicationRecord application) {
    if (!application.state().equals("STARTED") || application.idleMinutes() == 0) {
      return application;
    }
    List<JobRunRecord> runs = runs(application.id());
    long last =
        runs.stream().mapToLong(run -> run.isOver() ? run.ended() : Long.MAX_VALUE).max().orElse(0);
    long stops = last == Long.MAX_VALUE ? last : last + application.idleMinutes() * 60_000;
    return stops > System.currentTimeMillis() ? application : application.in("STOPPED", stops);
  }

  ApplicationRecord create(String token, String name, ObjectNode settings, long idleMinutes) {
    long now = System.currentTimeMillis();
    return put(
        new ApplicationRecord(newId(), token, name, settings, "CREATED", idleMinutes, now, now));
  }

  ApplicationRecord change(String id, ObjectNode settings, long idleMinutes) {
    ApplicationRecord old = require(id);
    return put(
        new ApplicationRecord(
            id,
            old.token(),
            old.name(),
            settings,
            old.state(),
            idleMinutes,
            old.created(),
            System.currentTimeMillis()));
  }

  /**
   * Removes an application with what is remembered of its runs.
   *
   * @throws IllegalStateException when one is under way
   */
  void delete(ApplicationRecord application) {
    List<String> left =
        runs(application.id()).stream().filter(run -> !run.isOver()).map(JobRunRecord::id).toList();
    if (!left.isEmpty()) {
      throw new IllegalStateException(
          "the application "
              + application.id()
              + " has runs under way: "
              + String.join(", ", left)
              + "; cancel them first");
    }
    applications.remove(application.id());
    over.values().removeIf(run -> run.applicationId().equals(application.id()));
    running.values().removeIf(run -> run.record().applicationId().equals(application.id()));
    FileTree.delete(state.path(RUNS + application.id()));
    FileTree.delete(state.path(logs(application.id())));
    state.delete(FOLDER + application.id() + ".json");
  }

  /**
   * Starts a run.
   *
   * @param request as StartJobRun takes it
   * @throws AwsException naming what is missing or not handled
   */
  JobRunRecord start(String applicationId, ObjectNode request) {
    ApplicationRecord application = require(applicationId);
    JobDriver driver = JobDriver.of(request);
    driver.logUri().ifPresent(this::requireBucket);
    long now = System.currentTimeMillis();
    JobRunRecord record =
        new JobRunRecord(
            newId(),
            applicationId,
            request,
            application.settings().path("releaseLabel").asText(),
            "SUBMITTED",
            "",
            now,
            now,
            null,
            null);
    String below = "applications/" + applicationId + "/jobs/" + record.id() + "/SPARK_DRIVER";
    SparkRuns.Logs logs =
        new SparkRuns.Logs(
            driver.logUri().orElse(null),
            driver.logUri().isPresent() ? below : logs(applicationId) + "/" + record.id());
    JobRun run =
        new JobRun(
            record,
            () -> spark.start(record.id(), driver.arguments(), driver.sparkDefaults(), logs),
            Duration.ofMinutes(driver.minutes()),
            this::save);
    put(application.in("STARTED", now));
    running.put(record.id(), run);
    run.start();
    return record;
  }

  private void requireBucket(String logUri) {
    try {
      String bucket = S3Store.Location.of(logUri).bucket();
      if (!buckets.bucketExists(bucket)) {
        throw validation("the bucket of logUri does not exist: " + logUri);
      }
    } catch (IllegalArgumentException e) {
      throw validation("logUri is " + e.getMessage());
    }
  }

  /** The runs of an application, the newest first. */
  List<JobRunRecord> runs(String applicationId) {
    return java.util.stream.Stream.concat(
            over.values().stream(), running.values().stream().map(JobRun::record))
        .filter(run -> run.applicationId().equals(applicationId))
        .sorted(Comparator.comparingLong(JobRunRecord::created).reversed())
        .toList();
  }

  /**
   * A run.
   *
   * @throws AwsException ResourceNotFoundException
   */
  JobRunRecord requireRun(String applicationId, String id) {
    return runs(require(applicationId).id()).stream()
        .filter(run -> run.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new AwsException(
                    404, "ResourceNotFoundException", "JobRun " + id + " does not exist"));
  }

  /** Cancels a run; done when it is over. */
  void cancel(String applicationId, String id) {
    requireRun(applicationId, id);
    JobRun run = running.get(id);
    if (run != null) {
      run.cancel("Cancelled by user");
    }
  }

  private ApplicationRecord put(ApplicationRecord application) {
    state.save(FOLDER + application.id() + ".json", application);
    applications.put(application.id(), application);
    return application;
  }

  private void save(JobRunRecord run) {
    state.save(RUNS + run.applicationId() + "/" + run.id() + ".json", run);
  }

  private static String logs(String applicationId) {
    return "emr-serverless/logs/" + applicationId;
  }

  private static String newId() {
    StringBuilder id = new StringBuilder("00f");
    for (int i = 0; i < 13; i++) {
      id.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return id.toString();
  }

  static AwsException validation(String message) {
    return new AwsException(400, "ValidationException", message);
  }

  @Override
  public void close() {
    running.values().forEach(JobRun::close);
  }
}
