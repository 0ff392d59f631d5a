package io.escala.localaws.conformity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the comparison with the models finds, so that its silence means something. */
class ConformityTest {
  private static final String STACKS =
      "<DescribeStacksResponse xmlns='http://cloudformation.amazonaws.com/doc/2010-05-15/'>"
          + "<DescribeStacksResult><Stacks>%s</Stacks></DescribeStacksResult>"
          + "<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></DescribeStacksResponse>";
  private static final String STACK =
      "<StackName>a</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime>"
          + "<StackStatus>CREATE_COMPLETE</StackStatus>";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'Cluster': {'Nmae': 'a'}} | DescribeCluster.Cluster.Nmae is unknown to the model",
        "{'Cluster': {'Name': 1}} | DescribeCluster.Cluster.Name is no string: 1",
        "{'Cluster': {'Name': null}} | DescribeCluster.Cluster.Name is no string: null",
        "{'Cluster': {'Tags': {}}} | DescribeCluster.Cluster.Tags is no list: {}",
        "{'Cluster': {'NormalizedInstanceHours': 1.5}} | NormalizedInstanceHours is no integer: 1.5",
        "{'Cluster': {'Status': {'State': 'DONE'}}} | State is none of",
        "{'Cluster': {'Status': {'Timeline': {'EndDateTime': '2026-01-01T00:00:00Z'}}}}"
            + " | EndDateTime is no number of seconds"
      })
  void shouldFindWhatIsWrongInJson(String body, String fault) {
    // when
    List<String> faults = faults("emr", "DescribeCluster", 200, Map.of(), body.replace('\'', '"'));

    // then
    assertThat(faults).singleElement().asString().contains(fault);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "<Nmae>a</Nmae> | DescribeStacks.Stacks[0].Nmae is unknown to the model",
        "<DeletionTime>1767225600</DeletionTime> | DeletionTime is no time as iso8601",
        "<DisableRollback>no</DisableRollback> | DisableRollback is no boolean: no",
        "<Capabilities><item>CAPABILITY_IAM</item></Capabilities> | is called item, not member",
        "<Capabilities><member>ALL</member></Capabilities> | Capabilities[0] is none of"
      })
  void shouldFindWhatIsWrongInXml(String inside, String fault) {
    // when
    List<String> faults =
        faults(
            "cloudformation",
            "DescribeStacks",
            200,
            Map.of(),
            STACKS.formatted("<member>" + STACK + inside + "</member>"));

    // then
    assertThat(faults).singleElement().asString().contains(fault);
  }

  @Test
  void shouldMissWhatMustBeThere() {
    assertThat(faults("cloudformation", "DescribeStacks", 200, Map.of(), STACKS.formatted("")))
        .isEmpty();
    assertThat(
            faults(
                "cloudformation",
                "DescribeStacks",
                200,
                Map.of(),
                STACKS.formatted("<member><StackName>a</StackName></member>")))
        .containsExactly(
            "DescribeStacks.Stacks[0] lacks the required member CreationTime",
            "DescribeStacks.Stacks[0] lacks the required member StackStatus");
  }

  @Test
  void shouldLookAtHeadersAndStatus() {
    assertThat(
            faults(
                "s3",
                "PutObject",
                201,
                Map.of("x-amz-nix", List.of("1"), "x-amz-object-size", List.of("many")),
                ""))
        .containsExactlyInAnyOrder(
            "PutObject has the header x-amz-nix, unknown to the model",
            "PutObject, header x-amz-object-size, is no whole number: many",
            "PutObject has the status 201, not 200");
  }

  @Test
  void shouldKnowTheErrorsOfAnOperation() {
    assertThat(faults("ssm", "GetParameter", 400, Map.of(), error("ParameterNotFound", "message")))
        .isEmpty();
    assertThat(faults("ssm", "GetParameter", 400, Map.of(), error("NoSuchParameter", "message")))
        .singleElement()
        .asString()
        .contains("is NoSuchParameter, which the model does not list");
    assertThat(faults("ssm", "GetParameter", 400, Map.of(), error("ParameterNotFound", "text")))
        .contains("GetParameter, an error, has no message");
  }

  @Test
  void shouldWantTheOlderNameOfAnErrorFromAServiceThatHadOne() {
    // given
    String body = error("com.amazonaws.sqs#QueueDoesNotExist", "message");

    // then
    assertThat(
            faults(
                "sqs",
                "PurgeQueue",
                400,
                Map.of(
                    "x-amzn-query-error",
                    List.of("AWS.SimpleQueueService.NonExistentQueue;Sender")),
                body))
        .isEmpty();
    assertThat(faults("sqs", "PurgeQueue", 400, Map.of(), body))
        .singleElement()
        .asString()
        .contains("has the header x-amzn-query-error null");
  }

  private static String error(String code, String message) {
    return "{\"__type\": \"%s\", \"%s\": \"why\"}".formatted(code, message);
  }

  private static List<String> faults(
      String service,
      String operation,
      int status,
      Map<String, List<String>> headers,
      String body) {
    return Conformity.faults(new Answer(service, operation, status, headers, body));
  }
}
