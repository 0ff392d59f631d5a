package io.escala.cli.gone;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.cli.Aws;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FindingsTest {
  private static final String ARN = "arn:aws:%s:us-east-1:111122223333:%s";

  private FakeAws fake;

  @BeforeEach
  void start() throws IOException {
    fake = new FakeAws();
  }

  @AfterEach
  void stop() {
    fake.close();
  }

  @Test
  void shouldSayThatNothingIsLeftAndWhereItLooked() {
    Findings findings = look();
    assertThat(findings.isNothing()).isTrue();
    assertThat(findings.looked()).hasSize(7).allSatisfy((where, n) -> assertThat(n).isZero());
    assertThat(findings.unknown()).isEmpty();
  }

  @Test
  void shouldNameWhatItCostsAndHowToRemoveIt() {
    // given
    tagged(
        "project",
        ARN.formatted("ec2", "vpc-endpoint/vpce-1"),
        ARN.formatted("elasticloadbalancing", "loadbalancer/app/k8s-escala/1"),
        "arn:aws:s3:::escalastorage-bucket-1",
        ARN.formatted("cloudformation", "stack/EscalaSpark/1a2b"),
        ARN.formatted("newservice", "thing/1"));
    tagged("eks:eks-cluster-name", ARN.formatted("ec2", "volume/vol-1"));

    // when
    Findings findings = look();

    // then
    assertThat(findings.isNothing()).isFalse();
    assertThat(findings.titles())
        .containsExactly(
            "VPC endpoint vpce-1",
            "load balancer app/k8s-escala/1",
            "bucket escalastorage-bucket-1",
            "stack EscalaSpark",
            "resource thing/1",
            "EBS volume vol-1");
    assertThat(findings.left().get(0).json())
        .containsEntry("cost", "0.01 USD an hour and zone; a gateway nothing")
        .containsEntry("remove", "aws ec2 delete-vpc-endpoints --vpc-endpoint-ids vpce-1");
    assertThat(findings.left().get(1).removal())
        .endsWith(ARN.formatted("elasticloadbalancing", "loadbalancer/app/k8s-escala/1"));
  }

  @Test
  void shouldFindWhatCarriesNoTag() {
    // given
    fake.answer(
        "logs",
        "/aws/lambda/Escala",
        200,
        "{\"logGroups\": [{\"logGroupName\": \"/aws/lambda/EscalaStorage-X\", \"storedBytes\": 7}]}");
    fake.answer(
        "s3",
        "",
        200,
        "<ListAllMyBucketsResult><Buckets><Bucket><Name>escalastorage-b</Name></Bucket>"
            + "<Bucket><Name>somebody-elses</Name></Bucket>"
            + "<Bucket><Name>cdk-hnb659fds-assets-1</Name></Bucket></Buckets></ListAllMyBucketsResult>");

    // when
    Findings findings = look();

    // then
    assertThat(findings.titles())
        .containsExactly(
            "bucket escalastorage-b",
            "log group /aws/lambda/EscalaStorage-X (7 bytes, kept forever)");
    assertThat(findings.going()).extracting(Leftover::id).containsExactly("cdk-hnb659fds-assets-1");
  }

  @Test
  void shouldLookForClustersOfOthersByTheirTag() {
    // given
    fake.answer(
        "elasticmapreduce",
        "ClusterStates",
        200,
        "{\"Clusters\": [{\"Id\": \"j-OURS\", \"Status\": {\"State\": \"WAITING\"}},"
            + " {\"Id\": \"j-THEIRS\", \"Status\": {\"State\": \"WAITING\"}}]}");
    fake.answer(
        "elasticmapreduce",
        "j-OURS",
        200,
        "{\"Cluster\": {\"Tags\": [{\"Key\": \"project\", \"Value\": \"escala\"}]}}");
    fake.answer("elasticmapreduce", "j-THEIRS", 200, "{\"Cluster\": {\"Tags\": []}}");

    // then
    assertThat(look().titles()).containsExactly("EMR cluster j-OURS (WAITING)");
  }

  @Test
  void shouldNotCountAKeyThatGoesByItself() {
    // given
    tagged("project", ARN.formatted("kms", "key/1-2-3"));
    fake.answer(
        "kms",
        "",
        200,
        "{\"KeyMetadata\": {\"KeyId\": \"1-2-3\", \"KeyState\": \"PendingDeletion\", \"DeletionDate\": 1800000000}}");

    // when
    Findings findings = look();

    // then
    assertThat(findings.isNothing()).isTrue();
    assertThat(findings.going().get(0).title())
        .isEqualTo("key 1-2-3 (free, deleted by itself 2027-01-15T08:00:00Z)");
  }

  @Test
  void shouldCountAKeyThatStays() {
    tagged("project", ARN.formatted("kms", "key/1-2-3"));
    fake.answer("kms", "", 200, "{\"KeyMetadata\": {\"KeyId\": \"1\", \"KeyState\": \"Enabled\"}}");
    assertThat(look().titles()).containsExactly("key 1-2-3 (Enabled)");
  }

  @Test
  void shouldNeverTakeARefusalForNothing() {
    // given
    fake.answer(
        "logs",
        "",
        400,
        "{\"__type\": \"AccessDeniedException\", \"message\": \"User: arn:aws:iam::1:user/ann is not"
            + " authorized to perform: logs:DescribeLogGroups on resource: *\"}");

    // when
    Findings findings = look();

    // then
    assertThat(findings.left()).isEmpty();
    assertThat(findings.isNothing()).isFalse();
    assertThat(findings.unknown().values())
        .singleElement()
        .asString()
        .startsWith("no permission")
        .contains("have logs:DescribeLogGroups allowed");
  }

  @Test
  void shouldNotTakeAServiceThatAwsDoesNotHaveForNothing() {
    fake.answer("tagging", "", 501, "no such service");
    assertThat(look().isNothing()).isFalse();
  }

  @Test
  void shouldAskAgainWhenTheTaggingApiThrottles() {
    // given
    tagged("project", ARN.formatted("ec2", "vpc/vpc-1"));
    fake.throttle("tagging", 2);

    // then
    assertThat(look().titles()).hasSize(1);
    assertThat(fake.asked("tagging")).as("two refused, one for each tag").isEqualTo(4);
  }

  @Test
  void shouldSayHowOftenItAskedWhenTheTaggingApiGoesOnThrottling() {
    // given
    fake.throttle("tagging", 1000);

    // when
    Findings findings = look();

    // then
    assertThat(findings.isNothing()).isFalse();
    assertThat(findings.unknown().values())
        .hasSize(2)
        .allSatisfy(
            why ->
                assertThat(why)
                    .contains("AWS throttles the calls of this account (ThrottlingException)")
                    .contains("after 3 attempts", "in a minute"));
  }

  @Test
  void shouldNotAskAgainWhenTheTaggingApiRefuses() {
    // given
    fake.answer(
        "tagging",
        "",
        400,
        "{\"__type\": \"AccessDeniedException\", \"message\": \"User: arn:aws:iam::1:user/ann is not"
            + " authorized to perform: tag:GetResources\"}");

    // then
    assertThat(look().unknown().values())
        .hasSize(2)
        .allSatisfy(why -> assertThat(why).contains("have tag:GetResources allowed"));
    assertThat(fake.asked("tagging")).as("one for each tag").isEqualTo(2);
  }

  private void tagged(String key, String... arns) {
    fake.answer(
        "tagging",
        "\"" + key + "\"",
        200,
        "{\"ResourceTagMappingList\": [{\"ResourceARN\": \""
            + String.join("\"}, {\"ResourceARN\": \"", arns)
            + "\"}]}");
  }

  private Findings look() {
    try (Aws aws = new Aws(fake.target())) {
      return Findings.at(aws, fake.target());
    }
  }
}
