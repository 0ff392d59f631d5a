package io.escala.localaws.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A part of a list that is answered in parts.
 *
 * @param next where the next part begins, as the caller gives it back; empty for the last part
 */
public record Page<T>(List<T> items, Optional<String> next) {

  /**
   * A part of a list.
   *
   * @param token where it begins; empty for the first
   * @param most how many items it has at most
   * @throws IllegalArgumentException when no answer had that token
   */
  public static <T> Page<T> of(List<T> all, String token, int most) {
    if (!token.isEmpty() && !token.matches("\\d{1,9}")) {
      throw new IllegalArgumentException("'" + token + "' is no token of an answer");
    }
    int from = token.isEmpty() ? 0 : Math.min(all.size(), Integer.parseInt(token));
    int to = (int) Math.min(all.size(), (long) from + most);
    return new Page<>(
        List.copyOf(all.subList(from, to)),
        to < all.size() ? Optional.of(Integer.toString(to)) : Optional.empty());
  }

  /**
   * The part that a request of a REST service asks for, of 50 items unless it says how many.
   *
   * @param tokenName the query parameter with the token
   * @param mostName the query parameter with how many items
   * @throws AwsException ValidationException
   */
  public static <T> Page<T> of(List<T> all, AwsRequest request, String tokenName, String mostName) {
    String most = request.query(mostName).orElse("50");
    if (!most.matches("[1-9]\\d{0,4}")) {
      throw validation(mostName + " is a whole number from 1, unlike " + most);
    }
    try {
      return of(all, request.query(tokenName).orElse(""), Integer.parseInt(most));
    } catch (IllegalArgumentException e) {
      throw validation(tokenName + ": " + e.getMessage());
    }
  }

  private static AwsException validation(String message) {
    return new AwsException(400, "ValidationException", message);
  }

  /**
   * As it is answered.
   *
   * @param list the member with the items
   * @param token the member that says where the next part begins
   */
  public ObjectNode json(String list, String token, Function<T, ? extends JsonNode> item) {
    ObjectNode json = JsonProtocol.object();
    ArrayNode array = json.putArray(list);
    items.forEach(each -> array.add(item.apply(each)));
    next.ifPresent(where -> json.put(token, where));
    return json;
  }
}
