package io.escala.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;

/** What AWS answers when something is wrong, through the SDK's own clients. */
final class AwsFailureTest {
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server;
  private int status;
  private String body;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.getRequestBody().readAllBytes();
          byte[] answer = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          AccessDeniedException       | 400 | User: arn:aws:iam::111122223333:user/ann is not authorized to perform: elasticmapreduce:ListClusters on resource: * | no permission: User: arn:aws:iam::111122223333:user/ann is not authorized | have elasticmapreduce:ListClusters allowed
          UnrecognizedClientException | 400 | The security token included in the request is invalid. | AWS does not accept these credentials (UnrecognizedClientException) | aws sts get-caller-identity, with the same profile, until that works; if it does, region eu-west-1 may not be switched on
          ExpiredTokenException       | 400 | The security token included in the request is expired | the AWS credentials have expired | aws sso login
          InvalidRequestException     | 400 | Cluster id 'j-1' is not valid. | there is no cluster j-1 in region eu-west-1 of this account | ./escala clusters --all
          InvalidRequestException     | 400 | Step id 's-1' is not valid. | the cluster has no step s-1 | ./escala steps
          ValidationException         | 400 | The supplied release label is invalid: emr-spark-8.1.0. | region eu-west-1 does not have this EMR release | aws emr list-release-labels --region eu-west-1
          ValidationException         | 400 | A job flow that is shutting down, terminated, or finished may not be modified. | may not be modified | ./escala clusters
          ValidationException         | 400 | Could not shut down one or more job flows since they are termination protected. | termination protected | --no-termination-protected
          SomethingElseException      | 400 | Odd. | AWS says SomethingElseException: Odd | Odd
          """)
  void shouldSayWhatIsWrongAndWhatToDoNext(
      String code, int answered, String message, String wrong, String next) {
    // given
    status = answered;
    body = "{\"__type\":\"%s\",\"message\":\"%s\"}".formatted(code, message);

    // then
    assertThat(failureOf(Target.Kind.AWS)).contains(wrong, next).hasLineCount(1);
  }

  @Test
  void shouldTryThrottledCallsAgainBeforeItComplains() {
    // given
    status = 400;
    body = "{\"__type\":\"ThrottlingException\",\"message\":\"Rate exceeded\"}";

    // when
    String said = failureOf(Target.Kind.AWS);

    // then
    assertThat(said)
        .contains("AWS throttles the calls of this account (ThrottlingException)")
        .contains("after " + requests.get() + " attempts", "in a minute");
    assertThat(requests.get()).isGreaterThan(1);
  }

  @Test
  void shouldTellTheEndpointOfThisMachineFromAws() {
    // given
    server.stop(0);

    // then
    assertThat(failureOf(Target.Kind.LOCAL))
        .contains("does not answer any more; ./escala up starts it again");
    assertThat(failureOf(Target.Kind.ENDPOINT)).contains("nothing answers at AWS_ENDPOINT_URL");
    assertThat(failureOf(Target.Kind.AWS))
        .contains("AWS does not answer from region eu-west-1", "Connect");
  }

  private String failureOf(Target.Kind kind) {
    Target target =
        new Target(
            kind,
            Optional.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
            Region.EU_WEST_1,
            StaticCredentialsProvider.create(AwsBasicCredentials.create("any", "any")));
    try (Aws aws = new Aws(target)) {
      return AwsFailure.of(
              catchThrowableOfType(SdkException.class, () -> aws.emr().listClusters()), target)
          .getMessage();
    }
  }
}
