package io.escala.cli.gone;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.escala.cli.emr.Laptop;
import io.escala.localaws.state.FileTree;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.cloudformation.model.OnFailure;

/** On the endpoint of this machine. */
final class VerifyGoneCommandTest {
  private static final String KEEPS_A_BUCKET =
      "{\"Resources\": {\"Requests\": {\"Type\": \"AWS::SQS::Queue\"},"
          + " \"Rows\": {\"Type\": \"AWS::S3::Bucket\", \"DeletionPolicy\": \"Retain\"}}}";

  @TempDir Path root;

  @Test
  void shouldFindWhatIsLeftUntilNothingIs() throws Exception {
    try (Laptop laptop = new Laptop(root, root)) {
      // given
      laptop.aws().s3().deleteBucket(r -> r.bucket("jobs"));
      laptop
          .aws()
          .cloudFormation()
          .createStack(
              r -> r.stackName("Mine").templateBody(KEEPS_A_BUCKET).onFailure(OnFailure.ROLLBACK));
      laptop.aws().cloudFormation().waiter().waitUntilStackCreateComplete(r -> r.stackName("Mine"));

      // when
      Laptop.Run stack = Laptop.escala("verify-gone");
      laptop.aws().cloudFormation().deleteStack(r -> r.stackName("Mine"));
      laptop.aws().cloudFormation().waiter().waitUntilStackDeleteComplete(r -> r.stackName("Mine"));
      Laptop.Run bucket = Laptop.escala("verify-gone", "--json");
      JsonNode left = bucket.json().path("left");
      laptop.aws().s3().deleteBucket(r -> r.bucket(left.at("/0/id").asText()));
      Laptop.Run gone = Laptop.escala("verify-gone");

      // then
      assertThat(stack.exit()).isEqualTo(1);
      assertThat(stack.out())
          .contains("stack Mine (CREATE_COMPLETE)", "  remove  npx cdk destroy Mine")
          .contains("bucket mine-rows-", "queue Mine-Requests-", "3 things are left.")
          .contains("  remove  aws sqs delete-queue --queue-url ")
          .contains(
              "  on AWS  nothing", "Here it costs nothing, and ./escala down removes all of it");
      assertThat(bucket.exit()).isEqualTo(1);
      assertThat(bucket.json().path("gone").asBoolean()).isFalse();
      assertThat(left).hasSize(1);
      assertThat(left.at("/0/remove").asText()).startsWith("aws s3 rb s3://mine-rows-");
      assertThat(gone.exit()).isZero();
      assertThat(gone.out())
          .contains("emr ListClusters: clusters that live: none")
          .contains("the endpoint has no such service")
          .contains("of cdk bootstrap")
          .endsWith("Nothing is left.\n");
    }
  }

  @Test
  void shouldTellAnEndpointThatIsGoneFromOneThatOnlyDoesNotRun() throws Exception {
    try (Laptop laptop = new Laptop(root, root)) {
      // given
      laptop.stopEndpoint();

      // when
      Laptop.Run stopped = Laptop.escala("verify-gone");
      FileTree.delete(root.resolve(".escala/aws"));
      Laptop.Run gone = Laptop.escala("verify-gone");
      Laptop.Run told = Laptop.escala("verify-gone", "--json");

      // then
      assertThat(stopped.exit()).isEqualTo(1);
      assertThat(stopped.err())
          .contains("does not run, but what it holds", "./escala down destroys");
      assertThat(gone.exit()).isZero();
      assertThat(gone.out())
          .startsWith("Nothing is left on this machine: ")
          .contains("No account of AWS was looked at");
      assertThat(told.json().path("gone").asBoolean()).isTrue();
      assertThat(told.json().path("left")).isEmpty();
    }
  }
}
