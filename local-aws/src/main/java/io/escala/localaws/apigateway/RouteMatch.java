package io.escala.localaws.apigateway;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The route that a request takes.
 *
 * @param parameters what stands in the place of {@code {name}} and {@code {name+}}
 */
record RouteMatch(ApiRecord.Route route, Map<String, String> parameters) {
  private static final int STATIC = 0;
  private static final int PARAMETER = 1;
  private static final int GREEDY = 2;

  private record Candidate(RouteMatch match, List<Integer> kinds, boolean anyMethod) {}

  /**
   * Finds the most specific route: segment by segment text before a parameter before a greedy one,
   * then the method before {@code ANY}, then {@code $default}.
   *
   * @param path decoded, without the stage
   */
  static Optional<RouteMatch> find(Collection<ApiRecord.Route> routes, String method, String path) {
    List<Candidate> candidates = new ArrayList<>();
    RouteMatch otherwise = null;
    for (ApiRecord.Route route : routes) {
      if (route.key().equals("$default")) {
        otherwise = new RouteMatch(route, Map.of());
        continue;
      }
      String[] key = route.key().split(" ", 2);
      if (key[0].equals("ANY") || key[0].equals(method)) {
        match(route, key[1], path, key[0].equals("ANY")).ifPresent(candidates::add);
      }
    }
    Optional<RouteMatch> best = candidates.stream().min(RouteMatch::compare).map(Candidate::match);
    return best.isPresent() ? best : Optional.ofNullable(otherwise);
  }

  private static Optional<Candidate> match(
      ApiRecord.Route route, String pattern, String path, boolean anyMethod) {
    List<String> want = segments(pattern);
    List<String> have = segments(path);
    Map<String, String> parameters = new LinkedHashMap<>();
    List<Integer> kinds = new ArrayList<>();
    for (int i = 0; i < want.size(); i++) {
      String segment = want.get(i);
      if (segment.startsWith("{") && segment.endsWith("+}")) {
        if (i >= have.size()) {
          return Optional.empty();
        }
        parameters.put(
            segment.substring(1, segment.length() - 2),
            String.join("/", have.subList(i, have.size())));
        kinds.add(GREEDY);
        return Optional.of(new Candidate(new RouteMatch(route, parameters), kinds, anyMethod));
      }
      if (i >= have.size()) {
        return Optional.empty();
      }
      if (segment.startsWith("{") && segment.endsWith("}")) {
        if (have.get(i).isEmpty()) {
          return Optional.empty();
        }
        parameters.put(segment.substring(1, segment.length() - 1), have.get(i));
        kinds.add(PARAMETER);
      } else if (segment.equals(have.get(i))) {
        kinds.add(STATIC);
      } else {
        return Optional.empty();
      }
    }
    return want.size() == have.size()
        ? Optional.of(new Candidate(new RouteMatch(route, parameters), kinds, anyMethod))
        : Optional.empty();
  }

  private static int compare(Candidate a, Candidate b) {
    for (int i = 0; i < Math.min(a.kinds().size(), b.kinds().size()); i++) {
      int kind = Integer.compare(a.kinds().get(i), b.kinds().get(i));
      if (kind != 0) {
        return kind;
      }
    }
    return Comparator.comparing(Candidate::anyMethod).compare(a, b);
  }

  private static List<String> segments(String path) {
    return List.of(path.replaceFirst("^/", "").split("/", -1));
  }
}
