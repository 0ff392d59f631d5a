package io.escala.localaws.kubernetes;

import static io.escala.localaws.kubernetes.ClusterFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalClusterTest {
  @TempDir Path folder;
  private ClusterFixture shop;

  @BeforeEach
  void start() throws Exception {
    shop = new ClusterFixture(folder);
  }

  @AfterEach
  void stop() {
    shop.close();
  }

  @Test
  void shouldBalanceOverReadyPodsAndGiveThemWhatTheyWereToldToHave() throws Exception {
    // when
    Rollout rollout = shop.rollOut(Shop.all("1", 2));

    // then
    assertThat(rollout.complete()).isTrue();
    assertThat(rollout.revision()).isEqualTo(1);
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 10; i++) {
      names.add(shop.get("/who").replace(" 1", ""));
    }
    assertThat(names).containsExactlyInAnyOrderElementsOf(shop.readyPods()).hasSize(2);
    assertThat(shop.get("/env?POD")).startsWith("web-");
    assertThat(shop.get("/env?CORES")).isEqualTo("2");
    assertThat(shop.get("/env?AWS_REGION")).isEqualTo("eu-test-1");
    assertThat(shop.get("/file")).isEqualTo("good day");
    String large = "x".repeat(200_000);
    HttpResponse<String> echo =
        shop.http.send(
            HttpRequest.newBuilder(shop.url("/echo"))
                .POST(HttpRequest.BodyPublishers.ofString(large))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(echo.body()).isEqualTo(large);
    assertThat(shop.pods()).allSatisfy(pod -> assertThat(pod.requests()).isPositive());
  }

  @Test
  void shouldSendNothingToPodsThatAreNotReadyAndSayWhenThereIsNone() throws Exception {
    // given
    shop.rollOut(Shop.all("1", 2));
    PodView first = shop.pods().get(0);

    // when
    shop.tell(first, "/unready");
    eventually("one pod is ready", () -> shop.readyPods().size() == 1);

    // then
    for (int i = 0; i < 6; i++) {
      assertThat(shop.get("/who")).doesNotContain(first.name());
    }
    shop.tell(shop.pods().get(1), "/unready");
    eventually("no pod is ready", () -> shop.readyPods().isEmpty());
    HttpResponse<String> answer = shop.send(shop.url("/who"));
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).isEqualTo("{\"error\":\"no pod of shop/web is ready\"}");
  }

  @Test
  void shouldRestartAContainerThatHangsAndOneThatDies() throws Exception {
    // given
    shop.rollOut(Shop.all("1", 1).replace("PeriodSeconds: 30", "PeriodSeconds: 3"));
    PodView before = shop.pods().get(0);

    // when
    shop.tell(before, "/hang");

    // then
    eventually("a restart", () -> shop.pods().get(0).restarts() == 1 && ready());
    PodView healed = shop.pods().get(0);
    assertThat(healed.name()).isEqualTo(before.name());
    assertThat(healed.pid()).isNotEqualTo(before.pid());
    assertThat(ProcessHandle.of(before.pid())).isEmpty();
    assertThat(shop.get("/who")).isEqualTo(before.name() + " 1");

    // when
    shop.tell(healed, "/die");

    // then
    eventually("another restart", () -> shop.pods().get(0).restarts() == 2 && ready());
    assertThat(shop.get("/who")).isEqualTo(before.name() + " 1");
  }

  private boolean ready() {
    return shop.readyPods().size() == 1;
  }

  @Test
  void shouldLoseNoRequestThatHadNotReachedAPodThatIsKilled() throws Exception {
    // given
    shop.rollOut(Shop.all("1", 2));
    PodView victim = shop.pods().get(0);

    // when
    Load load = new Load(shop, "/slow");
    load.await(100);
    ProcessHandle.of(victim.pid()).orElseThrow().destroyForcibly();
    eventually(
        "it is back", () -> shop.pods().get(0).restarts() == 1 && shop.readyPods().size() == 2);
    Set<String> answers = load.awaitAnswersOf(2);
    load.finish();

    // then
    assertThat(load.failures())
        .allSatisfy(failure -> assertThat(failure).contains("ended before it answered"))
        // each takes 0.3 s, so that there were about 30; a machine that stands still has more
        .hasSizeBetween(1, 600);
    assertThat(answers).contains(victim.name() + " 1");
  }

  @Test
  void shouldScaleAndRollOutUnderLoadWithoutAFailedRequest() throws Exception {
    // given
    shop.rollOut(Shop.all("1", 2));
    Load load = new Load(shop, "/who");
    load.await(50);

    // when
    shop.cluster.scale("shop", "web", 3, 3);
    shop.awaitRollout();

    // then
    assertThat(load.awaitAnswersOf(3)).hasSize(3);

    // when
    shop.cluster.scale("shop", "web", 1, 2);
    shop.awaitRollout();

    // then
    assertThat(shop.rollout().replicas()).isEqualTo(2);

    // when
    List<Integer> available = new ArrayList<>();
    shop.apply(Shop.deployment("2"));
    while (!shop.rollout().complete()) {
      available.add(shop.rollout().available());
    }
    Set<String> answers = load.awaitAnswersOf(2);
    load.finish();

    // then
    assertThat(load.failures()).isEmpty();
    assertThat(available).allSatisfy(pods -> assertThat(pods).isBetween(2, 3));
    assertThat(answers).hasSize(2).allSatisfy(who -> assertThat(who).endsWith(" 2"));
    assertThat(shop.rollout().revision()).isEqualTo(2);
    eventually("the old pods are gone", () -> shop.pods().size() == 2);
  }

  @Test
  void shouldKeepTheOldPodsWhileNewOnesDoNotGetReadyAndGoBackToThem() throws Exception {
    // given
    shop.rollOut(Shop.all("1", 2));
    List<String> good = shop.readyPods();

    // when
    shop.apply(Shop.deployment("unready", 2));

    // then
    assertThatThrownBy(shop::awaitRollout)
        .isInstanceOf(LocalCluster.RolloutFailed.class)
        .hasMessageContaining("revision 2: 1 of 2 updated, 2 available")
        .hasMessageContaining("progressDeadlineSeconds");
    assertThat(shop.readyPods()).containsExactlyInAnyOrderElementsOf(good);

    // when
    shop.cluster.undo("shop", "web", Optional.empty());

    // then
    Rollout rollout = shop.awaitRollout();
    assertThat(rollout.revision()).isEqualTo(3);
    assertThat(shop.readyPods()).containsExactlyInAnyOrderElementsOf(good);
    eventually("the new pod is gone", () -> shop.pods().size() == 2);
  }

  @Test
  void shouldSayWhyAPodDoesNotStart() throws Exception {
    // when
    shop.apply(Shop.all("missing", 1));

    // then
    eventually("it waits", () -> shop.pods().get(0).reason().equals("ImagePullBackOff"));
    assertThat(shop.pods().get(0).message()).isEqualTo("there is no image shop:missing");

    // when
    shop.apply(Shop.deployment("1").replace("\"serve\"", "\"crash\""));

    // then
    eventually(
        "it crashes in a loop",
        () ->
            shop.pods().stream()
                .anyMatch(
                    pod ->
                        pod.reason().equals("CrashLoopBackOff")
                            && pod.message().contains("exit code 1")
                            && pod.restarts() > 1));

    // when
    shop.apply(Shop.deployment("1").replace("\"--port\", \"8080\", ", ""));

    // then
    eventually(
        "it cannot be given a port",
        () ->
            shop.pods().stream()
                .anyMatch(
                    pod ->
                        pod.message()
                            .contains("needs `--port 8080` in args, or the variable PORT")));
  }

  @Test
  void shouldLeaveNoProcessBehind() throws Exception {
    // given
    shop.rollOut(Shop.all("1", 2));
    List<Long> pids = shop.pods().stream().map(PodView::pid).toList();
    URI url = shop.url("/who");

    // when
    shop.close();

    // then
    assertThat(pids).hasSize(2).allSatisfy(pid -> assertThat(ProcessHandle.of(pid)).isEmpty());
    assertThatThrownBy(() -> shop.send(url)).isInstanceOf(java.net.ConnectException.class);
    try (var pods = Files.list(folder.resolve("cluster/pods"))) {
      assertThat(pods).isEmpty();
    }
  }
}
