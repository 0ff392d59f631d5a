package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.util.List;
import org.junit.jupiter.api.Test;

class LeastPrivilegeTest {
  private final List<Statement> statements =
      Synthesis.standard().values().stream()
          .flatMap(template -> Statement.of(template).stream())
          .toList();

  @Test
  void shouldNameEveryResourceThatEndsInAWildcard() {
    assertThat(statements).isNotEmpty();
    assertThat(statements.stream().flatMap(statement -> statement.resources().stream()))
        .filteredOn(resource -> resource.contains("*"))
        .containsOnly(
            "${Bucket.Arn}/data/*",
            "${Bucket.Arn}/logs/*",
            "${Bucket.Arn}/models/*",
            "${Bucket.Arn}/results/*");
  }

  @Test
  void shouldGrantNoWholeService() {
    assertThat(statements)
        .flatExtracting(Statement::actions)
        .allMatch(action -> action.matches("[a-z0-9-]+:[A-Z][A-Za-z]+\\*?"));
  }

  @Test
  void shouldPassOneRoleToOneService() {
    assertThat(statements)
        .filteredOn(
            statement -> statement.actions().stream().anyMatch(action -> action.startsWith("iam:")))
        .singleElement()
        .satisfies(
            statement -> {
              assertThat(statement.policy()).isEqualTo("RolesService");
              assertThat(statement.actions()).containsExactly("iam:PassRole");
              assertThat(statement.resources()).containsExactly("${RolesInstance.Arn}");
              assertThat(statement.condition().at("/StringLike/iam:PassedToService").asText())
                  .isEqualTo("ec2.amazonaws.com*");
            });
  }

  @Test
  void shouldLetTheFunctionReadModelsAndWriteItsLog() {
    assertThat(statements)
        .filteredOn(statement -> statement.policy().equals("Role"))
        .extracting(Statement::actions, Statement::resources)
        .containsExactlyInAnyOrder(
            tuple(List.of("logs:CreateLogStream", "logs:PutLogEvents"), List.of("${Logs.Arn}")),
            tuple(List.of("kms:Decrypt"), List.of("${Key.Arn}")),
            tuple(List.of("s3:GetObject"), List.of("${Bucket.Arn}/models/*")),
            tuple(List.of("s3:ListBucket"), List.of("${Bucket.Arn}")));
  }

  @Test
  void shouldLetTheMachinesWriteLogsButNotReadThem() {
    assertThat(statements)
        .filteredOn(statement -> statement.resources().contains("${Bucket.Arn}/logs/*"))
        .flatExtracting(Statement::actions)
        .containsExactlyInAnyOrder("s3:PutObject", "s3:AbortMultipartUpload");
  }

  @Test
  void shouldTrustEmrForThisAccountOnly() {
    // given
    Template spark = Synthesis.standard().get("EscalaSpark");

    // then
    assertThat(spark.resources("AWS::IAM::Role").values())
        .filteredOn(role -> role.toString().contains("elasticmapreduce.amazonaws.com"))
        .singleElement()
        .satisfies(
            role -> {
              var condition = role.at("/Properties/AssumeRolePolicyDocument/Statement/0/Condition");
              assertThat(spark.text(condition.at("/StringEquals/aws:SourceAccount")))
                  .isEqualTo("${AWS::AccountId}");
              assertThat(spark.text(condition.at("/ArnLike/aws:SourceArn")))
                  .isEqualTo(
                      "arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:*");
              assertThat(spark.texts(role.at("/Properties/ManagedPolicyArns")))
                  .containsExactly(
                      "arn:${AWS::Partition}:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2");
            });
  }

  @Test
  void shouldGiveTheMachinesNoManagedPolicy() {
    assertThat(Synthesis.standard().get("EscalaSpark").resources("AWS::IAM::Role").values())
        .filteredOn(role -> role.toString().contains("ec2.amazonaws.com"))
        .singleElement()
        .satisfies(role -> assertThat(role.path("Properties").has("ManagedPolicyArns")).isFalse());
  }
}
