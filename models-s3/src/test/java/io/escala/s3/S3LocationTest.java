package io.escala.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class S3LocationTest {
  @ParameterizedTest
  @CsvSource({
    "s3://escala-data/models, eu-west-1, https://escala-data.s3.eu-west-1.amazonaws.com/models/bank/current.json",
    "s3://escala-data/models/, eu-west-1, https://escala-data.s3.eu-west-1.amazonaws.com/models/bank/current.json",
    "s3://escala-data, us-east-1, https://escala-data.s3.us-east-1.amazonaws.com/bank/current.json",
    "s3://my.data/a b+c, eu-west-1, https://s3.eu-west-1.amazonaws.com/my.data/a%20b%2Bc/bank/current.json",
    "s3://escala-data/m, cn-north-1, https://escala-data.s3.cn-north-1.amazonaws.com.cn/m/bank/current.json",
  })
  void shouldFindAnObjectInAws(String s3Uri, String region, String uri) {
    // when
    S3Location location = S3Location.of(s3Uri, Map.of("AWS_REGION", region));

    // then
    assertThat(location.uri(location.key("bank/current.json"))).hasToString(uri);
  }

  @Test
  void shouldAskAnotherEndpointByPathAndPreferTheOneForS3() {
    // given
    Map<String, String> environment =
        Map.of(
            "AWS_REGION", "eu-west-1",
            "AWS_ENDPOINT_URL", "http://127.0.0.1:1/",
            "AWS_ENDPOINT_URL_S3", "http://127.0.0.1:2/");

    // when
    S3Location location = S3Location.of("s3://escala-data/models", environment);

    // then
    assertThat(location.uri("models/x")).hasToString("http://127.0.0.1:2/escala-data/models/x");
  }

  @ParameterizedTest
  @CsvSource({
    "s3://, eu-west-1",
    "s3:///models, eu-west-1",
    "s3://Bucket/models, eu-west-1",
    "s3://bucket/models, ''"
  })
  void shouldRefuseWhatIsNoPlace(String s3Uri, String region) {
    assertThatThrownBy(() -> S3Location.of(s3Uri, Map.of("AWS_REGION", region)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
