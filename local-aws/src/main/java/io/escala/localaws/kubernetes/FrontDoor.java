package io.escala.localaws.kubernetes;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.jetty.client.DuplexConnectionPool;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.proxy.ProxyHandler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.SocketAddressResolver;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A Service's address on this machine: one port of 127.0.0.1 that gives each request to the ready
 * pod with the fewest requests under way. What a pod does not accept goes to the next one; what a
 * pod accepted is never sent again, for nobody knows how much of it was done.
 */
final class FrontDoor implements AutoCloseable {
  private static final int CONNECT_MILLIS = 2000;

  /** An Application Load Balancer's idle timeout. */
  private static final int IDLE_MILLIS = 60_000;

  private static final int REQUESTS = 1024;

  private final String service;
  private final Server server;
  private final ServerConnector connector;
  private final AtomicInteger turn = new AtomicInteger();
  private final Map<InetSocketAddress, AtomicInteger> underWay = new ConcurrentHashMap<>();
  private final Map<InetSocketAddress, AtomicLong> accepted = new ConcurrentHashMap<>();
  private volatile List<InetSocketAddress> pods = List.of();

  /** How many requests have no connection to a pod yet, of those that began with these pods. */
  private final AtomicReference<AtomicInteger> choosing =
      new AtomicReference<>(new AtomicInteger());

  /** The same of those that began with other pods, which they may still choose. */
  private final List<AtomicInteger> choosingFromEarlier = new CopyOnWriteArrayList<>();

  /**
   * Opens the port.
   *
   * @param service whose name errors say
   * @param port the first that is tried; 0 for any
   */
  FrontDoor(String service, int port) throws IOException {
    this.service = service;
    QueuedThreadPool pool = new QueuedThreadPool(32, 4);
    pool.setName("front-door");
    pool.setDaemon(true);
    server = new Server(pool);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setIdleTimeout(IDLE_MILLIS);
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    connector.setAcceptQueueSize(1024);
    server.addConnector(connector);
    server.setHandler(new Balancer());
    server.setStopTimeout(0);
    try {
      server.start();
    } catch (IOException e) {
      close();
      throw e;
    } catch (Exception e) {
      close();
      throw new IOException("the front door of " + service + " did not open: " + e, e);
    }
  }

  /** Opens the first free port from this one on. */
  static FrontDoor openFrom(String service, int port) throws IOException {
    for (int next = port; next > 0 && next < port + 100; next++) {
      try {
        return new FrontDoor(service, next);
      } catch (IOException e) {
        if (!(e instanceof BindException || e.getCause() instanceof BindException)) {
          throw e;
        }
      }
    }
    return new FrontDoor(service, 0);
  }

  int port() {
    return connector.getLocalPort();
  }

  /** A pod that is gone is forgotten: what comes at its address later is another. */
  void forget(InetSocketAddress pod) {
    underWay.remove(pod);
    accepted.remove(pod);
  }

  /** From now on requests go to these pods. */
  void use(List<InetSocketAddress> addresses) {
    if (!addresses.equals(pods)) {
      // First the pods: a request that counts itself after the exchange below chooses from these.
      pods = List.copyOf(addresses);
      choosingFromEarlier.add(choosing.getAndSet(new AtomicInteger()));
    }
  }

  List<InetSocketAddress> endpoints() {
    return pods;
  }

  /** Whether nothing is under way at any pod. */
  boolean isIdle() {
    return choosing.get().get() == 0
        && choosingFromEarlier.stream().allMatch(count -> count.get() == 0)
        && underWay.values().stream().allMatch(count -> count.get() == 0);
  }

  /** How many requests are under way at a pod, or may be on their way to it. */
  int underWay(InetSocketAddress pod) {
    choosingFromEarlier.removeIf(count -> count.get() == 0);
    return connected(pod) + choosingFromEarlier.stream().mapToInt(AtomicInteger::get).sum();
  }

  private int connected(InetSocketAddress pod) {
    AtomicInteger count = underWay.get(pod);
    return count == null ? 0 : count.get();
  }

  /** How many requests a pod has accepted. */
  long accepted(InetSocketAddress pod) {
    AtomicLong count = accepted.get(pod);
    return count == null ? 0 : count.get();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      System.err.println("local-aws: the front door of " + service + " did not close: " + e);
    }
  }

  /** The least busy first; those equally busy in turn. */
  private List<InetSocketAddress> inOrder() {
    List<InetSocketAddress> ordered = new ArrayList<>(pods);
    if (!ordered.isEmpty()) {
      Collections.rotate(ordered, -Math.floorMod(turn.getAndIncrement(), ordered.size()));
    }
    ordered.sort(Comparator.comparingInt(this::connected));
    return ordered;
  }

  private final class Balancer extends ProxyHandler.Reverse {
    Balancer() {
      super(request -> HttpURI.build(request.getHttpURI()).scheme("http").authority("pods", 80));
      setViaHost("front-door");
    }

    @Override
    protected HttpClient newHttpClient() {
      ClientConnector connections = new ClientConnector();
      QueuedThreadPool pool = new QueuedThreadPool(16, 2);
      pool.setName("front-door-pods");
      pool.setDaemon(true);
      connections.setExecutor(pool);
      HttpClientTransportOverHTTP transport = new HttpClientTransportOverHTTP(connections);
      // A connection for each request: whether a pod takes it is known before anything is sent
      transport.setConnectionPoolFactory(
          destination -> {
            DuplexConnectionPool connectionPool = new DuplexConnectionPool(destination, REQUESTS);
            connectionPool.setMaxUsage(1);
            return connectionPool;
          });
      return new HttpClient(transport);
    }

    @Override
    protected void configureHttpClient(HttpClient client) {
      super.configureHttpClient(client);
      client.setMaxConnectionsPerDestination(REQUESTS);
      client.setConnectTimeout(CONNECT_MILLIS);
      client.setIdleTimeout(IDLE_MILLIS);
      client.setUserAgentField(null);
      client.setSocketAddressResolver(new Pods());
      client.addBean(new Counter());
    }

    /** Counts the request until it has a connection, or none. */
    @Override
    protected org.eclipse.jetty.client.Request newProxyToServerRequest(
        Request request, HttpURI address) {
      AtomicInteger count = choosing.get();
      count.incrementAndGet();
      AtomicBoolean counted = new AtomicBoolean(true);
      Runnable chosen =
          () -> {
            if (counted.getAndSet(false)) {
              count.decrementAndGet();
            }
          };
      return super.newProxyToServerRequest(request, address)
          .onRequestBegin(sent -> chosen.run())
          .onRequestFailure((sent, failure) -> chosen.run())
          .onComplete(result -> chosen.run());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      String host = Request.getServerName(request);
      if (!host.equals("127.0.0.1") && !host.equals("localhost")) {
        fail(
            response,
            callback,
            HttpStatus.FORBIDDEN_403,
            "the front door answers for 127.0.0.1 and localhost only");
        return true;
      }
      if (pods.isEmpty()) {
        fail(
            response,
            callback,
            HttpStatus.SERVICE_UNAVAILABLE_503,
            "no pod of " + service + " is ready");
        return true;
      }
      return super.handle(request, response, callback);
    }

    @Override
    protected void onServerToProxyResponseFailure(
        Request request,
        org.eclipse.jetty.client.Request sent,
        org.eclipse.jetty.client.Response answer,
        Response response,
        Callback callback,
        Throwable failure) {
      if (response.isCommitted()) {
        callback.failed(failure);
      } else if (neverReached(failure)) {
        fail(
            response,
            callback,
            HttpStatus.SERVICE_UNAVAILABLE_503,
            "no pod of " + service + " accepts connections");
      } else if (failure instanceof TimeoutException) {
        fail(
            response,
            callback,
            HttpStatus.GATEWAY_TIMEOUT_504,
            "the pod of " + service + " that has the request does not answer");
      } else {
        fail(
            response,
            callback,
            HttpStatus.BAD_GATEWAY_502,
            "the pod of " + service + " that had the request ended before it answered");
      }
    }

    private boolean neverReached(Throwable failure) {
      return failure instanceof ConnectException || failure instanceof SocketTimeoutException;
    }

    private void fail(Response response, Callback callback, int status, String message) {
      response.getHeaders().clear();
      response.setStatus(status);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      Content.Sink.write(response, true, "{\"error\":\"" + message + "\"}", callback);
    }
  }

  /** Resolves to the pods: the client connects to the first that accepts. */
  private final class Pods implements SocketAddressResolver {
    @Override
    public void resolve(
        String host,
        int port,
        Map<String, Object> context,
        Promise<List<InetSocketAddress>> found) {
      List<InetSocketAddress> addresses = inOrder();
      if (addresses.isEmpty()) {
        found.failed(new ConnectException("no pod is ready"));
      } else {
        found.succeeded(addresses);
      }
    }
  }

  /**
   * Each connection to a pod is one request. One that is closed does not tell its address any more.
   */
  private final class Counter implements Connection.Listener {
    private final Map<Connection, InetSocketAddress> pods = new ConcurrentHashMap<>();

    @Override
    public void onOpened(Connection connection) {
      if (connection.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress pod) {
        pods.put(connection, pod);
        underWay.computeIfAbsent(pod, p -> new AtomicInteger()).incrementAndGet();
        accepted.computeIfAbsent(pod, p -> new AtomicLong()).incrementAndGet();
      }
    }

    @Override
    public void onClosed(Connection connection) {
      InetSocketAddress pod = pods.remove(connection);
      if (pod != null) {
        underWay.computeIfPresent(
            pod,
            (p, count) -> {
              int unused = count.updateAndGet(n -> Math.max(0, n - 1));
              return count;
            });
      }
    }
  }
}
