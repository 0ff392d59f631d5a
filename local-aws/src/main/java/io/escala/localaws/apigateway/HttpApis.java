package io.escala.localaws.apigateway;

import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.http.AwsException;
import io.escala.localaws.state.StateFolder;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** All HTTP APIs, each open on its port. */
public final class HttpApis implements AutoCloseable {
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int PORTS = 200;

  private final StateFolder state;
  private final FunctionInvoker invoker;
  private final String accountId;
  private final int firstPort;
  private final Map<String, ApiRecord> apis = new ConcurrentHashMap<>();
  private final Map<String, ApiServer> servers = new ConcurrentHashMap<>();

  /**
   * The APIs that the state folder remembers, open again.
   *
   * @param firstPort the first port that a new API may get
   */
  public HttpApis(StateFolder state, FunctionInvoker invoker, String accountId, int firstPort)
      throws IOException {
    this.state = state;
    this.invoker = invoker;
    this.accountId = accountId;
    this.firstPort = firstPort;
    for (ApiRecord api : state.loadAll("apigateway", ApiRecord.class)) {
      int port = open(api.id(), api.port());
      if (port != api.port()) {
        System.err.println(
            "local-aws: the port of the API "
                + api.name()
                + ", "
                + api.port()
                + ", is taken; it is at http://127.0.0.1:"
                + port
                + " now, but the stacks' outputs name the old one until they are deployed anew");
      }
      save(api.at(port));
      servers.get(api.id()).start();
    }
  }

  /** The resource types of HTTP APIs. */
  public List<ResourceType> types() {
    return List.of(
        new ApiType(this), new IntegrationType(this), new RouteType(this), new StageType(this));
  }

  /** All, the oldest first. */
  List<ApiRecord> all() {
    return apis.values().stream().sorted(Comparator.comparingLong(ApiRecord::created)).toList();
  }

  /** An API by its id, or by the token it was made with. */
  Optional<ApiRecord> find(String idOrToken) {
    return apis.values().stream()
        .filter(api -> api.id().equals(idOrToken) || api.token().equals(idOrToken))
        .findFirst();
  }

  /**
   * An API.
   *
   * @throws AwsException NotFoundException
   */
  ApiRecord require(String id) {
    return Optional.ofNullable(apis.get(id))
        .orElseThrow(
            () ->
                new AwsException(
                    404, "NotFoundException", "Invalid API identifier specified " + id));
  }

  synchronized ApiRecord create(String token, String name, String description, ApiRecord.Cors cors)
      throws IOException {
    String id = newId(10);
    int port = open(id, firstPort);
    ApiRecord api =
        new ApiRecord(
            id,
            token,
            name,
            description,
            port,
            cors,
            Map.of(),
            Map.of(),
            Map.of(),
            System.currentTimeMillis());
    save(api);
    servers.get(id).start();
    return api;
  }

  synchronized void change(String id, UnaryOperator<ApiRecord> change) {
    save(change.apply(require(id)));
  }

  synchronized void delete(String id) {
    ApiServer server = servers.remove(id);
    if (server != null) {
      server.close();
    }
    apis.remove(id);
    state.delete("apigateway/" + id + ".json");
  }

  @Override
  public void close() {
    servers.values().forEach(ApiServer::close);
  }

  static String newId(int length) {
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < length; i++) {
      id.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return id.toString();
  }

  /** Takes the wished port, else the first free one from where ports start. */
  private int open(String id, int wished) throws IOException {
    IOException last;
    try {
      return open(wished, id);
    } catch (IOException e) {
      last = e;
    }
    for (int port = firstPort; port < Math.min(firstPort + PORTS, 65_536); port++) {
      try {
        return open(port, id);
      } catch (IOException e) {
        last = e;
      }
    }
    throw new IOException(
        "no port is free from " + firstPort + " to " + (firstPort + PORTS - 1), last);
  }

  private int open(int port, String id) throws IOException {
    ApiServer server = new ApiServer(port, () -> apis.get(id), invoker, accountId);
    servers.put(id, server);
    return server.port();
  }

  private void save(ApiRecord api) {
    state.save("apigateway/" + api.id() + ".json", api);
    apis.put(api.id(), api);
  }
}
