package io.escala.localaws;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.http.Endpoint;
import io.escala.localaws.s3.S3Store;
import io.escala.localaws.state.StateFolder;
import io.escala.localaws.state.StateLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * An AWS endpoint inside this JVM, on 127.0.0.1, for the CDK CLI, the AWS CLI and the AWS SDKs: as
 * much of AWS as this project's templates and tools use, and an error that names it for whatever is
 * more.
 *
 * <pre>{@code
 * try (LocalAws aws = LocalAws.start(Options.of(folder, 0))) {
 *   S3Client.builder().endpointOverride(URI.create(aws.url())) ...
 * }
 * }</pre>
 */
public final class LocalAws implements AutoCloseable {
  private static final String RECORD = "endpoint.json";

  private final StateLock lock;
  private final StateFolder state;
  private final Endpoint endpoint;
  private final Services services;
  private boolean closed;

  /** The endpoint cannot start; the message is one line that says what to do. */
  public static final class CannotStart extends RuntimeException {
    private static final long serialVersionUID = 1;

    CannotStart(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private LocalAws(StateLock lock, StateFolder state, Endpoint endpoint, Services services) {
    this.lock = lock;
    this.state = state;
    this.endpoint = endpoint;
    this.services = services;
  }

  /**
   * Starts an endpoint, which answers when this returns.
   *
   * @throws CannotStart when the port is taken or the state folder cannot be used
   */
  public static LocalAws start(Options options) {
    return start(options, List.of());
  }

  static LocalAws start(Options options, List<ResourceType> more) {
    return start(options, more, type -> type);
  }

  /**
   * @param more types beside those of the endpoint
   * @param each what stands in the place of each type
   */
  static LocalAws start(
      Options options, List<ResourceType> more, UnaryOperator<ResourceType> each) {
    Path folder = options.state().toAbsolutePath().normalize();
    try {
      StateLock lock = StateLock.take(folder);
      try {
        return start(options, more, each, folder, lock);
      } catch (UncheckedIOException e) {
        if (!(e.getCause() instanceof JsonProcessingException)) {
          throw e;
        }
        lock.moveAside(e.getMessage().lines().findFirst().orElse(""));
      }
      return start(options, more, each, folder, StateLock.take(folder));
    } catch (StateLock.Unusable e) {
      throw new CannotStart(e.getMessage(), e);
    } catch (IOException | UncheckedIOException e) {
      throw new CannotStart("cannot use the state folder " + folder + ": " + e.getMessage(), e);
    }
  }

  private static LocalAws start(
      Options options,
      List<ResourceType> more,
      UnaryOperator<ResourceType> each,
      Path folder,
      StateLock lock) {
    Endpoint endpoint = null;
    Services services = null;
    try {
      endpoint = bind(options.port());
      StateFolder state = new StateFolder(folder);
      services = new Services(options, state, new S3Store(state), endpoint.url(), more, each);
      Map<String, Object> record = new LinkedHashMap<>();
      record.put("url", endpoint.url());
      record.put("port", endpoint.port());
      record.put("pid", ProcessHandle.current().pid());
      record.put("started", Instant.now().toString());
      record.put("state", folder.toString());
      record.put("region", options.region());
      record.put("account", options.accountId());
      record.put("version", version());
      endpoint.start(services.services(), new ObjectMapper().writeValueAsBytes(record));
      state.save(RECORD, record);
      services.recover();
      return new LocalAws(lock, state, endpoint, services);
    } catch (IOException | RuntimeException e) {
      if (services != null) {
        services.close();
      }
      if (endpoint != null) {
        endpoint.close();
      }
      lock.close();
      if (e instanceof CannotStart || e instanceof UncheckedIOException) {
        throw (RuntimeException) e;
      }
      throw new CannotStart("cannot start on " + folder + ": " + e.getMessage(), e);
    }
  }

  private static Endpoint bind(int port) throws IOException {
    try {
      return new Endpoint(port);
    } catch (BindException e) {
      throw new CannotStart(
          "port "
              + port
              + " on 127.0.0.1 is taken or not allowed ("
              + e.getMessage()
              + "); ./escala up --port N takes another",
          e);
    }
  }

  private static String version() {
    String version = LocalAws.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  /** Where clients find the endpoint: what {@code AWS_ENDPOINT_URL} is set to. */
  public String url() {
    return endpoint.url();
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return endpoint.port();
  }

  /** Stops everything that the endpoint runs; what it remembers stays. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      services.close();
      endpoint.close();
      state.delete(RECORD);
      lock.close();
    }
  }

  /**
   * Runs an endpoint until SIGTERM. Exit code 1 and one line on stderr when it cannot start, 2 for
   * wrong arguments.
   */
  public static void main(String[] args) {
    Options options;
    try {
      options = options(args);
    } catch (IllegalArgumentException | IOException e) {
      System.err.println("local-aws: " + e.getMessage());
      System.exit(2);
      return;
    }
    try {
      LocalAws aws = start(options);
      Runtime.getRuntime().addShutdownHook(new Thread(aws::close, "stop"));
      System.out.println("local-aws answers at " + aws.url() + ", state in " + options.state());
    } catch (CannotStart e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static Options options(String[] args) throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    Map<Integer, Path> javaHomes = new LinkedHashMap<>();
    List<String> known =
        List.of(
            "--state",
            "--port",
            "--spark-classpath-file",
            "--spark-jvm-options-file",
            "--spark-java",
            "--lambda-runtime",
            "--node-modules",
            "--java-home",
            "--region",
            "--account");
    for (int i = 0; i < args.length; i += 2) {
      if (!known.contains(args[i])) {
        throw new IllegalArgumentException(
            "unknown option " + args[i] + "; there are " + String.join(", ", known));
      }
      if (i + 1 == args.length) {
        throw new IllegalArgumentException(args[i] + " needs a value");
      }
      if (args[i].equals("--java-home")) {
        int equal = args[i + 1].indexOf('=');
        String release = equal == -1 ? "" : args[i + 1].substring(0, equal);
        if (!release.matches("\\d{1,3}")) {
          throw new IllegalArgumentException(
              "--java-home needs RELEASE=FOLDER such as 25=/opt/jdk-25, not " + args[i + 1]);
        }
        javaHomes.put(Integer.valueOf(release), Path.of(args[i + 1].substring(equal + 1)));
      } else if (values.put(args[i], args[i + 1]) != null) {
        throw new IllegalArgumentException(args[i] + " is given twice");
      }
    }
    if (!values.containsKey("--state")) {
      throw new IllegalArgumentException("--state FOLDER is missing");
    }
    String port = values.getOrDefault("--port", "0");
    if (!port.matches("\\d{1,5}")) {
      throw new IllegalArgumentException("--port needs a number from 0 to 65535, not " + port);
    }
    List<String> jvmOptions = new ArrayList<>();
    if (values.containsKey("--spark-jvm-options-file")) {
      Path file = existing(values, "--spark-jvm-options-file");
      jvmOptions.addAll(List.of(Files.readString(file).strip().split("\\s+")));
      jvmOptions.removeIf(String::isEmpty);
    }
    return new Options(
        Path.of(values.get("--state")),
        Integer.parseInt(port),
        existing(values, "--spark-classpath-file"),
        existing(values, "--lambda-runtime"),
        jvmOptions,
        existing(values, "--spark-java"),
        javaHomes,
        values.getOrDefault("--region", Options.DEFAULT_REGION),
        values.getOrDefault("--account", Options.DEFAULT_ACCOUNT),
        existing(values, "--node-modules"));
  }

  private static Path existing(Map<String, String> values, String option) {
    String value = values.get(option);
    if (value == null) {
      return null;
    }
    Path path = Path.of(value).toAbsolutePath();
    if (!Files.exists(path)) {
      throw new IllegalArgumentException(option + " " + path + " does not exist");
    }
    return path;
  }
}
