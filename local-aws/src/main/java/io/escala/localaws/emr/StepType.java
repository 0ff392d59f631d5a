package io.escala.localaws.emr;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.http.JsonProtocol;
import java.util.Map;
import java.util.Set;

/**
 * {@code AWS::EMR::Step}: submits a step and waits for nothing, as on AWS. Deleting it leaves the
 * step with its cluster.
 */
final class StepType implements ResourceType {
  private final Clusters clusters;

  StepType(Clusters clusters) {
    this.clusters = clusters;
  }

  @Override
  public String name() {
    return "AWS::EMR::Step";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("JobFlowId", "Name", "ActionOnFailure", "HadoopJarStep");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    String cluster = properties.requireText("JobFlowId");
    ObjectNode step = request(properties);
    properties.requireAllRead();
    String id = clusters.addSteps(cluster, JsonProtocol.object().arrayNode().add(step)).get(0);
    return new Resource(id, Map.of("Id", id));
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    throw new IllegalStateException("every property of an EMR step is create-only");
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    // AWS has no call that deletes a step.
  }

  /** A step as AddJobFlowSteps takes it. */
  static ObjectNode request(ResourceProperties properties) {
    ObjectNode request = JsonProtocol.object();
    request.put("Name", properties.requireText("Name"));
    properties.text("ActionOnFailure").ifPresent(action -> request.put("ActionOnFailure", action));
    ResourceProperties run =
        properties
            .object("HadoopJarStep")
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        properties.at() + " needs the property HadoopJarStep"));
    ObjectNode hadoop = request.putObject("HadoopJarStep");
    hadoop.put("Jar", run.requireText("Jar"));
    run.texts("Args").forEach(hadoop.withArray("Args")::add);
    run.text("MainClass").ifPresent(main -> hadoop.put("MainClass", main));
    run.json("StepProperties").ifPresent(all -> hadoop.set("Properties", all.deepCopy()));
    return request;
  }
}
