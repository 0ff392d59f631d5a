package io.escala.localaws.lambda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.escala.localaws.cloudformation.Resource;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CustomResourceTest {
  /** Answers as the CDK's own handlers do: over https, to the URL's host and path only. */
  private static final String HANDLER =
      """
      const https = require('https');
      exports.handler = async (event) => {
        const { RequestType, ResourceProperties, PhysicalResourceId } = event;
        if (ResourceProperties.Do === 'throw') { throw new TypeError('the handler threw'); }
        const body = JSON.stringify({
          Status: ResourceProperties.Do === 'fail' ? 'FAILED' : 'SUCCESS',
          Reason: ResourceProperties.Do === 'fail' ? 'the bucket is locked' : '',
          PhysicalResourceId: ResourceProperties.Id || PhysicalResourceId || 'first',
          StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId,
          Data: { Seen: RequestType + ' ' + typeof ResourceProperties.Number + ' ' + event.ResourceType,
                  Old: JSON.stringify(event.OldResourceProperties || {}) },
        });
        console.log('did', RequestType, PhysicalResourceId);
        const url = new URL(event.ResponseURL);
        await new Promise((resolve, reject) => {
          const request = https.request(
            { hostname: url.hostname, path: url.pathname + url.search, method: 'PUT',
              headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) } },
            (response) => { response.resume(); resolve(); });
          request.on('error', reject);
          request.end(body);
        });
      };
      """;

  @TempDir Path folder;
  private LambdaFixture lambda;

  @BeforeEach
  void start() {
    assumeTrue(
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(each -> Files.isExecutable(Path.of(each, "node"))),
        "Node is not on the PATH; custom resources of the CDK need it");
    lambda = new LambdaFixture(folder);
  }

  @AfterEach
  void stop() {
    if (lambda != null) {
      lambda.close();
    }
  }

  @Test
  void aFunctionThatAnswersFailedFailsTheResourceWithItsReason() throws Exception {
    String arn = lambda.nodeFunction(HANDLER);

    assertThatThrownBy(() -> create(arn, "\"Do\": \"fail\""))
        .hasMessage(
            "Received response status [FAILED] from custom resource. Message returned: the bucket is"
                + " locked");
  }

  @Test
  void aFunctionThatThrowsFailsTheResourceAtOnce() throws Exception {
    String arn = lambda.nodeFunction(HANDLER);

    assertThatThrownBy(() -> create(arn, "\"Do\": \"throw\""))
        .hasMessage("Custom::Thing Create failed in its function: TypeError: the handler threw");
  }

  @Test
  void aFunctionThatCannotBeLoadedFailsTheResourceWithItsReason() throws Exception {
    String arn = lambda.nodeFunction("require('no-such-module');");

    assertThatThrownBy(() -> create(arn, "\"Do\": \"it\""))
        .hasMessageContaining("Cannot find module 'no-such-module'");
  }

  @Test
  void aFunctionThatNeverAnswersIsGivenUp() throws Exception {
    String arn = lambda.nodeFunction("exports.handler = async () => {};");

    assertThatThrownBy(() -> create(arn, "\"ServiceTimeout\": \"1\""))
        .hasMessage("Custom::Thing Create: its function did not answer within 1 seconds");
  }

  @Test
  void aFunctionsAnswerIsTheResource() throws Exception {
    // given
    String arn = lambda.nodeFunction(HANDLER);

    // when
    Resource resource = create(arn, "\"Number\": 5");

    // then
    assertThat(resource.physicalId()).isEqualTo("first");
    assertThat(resource.attributes()).containsEntry("Seen", "Create string Custom::Thing");
  }

  @Test
  void aNewPhysicalIdReplacesTheResourceAndTheOldOneIsDeleted() throws Exception {
    // given
    String arn = lambda.nodeFunction(HANDLER);
    Resource first = create(arn, "\"Number\": 5");

    // when
    Resource second =
        lambda
            .type("Custom::*")
            .update(
                LambdaFixture.CONTEXT,
                first,
                properties(arn, "\"Number\": 5"),
                properties(arn, "\"Id\": \"second\""));

    // then
    assertThat(second.physicalId()).isEqualTo("second");
    assertThat(second.attributes().get("Old").toString()).contains("\"Number\":\"5\"");
    assertThat(log()).contains("did Update first", "did Delete first");
  }

  private Resource create(String arn, String more) throws Exception {
    return lambda.type("Custom::*").create(LambdaFixture.CONTEXT, properties(arn, more));
  }

  private static io.escala.localaws.cloudformation.ResourceProperties properties(
      String arn, String more) throws Exception {
    return LambdaFixture.properties(
        "Custom::Thing", "{\"ServiceToken\": \"%s\", %s}".formatted(arn, more));
  }

  private String log() throws Exception {
    StringBuilder all = new StringBuilder();
    try (var files = Files.walk(folder.resolve("lambda"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".log")).toList()) {
        all.append(Files.readString(file, StandardCharsets.UTF_8));
      }
    }
    return all.toString();
  }
}
