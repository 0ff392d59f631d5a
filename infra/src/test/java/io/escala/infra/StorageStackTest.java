package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class StorageStackTest {
  private final Template template = Synthesis.deleting().get("EscalaStorage");

  @Test
  void shouldEncryptTheBucketWithItsOwnKeyAndFewKeyRequests() {
    // given
    JsonNode rule =
        template
            .only("AWS::S3::Bucket")
            .at("/BucketEncryption/ServerSideEncryptionConfiguration/0");

    // then
    assertThat(rule.at("/ServerSideEncryptionByDefault/SSEAlgorithm").asText())
        .isEqualTo("aws:kms");
    assertThat(template.text(rule.at("/ServerSideEncryptionByDefault/KMSMasterKeyID")))
        .isEqualTo("${Key.Arn}");
    assertThat(rule.path("BucketKeyEnabled").asBoolean()).isTrue();
  }

  @Test
  void shouldRotateTheKey() {
    assertThat(template.only("AWS::KMS::Key").path("EnableKeyRotation").asBoolean()).isTrue();
    assertThat(template.only("AWS::KMS::Key").path("PendingWindowInDays").asInt()).isEqualTo(7);
  }

  @Test
  void shouldBlockEveryKindOfPublicAccess() {
    assertThat(template.only("AWS::S3::Bucket").path("PublicAccessBlockConfiguration"))
        .hasSize(4)
        .allMatch(JsonNode::asBoolean);
  }

  @Test
  void shouldRefuseUnencryptedConnections() {
    assertThat(template.only("AWS::S3::BucketPolicy").at("/PolicyDocument/Statement"))
        .anySatisfy(
            statement -> {
              assertThat(statement.path("Effect").asText()).isEqualTo("Deny");
              assertThat(statement.path("Action").asText()).isEqualTo("s3:*");
              assertThat(statement.at("/Principal/AWS").asText()).isEqualTo("*");
              assertThat(statement.at("/Condition/Bool/aws:SecureTransport").asText())
                  .isEqualTo("false");
              assertThat(template.texts(statement.path("Resource")))
                  .containsExactly("${Bucket.Arn}", "${Bucket.Arn}/*");
            });
  }

  @Test
  void shouldLeaveTheNameToCloudFormation() {
    assertThat(template.only("AWS::S3::Bucket").has("BucketName")).isFalse();
    assertThat(template.text(template.output("BucketName"))).isEqualTo("${Bucket}");
  }

  @Test
  void shouldLetLogsAndUnfinishedUploadsExpire() {
    // given
    JsonNode rules = template.only("AWS::S3::Bucket").at("/LifecycleConfiguration/Rules");

    // then
    assertThat(rules).hasSize(2);
    assertThat(rules.at("/0/Prefix").asText()).isEqualTo("logs/");
    assertThat(rules.at("/0/ExpirationInDays").asInt()).isEqualTo(14);
    assertThat(rules.at("/1/AbortIncompleteMultipartUpload/DaysAfterInitiation").asInt())
        .isEqualTo(1);
    assertThat(rules.at("/1").has("Prefix")).isFalse();
  }

  @Test
  void shouldEmptyAndDeleteTheBucketWithTheStackIfTheConfigurationSaysSo() {
    assertThat(template.only("Custom::S3AutoDeleteObjects").path("BucketName").path("Ref").asText())
        .startsWith("Bucket");
    assertThat(template.all().values()).noneMatch(StorageStackTest::isRetained);
  }

  @Test
  void shouldKeepTheBucketAndItsKeyUnlessTheConfigurationSaysOtherwise() {
    // when
    Template keeping = Synthesis.standard().get("EscalaStorage");

    // then
    assertThat(keeping.resources("Custom::S3AutoDeleteObjects")).isEmpty();
    assertThat(keeping.resources("AWS::S3::Bucket").values())
        .allMatch(StorageStackTest::isRetained);
    assertThat(keeping.resources("AWS::KMS::Key").values()).allMatch(StorageStackTest::isRetained);
  }

  static boolean isRetained(JsonNode resource) {
    return resource.path("DeletionPolicy").asText("Delete").startsWith("Retain")
        || resource.path("UpdateReplacePolicy").asText("Delete").startsWith("Retain");
  }
}
