package io.escala.localaws.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DocumentsTest {

  private static void check(String yaml) {
    KubernetesObject.read(yaml, "shop").forEach(Kinds::check);
  }

  @Test
  void shouldReadWhatTheChartOfTheTestsHas() {
    check(Shop.all("1", 2));
    assertThat(KubernetesObject.read(Shop.all("1", 2), "shop"))
        .extracting(object -> object.id().toString())
        .containsExactly(
            "Deployment shop/web",
            "ConfigMap shop/settings",
            "Service shop/web",
            "HorizontalPodAutoscaler shop/web");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type: RollingUpdate | type: OnDelete | strategy.type is OnDelete",
        "maxSurge: 1 | maxSurge: some | maxSurge is some, but must be a number of pods or a percentage",
        "maxSurge: 1 | maxSurges: 1 | Deployment web.spec.strategy.rollingUpdate.maxSurges",
        "'httpGet: {path: /ready' | 'exec: {path: /ready' | has neither httpGet nor tcpSocket",
        "failureThreshold: 60 | failureThreshold: 0 | failureThreshold is 0, but must be at least 1",
        "'path: /live, port: http' | 'path: /live, port: admin' | is probed at port admin, which it does not have",
        "emptyDir: {} | hostPath: {path: /} | is neither an emptyDir nor a configMap",
        "'- {name: tmp,' | '- {name: temp,' | mounts the volume tmp, which it does not have",
        "'{labels: {app: web}}' | '{labels: {app: shop}}' | does not match the labels of its template",
        "memory: 64Mi | memory: lots | not a quantity such as 500m",
        "image: shop:1 | 'image: shop:1, envFrom: []' | envFrom",
        "terminationGracePeriodSeconds: 30 | hostNetwork: true | hostNetwork",
        "targetPort: http | targetPort: http, protocol: UDP | protocol must be TCP",
        "'selector: {app: web}' | 'selector: {}' | has no selector",
        "minReplicas: 2 | minReplicas: 3 | minReplicas 3 and maxReplicas 2",
        "autoscaling/v2 | autoscaling/v1 | does not handle autoscaling/v1 HorizontalPodAutoscaler (web)",
        "kind: ConfigMap | kind: Secret | does not handle v1 Secret (settings)",
        "'data: {greeting: good day}' | 'data: {a: b, a: c}' | not YAML",
      })
  void shouldRefuseByNameWhatItDoesNotHandle(String from, String to, String message) {
    String yaml = Shop.all("1", 2);
    assertThat(yaml).contains(from);
    assertThatThrownBy(
            () ->
                check(
                    yaml.replace(from, to)
                        .replace(
                            "image: shop:1, envFrom: []", "image: shop:1\n          envFrom: []")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void shouldRefuseAJobThatIsNoHookAndAHookThatIsNotRun() {
    String job = Shop.smoke("1");
    assertThatThrownBy(() -> check(job)).hasMessageContaining("Job smoke is no hook");
    List<KubernetesObject> hooks =
        KubernetesObject.read(job.replace("post-upgrade", "post-delete"), "shop");
    assertThatThrownBy(() -> new Hooks(hooks, null))
        .hasMessage("Job smoke is a post-delete hook, which local-aws does not run");
  }

  @Test
  void shouldExpandVariablesAsKubernetesDoes() {
    Map<String, String> environment = Map.of("A", "1", "B_2", "x y");
    assertThat(Launch.expand("$(A)-$(B_2)-$(C)-$$(A)-$A", environment))
        .isEqualTo("1-x y-$(C)-$(A)-$A");
  }

  @ParameterizedTest
  @CsvSource({"500m,0.500", "2,2", "1.5,1.5", "1Gi,1073741824", "64Mi,67108864", "2k,2000"})
  void shouldReadQuantities(String text, String amount) {
    assertThat(Quantity.of(text)).isEqualByComparingTo(amount);
  }

  @ParameterizedTest
  @CsvSource({"25%,4,1,1", "25%,2,1,0", "1,2,1,1", "100%,3,3,3", "0,5,0,0"})
  void shouldRoundShares(String text, int replicas, int up, int down) {
    IntOrPercent share = IntOrPercent.of(text, "maxSurge");
    assertThat(share.roundedUp(replicas)).isEqualTo(up);
    assertThat(share.roundedDown(replicas)).isEqualTo(down);
  }
}
