package io.escala.infra.serving;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What must hold over all documents of a release. */
record ChartRules(List<JsonNode> documents) {

  /** Everything that is wrong, a sentence each. */
  List<String> faults() {
    List<String> faults = new ArrayList<>();
    documents.forEach(document -> Official.fault(document).ifPresent(faults::add));
    for (JsonNode owner : documents) {
      if (owner.at("/spec/template/spec").isObject()) {
        pod(name(owner), owner.at("/spec/template/spec"), faults);
      }
    }
    deployment(faults);
    selectors(faults);
    release(faults);
    return faults;
  }

  /** The Pod Security Standard "restricted", and what we ask beyond it. */
  private static void pod(String owner, JsonNode pod, List<String> faults) {
    JsonNode security = pod.path("securityContext");
    check(security.path("runAsNonRoot").asBoolean(), owner + " may run as root", faults);
    check(security.path("runAsUser").asLong() >= 10_000, owner + " has no user of its own", faults);
    check(
        security.at("/seccompProfile/type").asText().equals("RuntimeDefault"),
        owner + " has no seccomp profile",
        faults);
    check(
        !pod.path("automountServiceAccountToken").asBoolean(true),
        owner + " gets a token for Kubernetes",
        faults);
    for (String field : List.of("hostNetwork", "hostPID", "hostIPC")) {
      check(!pod.has(field), owner + " has " + field, faults);
    }
    for (JsonNode volume : pod.path("volumes")) {
      check(volume.has("emptyDir"), owner + " mounts what is no emptyDir: " + volume, faults);
    }
    check(pod.path("containers").size() == 1, owner + " has not one container", faults);
    for (JsonNode container : pod.path("containers")) {
      JsonNode own = container.path("securityContext");
      check(
          !own.path("allowPrivilegeEscalation").asBoolean(true),
          owner + " may gain privileges",
          faults);
      check(
          own.at("/capabilities/drop").toString().equals("[\"ALL\"]")
              && !own.at("/capabilities").has("add"),
          owner + " keeps capabilities",
          faults);
      check(own.path("readOnlyRootFilesystem").asBoolean(), owner + " may write to /", faults);
      check(!own.path("privileged").asBoolean(), owner + " is privileged", faults);
      JsonNode resources = container.path("resources");
      check(
          resources.at("/requests/cpu").isTextual() && resources.at("/requests/memory").isTextual(),
          owner + " requests no cpu or memory",
          faults);
      check(
          resources.at("/requests/memory").equals(resources.at("/limits/memory")),
          owner + " has a memory limit that is not its request",
          faults);
      check(!resources.at("/limits").has("cpu"), owner + " has a cpu limit", faults);
      check(
          container.path("image").asText().matches(".+@sha256:[0-9a-f]{64}"),
          owner + " has an image that is not pinned by its digest",
          faults);
    }
  }

  private void deployment(List<String> faults) {
    JsonNode deployment = only("Deployment");
    JsonNode spec = deployment.path("spec");
    JsonNode autoscaler = only("HorizontalPodAutoscaler").path("spec");
    check(!spec.has("replicas"), "replicas are set, which the autoscaler owns", faults);
    check(
        autoscaler.at("/scaleTargetRef/kind").asText().equals("Deployment")
            && autoscaler.at("/scaleTargetRef/apiVersion").asText().equals("apps/v1")
            && autoscaler.at("/scaleTargetRef/name").asText().equals(name(deployment)),
        "the autoscaler does not scale the Deployment",
        faults);
    check(
        autoscaler.path("minReplicas").isInt()
            && autoscaler.path("minReplicas").asInt() <= autoscaler.path("maxReplicas").asInt(),
        "the autoscaler has no range",
        faults);
    check(
        spec.at("/strategy/rollingUpdate/maxUnavailable").asInt(-1) == 0,
        "a rollout may take replicas away",
        faults);
    check(spec.path("minReadySeconds").asInt() > 0, "minReadySeconds is not set", faults);
    JsonNode pod = spec.at("/template/spec");
    JsonNode container = pod.path("containers").path(0);
    check(container.path("name").asText().equals("kserve-container"), "no predictor", faults);
    for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
      String wanted = "/v2/health/" + (probe.equals("livenessProbe") ? "live" : "ready");
      check(
          container.at("/" + probe + "/httpGet/path").asText().equals(wanted),
          probe + " does not ask " + wanted,
          faults);
      String port = container.at("/" + probe + "/httpGet/port").asText();
      check(
          container.path("ports").findValuesAsText("name").contains(port),
          probe + " asks a port that there is not: " + port,
          faults);
    }
    int drain =
        argument(container, "--drain-delay=")
            + argument(container, "--drain-limit=")
            + container.at("/lifecycle/preStop/sleep/seconds").asInt(1_000);
    check(
        pod.path("terminationGracePeriodSeconds").asInt() > drain,
        "a pod is killed before it is drained",
        faults);
  }

  private void selectors(List<String> faults) {
    JsonNode labels = only("Deployment").at("/spec/template/metadata/labels");
    for (JsonNode document : documents) {
      String kind = document.path("kind").asText();
      JsonNode selector =
          switch (kind) {
            case "Deployment", "PodDisruptionBudget" -> document.at("/spec/selector/matchLabels");
            case "Service" -> document.at("/spec/selector");
            default -> null;
          };
      if (selector != null) {
        check(
            !selector.isEmpty() && isWithin(selector, labels),
            kind + " " + name(document) + " does not select the Deployment's pods",
            faults);
      }
    }
    for (JsonNode path : only("Ingress").findValues("service")) {
      check(
          documents.stream()
              .filter(document -> document.path("kind").asText().equals("Service"))
              .filter(service -> name(service).equals(path.path("name").asText()))
              .anyMatch(
                  service ->
                      service
                          .at("/spec/ports")
                          .findValuesAsText("name")
                          .contains(path.at("/port/name").asText())),
          "the Ingress leads to a Service that there is not: " + path,
          faults);
    }
    Set<String> accounts = Set.copyOf(names("ServiceAccount"));
    for (JsonNode account :
        documents.stream().flatMap(d -> d.findValues("serviceAccountName").stream()).toList()) {
      check(accounts.contains(account.asText()), "no ServiceAccount " + account, faults);
    }
  }

  private void release(List<String> faults) {
    check(
        documents.stream()
            .filter(d -> d.path("kind").asText().equals("NetworkPolicy"))
            .anyMatch(
                d ->
                    d.at("/spec/podSelector").isEmpty()
                        && d.at("/spec/policyTypes").size() == 2
                        && !d.path("spec").has("ingress")
                        && !d.path("spec").has("egress")),
        "nothing denies what no policy allows",
        faults);
    check(
        documents.stream().noneMatch(d -> d.toString().contains("0.0.0.0/0")),
        "a network is the whole internet",
        faults);
    Predicate<JsonNode> hook =
        d -> d.at("/metadata/annotations").path("helm.sh/hook").asText().contains("post-upgrade");
    check(documents.stream().anyMatch(hook), "nothing checks a release", faults);
    for (JsonNode document : documents) {
      check(
          !document.path("metadata").has("namespace"),
          name(document) + " names a namespace",
          faults);
    }
  }

  private static boolean isWithin(JsonNode selector, JsonNode labels) {
    return selector.properties().stream()
        .allMatch(label -> labels.path(label.getKey()).equals(label.getValue()));
  }

  private static int argument(JsonNode container, String option) {
    for (JsonNode argument : container.path("args")) {
      if (argument.asText().startsWith(option)) {
        return Integer.parseInt(argument.asText().substring(option.length()));
      }
    }
    return 1_000;
  }

  private List<String> names(String kind) {
    return documents.stream()
        .filter(document -> document.path("kind").asText().equals(kind))
        .map(ChartRules::name)
        .toList();
  }

  private JsonNode only(String kind) {
    List<JsonNode> found =
        documents.stream().filter(d -> d.path("kind").asText().equals(kind)).toList();
    if (found.size() != 1) {
      throw new AssertionError("expected one " + kind + ", found " + found.size());
    }
    return found.get(0);
  }

  private static String name(JsonNode document) {
    return document.at("/metadata/name").asText();
  }

  private static void check(boolean good, String fault, List<String> faults) {
    if (!good) {
      faults.add(fault);
    }
  }
}
