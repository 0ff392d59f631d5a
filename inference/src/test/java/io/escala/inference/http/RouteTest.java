package io.escala.inference.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteTest {
  @ParameterizedTest
  @CsvSource({
    "/,                                  /,                                           ",
    "/v2/health/ready,                   /v2/health/ready,                            ",
    "/classify_digit,                    /classify_digit,                             digits",
    "/v1/models/bank:predict,            /v1/models/{model}:predict,                  bank",
    "/v1/models/bank%3Apredict,          /v1/models/{model}:predict,                  bank",
    "/v1/models/bank,                    /v1/models/{model},                          bank",
    "/models/b%61nk,                     /models/{model},                             bank",
    "/v2/models/bank,                    /v2/models/{model},                          bank",
    "/v2/models/bank/infer,              /v2/models/{model}/infer,                    bank",
    "/v2/models/bank/versions/9/ready,   /v2/models/{model}/versions/{version}/ready, bank",
    "/v1/models/secret:predict,          other,                                       ",
    "/v2/models/bank/secret,             other,                                       ",
    "/v2/models/bank/versions/9/infer/x, other,                                       ",
    "/v2/models/%zz,                     other,                                       ",
    "secret,                             other,                                       "
  })
  void shouldNameAPathByWhatItIsForAndNothingThatAClientMadeUp(
      String path, String template, String model) {
    // when
    Route route = Route.of(path, Set.of("bank", "digits"));

    // then
    assertThat(route.template()).isEqualTo(template);
    assertThat(route.model().orElse(null)).isEqualTo(model);
  }
}
