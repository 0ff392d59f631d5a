package io.escala.localaws.kubernetes;

import static io.escala.localaws.kubernetes.ClusterFixture.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleasesTest {
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

  private int upgrade(String manifest) throws InterruptedException {
    return shop.releases.upgrade("shop", "web", manifest, true, LIMIT);
  }

  private List<String> history() {
    return shop.releases.find("shop", "web").orElseThrow().revisions().stream()
        .map(revision -> revision.number() + " " + revision.status())
        .toList();
  }

  @Test
  void shouldComeBackToTheLastGoodRevisionWhenTheSmokeJobFails() throws Exception {
    // given
    upgrade(Shop.all("1", 1) + Shop.smoke("1"));
    Load load = new Load(shop, "/who");

    // when a pod answers, but wrongly
    assertThatThrownBy(() -> upgrade(Shop.all("wrong", 1) + Shop.smoke("2")))
        // then
        .isInstanceOf(Releases.ReleaseFailed.class)
        .hasMessageContaining("release web revision 2 failed: Job shop/smoke failed 1 time")
        .hasMessageContaining("wanted version 2, but got: web-")
        .hasMessageEndingWith("rolled back to revision 1");
    load.await(20);
    load.finish();
    assertThat(load.failures()).isEmpty();
    assertThat(shop.get("/who")).endsWith(" 1");
    assertThat(history()).containsExactly("1 deployed", "2 failed");

    // when
    upgrade(Shop.all("3", 1) + Shop.smoke("3"));

    // then
    assertThat(shop.get("/who")).endsWith(" 3");
    assertThat(history()).containsExactly("1 superseded", "2 failed", "3 deployed");

    // when
    shop.releases.rollback("shop", "web", Optional.empty(), LIMIT);

    // then
    assertThat(shop.get("/who")).endsWith(" 1");
    assertThat(history()).containsExactly("1 superseded", "2 failed", "3 superseded", "4 deployed");
  }

  @Test
  void shouldComeBackWhenNewPodsNeverGetReadyAndDropWhatOnlyTheyBrought() throws Exception {
    // given
    upgrade(Shop.all("1", 1));
    String extra = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: extra}\n";

    // when
    assertThatThrownBy(
            () ->
                upgrade(
                    Shop.deployment("unready", 2) + Shop.SERVICE + Shop.autoscaler(1, 1) + extra))
        // then
        .hasMessageContaining("progressDeadlineSeconds")
        .hasMessageEndingWith("rolled back to revision 1");
    assertThat(shop.get("/who")).endsWith(" 1");
    assertThat(shop.cluster.objects())
        .extracting(KubernetesObject::name)
        .contains("web")
        .doesNotContain("extra");
  }

  @Test
  void shouldRemoveAFirstReleaseThatFails() throws Exception {
    // when
    assertThatThrownBy(() -> upgrade(Shop.all("1", 1) + Shop.smoke("2")))
        // then
        .hasMessageEndingWith("it was the first one and is removed again");
    assertThat(shop.pods()).isEmpty();
    assertThat(shop.cluster.objects()).isEmpty();
    assertThat(shop.cluster.address("shop", "web")).isEmpty();

    // when
    upgrade(Shop.all("1", 1) + Shop.smoke("1"));
    shop.releases.uninstall("shop", "web", LIMIT);

    // then
    assertThat(shop.cluster.objects()).isEmpty();
    assertThat(shop.releases.all()).isEmpty();
  }

  @Test
  void shouldLetAJobAskEachPodByTheNameOfAHeadlessService() throws Exception {
    // given
    String each = "\"check-each\", \"http://web-pods:8080/\"";
    String smoke =
        Shop.smoke("1").replace("\"check\", \"http://web.shop.svc.cluster.local/who\"", each);
    String shouting = smoke.replace("\"1\"]", "\"none\"]");

    // when
    upgrade(Shop.all("1", 2) + Shop.HEADLESS + smoke);

    // then
    assertThat(Files.readString(folder.resolve("cluster/logs/smoke-1.log")).lines())
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).startsWith("asked 127."))
        .doesNotHaveDuplicates();

    // when
    assertThatThrownBy(() -> upgrade(Shop.all("1", 2) + Shop.HEADLESS + shouting))
        // then
        .hasMessageContaining("wanted version none");
  }

  @Test
  void shouldTouchNothingWhenADocumentIsNotUnderstood() throws Exception {
    // given
    upgrade(Shop.all("1", 1));
    List<String> pods = shop.readyPods();

    // when
    assertThatThrownBy(
            () ->
                upgrade(
                    Shop.all("2", 1)
                        + "---\napiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db}\n"))
        // then
        .hasMessageContaining("local-aws does not handle apps/v1 StatefulSet (db)");
    assertThat(shop.readyPods()).isEqualTo(pods);
    assertThat(history()).containsExactly("1 deployed", "2 failed");
  }
}
