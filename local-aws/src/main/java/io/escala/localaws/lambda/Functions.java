package io.escala.localaws.lambda;

import io.escala.localaws.http.AwsException;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** All functions with their versions and aliases, and what runs of them. */
public final class Functions implements AutoCloseable {
  /** Version of a function that was not published. */
  static final String LATEST = "$LATEST";

  private static final int MAX_REQUEST = 6_291_456;

  private final LambdaSettings settings;
  private final Runtimes runtimes;
  private final Layers layers;
  private final Map<String, FunctionRecord> functions = new ConcurrentHashMap<>();
  private final Map<String, InstancePool> pools = new ConcurrentHashMap<>();
  private final ExecutorService invocations =
      Executors.newCachedThreadPool(task -> daemon(task, "lambda-invocation"));
  private final ScheduledExecutorService reaper =
      Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "lambda-reaper"));

  /** Functions as the state folder remembers them. */
  public Functions(LambdaSettings settings, S3Store buckets) {
    this.settings = settings;
    this.layers = new Layers(settings.state(), buckets);
    this.runtimes = new Runtimes(settings);
    for (FunctionRecord function :
        settings.state().loadAll("lambda-functions", FunctionRecord.class)) {
      functions.put(function.name(), function);
      FileTree.delete(settings.folder(function.name()).resolve("tmp"));
    }
    long period = Math.max(1, settings.idle().toMillis() / 10);
    var unused =
        reaper.scheduleWithFixedDelay(
            () -> pools.values().forEach(pool -> pool.stopIdle(settings.idle())),
            period,
            period,
            TimeUnit.MILLISECONDS);
  }

  /** A version of a function, found by name or ARN. */
  record Version(FunctionRecord function, String number, FunctionConfig config) {}

  LambdaSettings settings() {
    return settings;
  }

  Runtimes runtimes() {
    return runtimes;
  }

  Layers layers() {
    return layers;
  }

  /**
   * The zip with Helm in it that belongs to a function of the CDK's kubectl provider.
   *
   * @param address ARN of the function, or of the one that the provider framework puts before it
   * @throws IllegalArgumentException when it has none
   */
  public Path helmLayer(String address) {
    FunctionConfig config = require(address).latest();
    String behind = config.environment().get("USER_ON_EVENT_FUNCTION_ARN");
    FunctionConfig handler = behind == null ? config : require(behind).latest();
    return layers
        .find(handler.layers(), Layers.HELM)
        .orElseThrow(
            () -> new IllegalArgumentException("no layer of " + address + " has " + Layers.HELM));
  }

  /** All, by name. */
  List<FunctionRecord> all() {
    return functions.values().stream().sorted(Comparator.comparing(FunctionRecord::name)).toList();
  }

  Optional<FunctionRecord> find(String name) {
    return Optional.ofNullable(functions.get(name));
  }

  /**
   * A function by name or ARN.
   *
   * @throws AwsException ResourceNotFoundException
   */
  FunctionRecord require(String address) {
    String name = parse(address).name();
    return find(name).orElseThrow(() -> notFound(settings.arn(name)));
  }

  /** A version of a function; the qualifier in the address counts when no other is given. */
  Version version(String address, String qualifier) {
    FunctionAddress parsed = parse(address);
    FunctionRecord function = require(address);
    String wanted = qualifier != null ? qualifier : parsed.qualifier();
    if (wanted == null || wanted.equals(LATEST)) {
      return new Version(function, LATEST, function.latest());
    }
    FunctionRecord.Alias alias = function.aliases().get(wanted);
    String number = alias == null ? wanted : alias.version();
    if (number.equals(LATEST)) {
      return new Version(function, LATEST, function.latest());
    }
    FunctionConfig config = function.versions().get(number);
    if (config == null) {
      throw notFound(settings.arn(function.name()) + ":" + wanted);
    }
    return new Version(function, number, config);
  }

  /** Makes a function. */
  synchronized void create(FunctionRecord function) {
    if (functions.containsKey(function.name())) {
      throw new AwsException(
          409, "ResourceConflictException", "Function already exist: " + function.name());
    }
    save(function);
  }

  /** Changes what {@code $LATEST} is. */
  synchronized void update(String name, UnaryOperator<FunctionRecord> change) {
    FunctionRecord old = require(name);
    FunctionRecord changed = change.apply(old);
    save(changed);
    boolean same =
        old.latest().sameAs(changed.latest())
            && java.util.Objects.equals(old.reservedConcurrency(), changed.reservedConcurrency());
    if (!same) {
      retire(name + ":" + LATEST);
    }
    deleteUnusedCode(changed);
  }

  /**
   * Publishes {@code $LATEST}; gives the newest version when nothing changed since, as AWS does.
   *
   * @return the version's number
   */
  synchronized String publish(String name, String description) {
    FunctionRecord function = require(name);
    String newest = Integer.toString(function.nextVersion() - 1);
    FunctionConfig last = function.versions().get(newest);
    FunctionConfig version =
        description == null ? function.latest() : function.latest().describedAs(description);
    if (last != null && last.sameAs(version.at(0))) {
      return newest;
    }
    save(function.published(version));
    return Integer.toString(function.nextVersion());
  }

  synchronized void deleteVersion(String name, String number) {
    find(name)
        .filter(function -> function.versions().containsKey(number))
        .ifPresent(
            function -> {
              FunctionRecord without = function.withoutVersion(number);
              save(without);
              retire(function.name() + ":" + number);
              deleteUnusedCode(without);
            });
  }

  /** Sets an alias, or removes it when there is no target. */
  synchronized void alias(String name, String alias, FunctionRecord.Alias target) {
    if (target == null && find(name).isEmpty()) {
      return;
    }
    if (target != null) {
      version(name, target.version());
    }
    save(require(name).withAlias(alias, target));
  }

  /** Removes a function with its versions, its code and its logs; done when there is none. */
  synchronized void delete(String name) {
    if (functions.remove(name) != null) {
      pools.keySet().stream()
          .filter(key -> key.startsWith(name + ":"))
          .toList()
          .forEach(key -> pools.remove(key).kill());
      settings.state().delete("lambda-functions/" + name + ".json");
    }
    FileTree.delete(settings.folder(name));
  }

  /**
   * Invokes a function.
   *
   * @param address name or ARN
   * @param qualifier version or alias; null for the one in the address
   * @throws AwsException when there is no such function, or the payload is too large
   */
  public CompletableFuture<Invoked> invoke(String address, String qualifier, byte[] payload) {
    Version version = version(address, qualifier);
    if (payload.length > MAX_REQUEST) {
      throw new AwsException(
          413,
          "RequestTooLargeException",
          "Request must be smaller than 6291456 bytes for the InvokeFunction operation");
    }
    Integer reserved = version.function().reservedConcurrency();
    if (reserved != null && reserved == 0) {
      throw new AwsException(429, "TooManyRequestsException", "Rate Exceeded.");
    }
    InstancePool pool = pool(version);
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return pool.invoke(payload);
          } catch (IOException | RuntimeException e) {
            return failedToStart(version, e);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return failedToStart(version, e);
          }
        },
        invocations);
  }

  @Override
  public void close() {
    reaper.shutdownNow();
    pools.values().forEach(InstancePool::kill);
    invocations.shutdownNow();
  }

  private InstancePool pool(Version version) {
    String name = version.function().name();
    Integer reserved = version.function().reservedConcurrency();
    int places = reserved == null ? settings.instances() : Math.min(reserved, settings.instances());
    return pools.computeIfAbsent(
        name + ":" + version.number(),
        key ->
            new InstancePool(
                () -> Instance.start(settings, runtimes, name, version.number(), version.config()),
                places));
  }

  private static Invoked failedToStart(Version version, Exception e) {
    return new Invoked(
        Invoked.error("Runtime.StartError", String.valueOf(e.getMessage())),
        "Unhandled",
        new byte[0],
        version.number());
  }

  private void retire(String key) {
    InstancePool pool = pools.remove(key);
    if (pool != null) {
      pool.retire();
    }
  }

  private void save(FunctionRecord function) {
    settings.state().save("lambda-functions/" + function.name() + ".json", function);
    functions.put(function.name(), function);
  }

  private void deleteUnusedCode(FunctionRecord function) {
    List<String> used = new ArrayList<>(List.of(function.latest().code()));
    function.versions().values().forEach(version -> used.add(version.code()));
    java.io.File[] folders = settings.folder(function.name()).resolve("code").toFile().listFiles();
    for (java.io.File folder : folders == null ? new java.io.File[0] : folders) {
      if (!used.contains(folder.getName())) {
        FileTree.delete(folder.toPath());
      }
    }
  }

  /**
   * Reads a name or an ARN.
   *
   * @throws AwsException ValidationException
   */
  static FunctionAddress parse(String address) {
    try {
      return FunctionAddress.of(address);
    } catch (IllegalArgumentException e) {
      throw new AwsException(400, "ValidationException", e.getMessage());
    }
  }

  private static AwsException notFound(String arn) {
    return new AwsException(404, "ResourceNotFoundException", "Function not found: " + arn);
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
