package io.escala.localaws.emrserverless;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.http.JsonProtocol;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** {@code AWS::EMRServerless::Application}. */
final class ApplicationType implements ResourceType {
  /** The service's own, when the template says nothing. */
  private static final int IDLE_MINUTES = 15;

  private final Applications applications;
  private final UnaryOperator<String> arn;

  /**
   * @param arn the ARN of an application by its id
   */
  ApplicationType(Applications applications, UnaryOperator<String> arn) {
    this.applications = applications;
    this.arn = arn;
  }

  @Override
  public String name() {
    return "AWS::EMRServerless::Application";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("Name", "Type");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) {
    String name = properties.text("Name").orElse(context.physicalName(64));
    Wanted wanted = Wanted.of(properties);
    return resource(
        applications.create(context.physicalName(), name, wanted.settings(), wanted.idleMinutes()));
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now) {
    now.recorded("Name");
    Wanted wanted = Wanted.of(now);
    old.whole();
    return resource(
        applications.change(current.physicalId(), wanted.settings(), wanted.idleMinutes()));
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties) {
    applications.find(current.physicalId()).ifPresent(applications::delete);
  }

  private Resource resource(ApplicationRecord application) {
    return new Resource(
        application.id(),
        Map.of("ApplicationId", application.id(), "Arn", arn.apply(application.id())));
  }

  /**
   * What a template asks for.
   *
   * @param settings in the names of GetApplication
   */
  private record Wanted(ObjectNode settings, long idleMinutes) {
    static Wanted of(ResourceProperties properties) {
      ObjectNode settings = JsonProtocol.object();
      String type = properties.requireText("Type");
      if (!type.equalsIgnoreCase("SPARK")) {
        throw new IllegalArgumentException(
            "local-aws does not handle applications of type " + type + ", only SPARK");
      }
      settings.put("type", "Spark");
      String release = properties.requireText("ReleaseLabel");
      if (!release.startsWith("emr-")) {
        throw new IllegalArgumentException("ReleaseLabel " + release + " is no release of EMR");
      }
      settings.put("releaseLabel", release);
      settings.put("architecture", properties.text("Architecture").orElse("X86_64"));
      properties
          .object("AutoStartConfiguration")
          .ifPresent(
              start -> {
                if (!start.bool("Enabled").orElse(true)) {
                  throw new IllegalArgumentException(
                      "local-aws does not handle applications that a run does not start:"
                          + " AutoStartConfiguration.Enabled must be true");
                }
              });
      settings.putObject("autoStartConfiguration").put("enabled", true);
      ObjectNode stop = settings.putObject("autoStopConfiguration");
      var given = properties.object("AutoStopConfiguration");
      boolean stops = given.flatMap(each -> each.bool("Enabled")).orElse(true);
      int minutes = given.flatMap(each -> each.integer("IdleTimeoutMinutes")).orElse(IDLE_MINUTES);
      stop.put("enabled", stops).put("idleTimeoutMinutes", minutes);
      properties
          .object("MaximumCapacity")
          .ifPresent(
              most -> {
                ObjectNode capacity = settings.putObject("maximumCapacity");
                capacity.put("cpu", most.requireText("Cpu"));
                capacity.put("memory", most.requireText("Memory"));
                most.text("Disk").ifPresent(disk -> capacity.put("disk", disk));
              });
      ObjectNode tags = settings.putObject("tags");
      properties
          .objects("Tags")
          .forEach(tag -> tags.put(tag.requireText("Key"), tag.text("Value").orElse("")));
      properties.requireAllRead();
      return new Wanted(settings, stops ? minutes : 0);
    }
  }
}
