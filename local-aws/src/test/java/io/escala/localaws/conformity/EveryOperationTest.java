package io.escala.localaws.conformity;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.localaws.LocalAws;
import io.escala.localaws.NodeFunctions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operation of the endpoint against AWS's model of its service. What the endpoint answers is
 * asked of the endpoint: an operation that it takes up is missed here until the model's facts have
 * it ({@code local-aws/service-models}) and a scenario gets an answer from it.
 */
class EveryOperationTest {
  /** Not by the services' own models: another service answers it, at an address of its own. */
  private static final Set<String> OF_S3_EXPRESS = Set.of("ListDirectoryBuckets");

  @FunctionalInterface
  interface Scenario {
    /**
     * Calls every operation so that it succeeds.
     *
     * @param url of the endpoint
     * @return the answers that did not come through a client of the SDK
     */
    List<Answer> run(String url) throws Exception;
  }

  private static final Map<String, Scenario> SCENARIOS = new TreeMap<>();

  static {
    SCENARIOS.put("apigatewayv2", FunctionScenario::apis);
    SCENARIOS.put("cloudformation", StackScenario::run);
    SCENARIOS.put("emr", ClusterScenario::run);
    SCENARIOS.put("emr-serverless", RunScenario::serverless);
    SCENARIOS.put("lambda", FunctionScenario::functions);
    SCENARIOS.put("s3", ObjectScenario::run);
    SCENARIOS.put("scheduler", RunScenario::schedules);
    SCENARIOS.put("sqs", QueueScenario::run);
    SCENARIOS.put("ssm", AccountScenario::parameters);
    SCENARIOS.put("stepfunctions", RunScenario::machines);
    SCENARIOS.put("sts", AccountScenario::identity);
  }

  @TempDir static Path folder;
  private static LocalAws aws;
  private static RawClient raw;

  @BeforeAll
  static void start() {
    // Not us-east-1, where a bucket's location is an empty text
    aws = LocalAws.start(NodeFunctions.options(folder, "eu-west-1"));
    raw = new RawClient(aws.url());
  }

  @AfterAll
  static void stop() {
    aws.close();
  }

  static Set<String> services() {
    return SCENARIOS.keySet();
  }

  @Test
  void everyServiceOfTheEndpointHasAModelAndAScenario() {
    // given
    String all = raw.unknownService().strip().replaceFirst(".*it has \\[(.*)]$", "$1");

    // then
    assertThat(all.split(", "))
        .as("services but ./escala's own, by signing name")
        .filteredOn(name -> !name.equals("escala-kubernetes"))
        .containsExactlyInAnyOrderElementsOf(
            services().stream().map(name -> ServiceModel.of(name).signingName()).toList());
  }

  @ParameterizedTest
  @MethodSource("services")
  void anEmptyRequestIsAnsweredOrRefusedAsTheModelSays(String service) {
    // given
    ServiceModel model = ServiceModel.of(service);
    Set<String> answered = new TreeSet<>();
    List<String> faults = new ArrayList<>();

    // when
    for (String operation : model.operations().keySet()) {
      if (OF_S3_EXPRESS.contains(operation)) {
        continue;
      }
      Answer answer = raw.emptyRequest(model, operation);
      if (!answer.isNotHandled()) {
        answered.add(operation);
        if (answer.status() >= 500) {
          faults.add("fails: " + answer);
        } else if (model.described().contains(operation)) {
          faults.addAll(Conformity.faults(answer));
        }
      }
    }

    // then
    assertThat(answered)
        .as("what the endpoint answers, against what local-aws/service-models describes")
        .isEqualTo(model.described());
    assertThat(faults).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("services")
  void everyOperationIsAnsweredAsTheModelSays(String service) throws Exception {
    // given
    EveryAnswer.seen();

    // when
    List<Answer> answers = new ArrayList<>(SCENARIOS.get(service).run(aws.url()));
    List<String> faults = answers.stream().flatMap(a -> Conformity.faults(a).stream()).toList();
    answers.addAll(EveryAnswer.seen()); // those looked at when they came

    // then
    assertThat(faults).isEmpty();
    Set<String> succeeded = new TreeSet<>();
    for (Answer answer : answers) {
      if (answer.service().equals(service) && !answer.isError()) {
        succeeded.add(answer.operation());
      }
    }
    assertThat(succeeded)
        .as("operations that the scenario got an answer from")
        .isEqualTo(ServiceModel.of(service).described());
  }
}
