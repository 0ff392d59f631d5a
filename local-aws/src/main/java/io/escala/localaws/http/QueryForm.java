package io.escala.localaws.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * The parameters of a request in AWS's query protocol, which remembers what was read: a parameter
 * that an operation does not read fails it, by name.
 */
public final class QueryForm {
  private final Map<String, String> values;
  private final String prefix;
  private final Set<String> unread;

  private QueryForm(Map<String, String> values, String prefix, Set<String> unread) {
    this.values = values;
    this.prefix = prefix;
    this.unread = unread;
  }

  /** Reads the parameters from the body, or for a GET from the query. */
  public static QueryForm of(AwsRequest request) throws IOException {
    Map<String, String> values = new LinkedHashMap<>();
    request.query().forEach((name, list) -> values.put(name, list.get(0)));
    String body = new String(request.body().readAllBytes(), UTF_8);
    for (String pair : body.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equal = pair.indexOf('=');
        String name = equal == -1 ? pair : pair.substring(0, equal);
        try {
          values.put(
              URLDecoder.decode(name, UTF_8),
              equal == -1 ? "" : URLDecoder.decode(pair.substring(equal + 1), UTF_8));
        } catch (IllegalArgumentException e) {
          throw new AwsException(400, "MalformedQueryString", "cannot decode " + pair);
        }
      }
    }
    Set<String> unread = new TreeSet<>(values.keySet());
    unread.removeIf(name -> name.startsWith("X-Amz-"));
    QueryForm form = new QueryForm(values, "", unread);
    form.text("Version");
    return form;
  }

  /** The operation. */
  public String action() {
    return text("Action")
        .orElseThrow(
            () -> new AwsException(400, "MissingAction", "the request has no parameter Action"));
  }

  /** A parameter, if it was sent. */
  public Optional<String> text(String name) {
    unread.remove(prefix + name);
    return Optional.ofNullable(values.get(prefix + name));
  }

  /** A parameter that must be there. */
  public String require(String name) {
    return text(name)
        .filter(value -> !value.isEmpty())
        .orElseThrow(
            () ->
                new AwsException(
                    400, "ValidationError", "the parameter " + prefix + name + " is missing"));
  }

  /** A boolean; {@code false} when absent. */
  public boolean flag(String name) {
    return text(name).map(Boolean::parseBoolean).orElse(false);
  }

  /** The texts of a list such as {@code Capabilities.member.N}. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (int i = 1; values.containsKey(prefix + name + ".member." + i); i++) {
      text(name + ".member." + i).ifPresent(texts::add);
    }
    unread.remove(prefix + name);
    return texts;
  }

  /** The structures of a list such as {@code Parameters.member.N.ParameterKey}. */
  public List<QueryForm> members(String name) {
    List<QueryForm> members = new ArrayList<>();
    for (int i = 1; ; i++) {
      String start = prefix + name + ".member." + i + ".";
      if (values.keySet().stream().noneMatch(key -> key.startsWith(start))) {
        break;
      }
      members.add(new QueryForm(values, start, unread));
    }
    unread.remove(prefix + name);
    return members;
  }

  /** Takes a parameter that may only have one value, the one that means nothing. */
  public void only(String name, String value) {
    text(name)
        .filter(sent -> !sent.equals(value))
        .ifPresent(
            sent -> {
              throw new AwsException(
                  400,
                  "ValidationError",
                  "local-aws handles " + prefix + name + "=" + value + " only, not " + sent);
            });
  }

  /** Takes parameters that mean nothing here. */
  public void ignore(String... names) {
    for (String name : names) {
      unread.removeIf(left -> left.equals(name) || left.startsWith(name + "."));
    }
  }

  /** Fails, with the names, when a parameter was not read. */
  public void requireAllRead(String operation) {
    if (!unread.isEmpty()) {
      throw new AwsException(
          400,
          "ValidationError",
          "local-aws does not handle the parameter"
              + (unread.size() == 1 ? " " : "s ")
              + String.join(", ", unread)
              + " of "
              + operation);
    }
  }

  /** An answer: {@code <ActionResponse><ActionResult>…}. */
  public static AwsResponse answer(String action, String namespace, Consumer<Xml> result) {
    String id = UUID.randomUUID().toString();
    return xml(
        200,
        Xml.document(
            action + "Response",
            namespace,
            root ->
                root.element(action + "Result", result)
                    .element("ResponseMetadata", m -> m.text("RequestId", id))));
  }

  /** An error. */
  public static AwsResponse error(String namespace, AwsException error) {
    String id = UUID.randomUUID().toString();
    return xml(
        error.status(),
        Xml.document(
            "ErrorResponse",
            namespace,
            root ->
                root.element(
                        "Error",
                        e ->
                            e.text("Type", error.status() < 500 ? "Sender" : "Receiver")
                                .text("Code", error.code())
                                .text("Message", error.getMessage()))
                    .text("RequestId", id)));
  }

  private static AwsResponse xml(int status, byte[] body) {
    return AwsResponse.of(status, Map.of("Content-Type", "text/xml"), body);
  }
}
