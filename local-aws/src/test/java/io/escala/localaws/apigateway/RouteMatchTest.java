package io.escala.localaws.apigateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouteMatchTest {
  private static final List<ApiRecord.Route> ROUTES =
      Stream.of(
              "$default",
              "ANY /{proxy+}",
              "POST /v1/{proxy+}",
              "ANY /v1/models",
              "GET /v1/models",
              "GET /v1/models/{model}",
              "GET /v1/models/bank")
          .map(key -> new ApiRecord.Route(key, key, "NONE", "i"))
          .toList();

  @Test
  void theMostSpecificRouteWins() {
    assertThat(route("GET", "/v1/models")).isEqualTo("GET /v1/models");
    assertThat(route("PUT", "/v1/models")).isEqualTo("ANY /v1/models");
    assertThat(route("GET", "/v1/models/bank")).isEqualTo("GET /v1/models/bank");
    assertThat(route("GET", "/v1/models/wine")).isEqualTo("GET /v1/models/{model}");
    assertThat(route("POST", "/v1/models/bank:predict")).isEqualTo("POST /v1/{proxy+}");
    assertThat(route("GET", "/v2/health/live")).isEqualTo("ANY /{proxy+}");
  }

  @Test
  void whatNoRouteNamesGoesToTheDefault() {
    List<ApiRecord.Route> routes = List.of(ROUTES.get(0), ROUTES.get(2));

    assertThat(RouteMatch.find(routes, "GET", "/v1/a").orElseThrow().route().key())
        .isEqualTo("$default");
    assertThat(RouteMatch.find(List.of(ROUTES.get(2)), "GET", "/v1/a")).isEmpty();
  }

  private static String route(String method, String path) {
    return RouteMatch.find(ROUTES, method, path).orElseThrow().route().key();
  }
}
