package io.escala.localaws;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/**
 * A resource that is a file, named by its physical id, with the property Text inside. {@code Fail}
 * names an operation that fails, {@code Hang} the one that never ends.
 */
final class FileType implements ResourceType {
  private final Path folder;

  FileType(Path folder) {
    this.folder = folder;
  }

  @Override
  public String name() {
    return "Test::File";
  }

  @Override
  public Set<String> createOnly() {
    return Set.of("Kind");
  }

  @Override
  public Resource create(ResourceContext context, ResourceProperties properties) throws Exception {
    write(context.physicalName(), properties);
    maybe("create", properties);
    return resource(context.physicalName(), properties);
  }

  @Override
  public Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now)
      throws Exception {
    write(current.physicalId(), now);
    maybe("update", now);
    return resource(current.physicalId(), now);
  }

  @Override
  public void delete(ResourceContext context, Resource current, ResourceProperties properties)
      throws Exception {
    maybe("delete", properties);
    Files.deleteIfExists(folder.resolve(current.physicalId()));
  }

  private void write(String name, ResourceProperties properties) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve(name), properties.text("Text").orElse(""));
  }

  private static Resource resource(String id, ResourceProperties properties) {
    properties.recorded("Kind", "Needs");
    properties.requireAllRead();
    return new Resource(id, Map.of("Text", properties.text("Text").orElse("")));
  }

  private static void maybe(String operation, ResourceProperties properties)
      throws InterruptedException {
    if (properties.text("Fail").filter(operation::equals).isPresent()) {
      throw new IllegalStateException("told to fail to " + operation);
    }
    if (properties.text("Hang").filter(operation::equals).isPresent()) {
      Thread.sleep(Long.MAX_VALUE);
    }
  }
}
