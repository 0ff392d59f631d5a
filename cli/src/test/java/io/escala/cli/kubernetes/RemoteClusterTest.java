package io.escala.cli.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs stand in for kubectl and helm: they note how they are called, and answer as those do.
 */
class RemoteClusterTest {
  @TempDir Path folder;
  private Path calls;

  @BeforeEach
  void noCallsYet() {
    calls = folder.resolve("calls");
  }

  @Test
  void shouldReadARolloutUnderWay() throws IOException {
    // given
    Cluster cluster =
        cluster(
            """
            {"metadata": {"generation": 7, "annotations": {"deployment.kubernetes.io/revision": "4"}},
             "spec": {"replicas": 3},
             "status": {"observedGeneration": 7, "replicas": 4, "updatedReplicas": 1,
               "readyReplicas": 3, "availableReplicas": 3, "unavailableReplicas": 1,
               "conditions": [{"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated"}]}}
            """);

    // when
    Cluster.Rollout rollout = cluster.rollout();

    // then
    assertThat(rollout).isEqualTo(new Cluster.Rollout("4", 3, 1, 3, 3, Optional.empty()));
    assertThat(rollout.complete()).isFalse();
    assertThat(calls())
        .containsExactly("kubectl --namespace escala --context prod get deployment escala -o json");
  }

  @Test
  void shouldNotTakeTheStateBeforeAChangeForTheStateAfterIt() throws IOException {
    // given what the controller has not looked at yet
    Cluster cluster =
        cluster(
            """
            {"metadata": {"generation": 8}, "spec": {"replicas": 2},
             "status": {"observedGeneration": 7, "replicas": 2, "updatedReplicas": 2,
               "availableReplicas": 2}}
            """);

    // then
    assertThat(cluster.rollout().complete()).isFalse();
  }

  @Test
  void shouldTellThatARolloutIsStuck() throws IOException {
    // given
    Cluster cluster =
        cluster(
            """
            {"metadata": {"generation": 1}, "spec": {"replicas": 2},
             "status": {"observedGeneration": 1, "replicas": 3, "updatedReplicas": 1,
               "availableReplicas": 2, "conditions": [{"type": "Progressing", "status": "False",
               "reason": "ProgressDeadlineExceeded",
               "message": "ReplicaSet \\"escala-1\\" has timed out progressing."}]}}
            """);

    // then
    assertThat(cluster.rollout().stuck().orElseThrow()).contains("has timed out progressing");
  }

  @Test
  void shouldReadPodsAndRevisions() throws IOException {
    // given
    Cluster pods =
        cluster(
            """
            {"items": [{"metadata": {"name": "escala-1"}, "status": {"phase": "Pending",
              "containerStatuses": [{"ready": false, "restartCount": 3, "image": "i@sha256:1",
              "state": {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s"}}}]}}]}
            """);

    // then
    assertThat(pods.pods())
        .containsExactly(
            new Cluster.Pod("escala-1", "Pending", false, 3, "i@sha256:1", "back-off 40s"));
    assertThat(pods.revisions())
        .containsExactly(
            new Cluster.Revision(1, "deployed", "2026-11-25T10:00:00Z", "Install complete"));
  }

  @Test
  void shouldScaleByPatchingTheAutoscalerAndRollBackByHelm() throws IOException {
    // given
    Cluster cluster = cluster("{}");

    // when
    cluster.scale(3, 5);
    cluster.rollback(Optional.of(2));
    cluster.rollback(Optional.empty());

    // then
    assertThat(calls())
        .containsExactly(
            "kubectl --namespace escala --context prod patch hpa escala --type merge --patch"
                + " {\"spec\":{\"minReplicas\":3,\"maxReplicas\":5}}",
            "helm --namespace escala --kube-context prod rollback escala 2 --wait --timeout 5m",
            "helm --namespace escala --kube-context prod rollback escala --wait --timeout 5m");
  }

  @Test
  void shouldSayInOneSentenceWhatTheProgramSaid() throws IOException {
    // given
    Path failing =
        program("kubectl", "echo 'Error: the server has no such deployment' >&2; exit 1");
    Cluster cluster = new RemoteCluster("", failing.toString(), failing.toString());

    // then
    assertThatThrownBy(cluster::rollout)
        .isInstanceOf(UserException.class)
        .hasMessageEndingWith("failed: the server has no such deployment");
    assertThatThrownBy(new RemoteCluster("", folder.resolve("none").toString(), "helm")::rollout)
        .isInstanceOf(UserException.class)
        .hasMessageContaining("install it")
        .hasMessageContaining("aws eks update-kubeconfig --name escala");
  }

  private Cluster cluster(String answer) throws IOException {
    Path text = Files.writeString(folder.resolve("answer"), answer);
    Path kubectl = program("kubectl", "cat '" + text + "'");
    Path helm =
        program(
            "helm",
            "echo '[{\"revision\":1,\"updated\":\"2026-11-25T10:00:00Z\",\"status\":\"deployed\",\"description\":\"Install complete\"}]'");
    return new RemoteCluster("prod", kubectl.toString(), helm.toString());
  }

  private Path program(String name, String does) throws IOException {
    Path program = folder.resolve(name);
    Files.writeString(
        program, "#!/bin/sh\necho " + name + " \"$*\" >>'" + calls + "'\n" + does + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(calls);
  }
}
