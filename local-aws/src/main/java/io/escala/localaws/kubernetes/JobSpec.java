package io.escala.localaws.kubernetes;

import io.escala.localaws.cloudformation.ResourceProperties;
import java.time.Duration;
import java.util.Optional;

/**
 * A Job as its document describes it.
 *
 * @param retries how often it is tried again after a failure
 * @param deadline for all attempts together; empty for none
 */
record JobSpec(
    String namespace, String name, int retries, Optional<Duration> deadline, PodTemplate template) {

  static JobSpec of(KubernetesObject object) {
    ResourceProperties fields = object.fields();
    ResourceProperties spec = object.spec(fields);
    for (String count : new String[] {"completions", "parallelism"}) {
      if (spec.integer(count).orElse(1) != 1) {
        throw new IllegalArgumentException(
            spec.at() + "." + count + " must be 1: local-aws runs one pod of a Job");
      }
    }
    ResourceProperties template =
        spec.object("template")
            .orElseThrow(() -> new IllegalArgumentException(spec.at() + " has no template"));
    PodTemplate pod = PodTemplate.of(template, object.json().path("spec").path("template"));
    if (pod.restartPolicy().equals("Always")) {
      throw new IllegalArgumentException(
          template.at() + ".spec.restartPolicy must be Never or OnFailure in a Job");
    }
    spec.recorded("ttlSecondsAfterFinished");
    JobSpec job =
        new JobSpec(
            object.namespace(),
            object.name(),
            spec.integer("backoffLimit").orElse(6),
            spec.integer("activeDeadlineSeconds").map(Duration::ofSeconds),
            pod);
    fields.requireAllRead();
    return job;
  }
}
