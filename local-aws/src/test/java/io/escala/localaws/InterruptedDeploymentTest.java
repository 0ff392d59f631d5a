package io.escala.localaws;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.localaws.cloudformation.Resource;
import io.escala.localaws.cloudformation.ResourceContext;
import io.escala.localaws.cloudformation.ResourceProperties;
import io.escala.localaws.cloudformation.ResourceType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The app's own stacks in each lifecycle, deployed, used and destroyed, also when the endpoint is
 * killed at each resource in turn. What a kill leaves is what is on disk at that moment: the state
 * folder is copied in the middle of each creation and deletion, and an endpoint started on each
 * copy. {@link KilledEndpointTest} really kills one.
 */
class InterruptedDeploymentTest {
  /** The number of the first that is looked at. */
  private static final int FIRST = Integer.getInteger("escala.interrupt.first", 0);

  /** Of so many that are looked at, one is deployed again; the others are destroyed at once. */
  private static final int AGAIN = Integer.getInteger("escala.interrupt.again", 6);

  /** The lifecycles that are tried, with commas between them. */
  private static final String LIFECYCLES =
      System.getProperty("escala.lifecycles", "transient,long-running,scheduled,serverless");

  @TempDir static Path folder;
  private static final Map<String, RealStacks> SYNTHESIZED = new HashMap<>();

  /** Of so many copies one is looked at; 1 is all of them. Odd, for there are two a resource. */
  private static int every(String lifecycle) {
    return Integer.getInteger("escala.interrupt.every", isDefault(lifecycle) ? 15 : 61);
  }

  private static int times(String lifecycle) {
    return Integer.getInteger("escala.deployments", isDefault(lifecycle) ? 3 : 1);
  }

  /** Most of what the others are made of it has too. */
  private static boolean isDefault(String lifecycle) {
    return lifecycle.equals("transient");
  }

  static List<String> lifecycles() {
    return List.of(LIFECYCLES.split(",", -1));
  }

  private static RealStacks stacks(String lifecycle) throws Exception {
    if (!SYNTHESIZED.containsKey(lifecycle)) {
      Path own = Files.createDirectories(folder.resolve("app-" + lifecycle));
      SYNTHESIZED.put(
          lifecycle,
          new RealStacks(
              own,
              isDefault(lifecycle)
                  ? Map.of()
                  : Map.of("spark.lifecycle", lifecycle, "inference.batch", "true")));
    }
    return SYNTHESIZED.get(lifecycle);
  }

  @ParameterizedTest
  @MethodSource("lifecycles")
  void shouldLeaveNothingHoweverOftenItIsDeployedRunAndDestroyed(String lifecycle)
      throws Exception {
    RealStacks stacks = stacks(lifecycle);
    Path state = folder.resolve("often-" + lifecycle);
    Set<Long> before = children();
    try (LocalAws aws = LocalAws.start(stacks.options(state))) {
      stacks.publish(state);
      for (int i = 1; i <= times(lifecycle); i++) {
        stacks.deploy(aws.url());
        assertThat(RealStacks.left(state)).isNotEmpty();
        JobRuns.run(aws.url());
        RealStacks.destroy(aws.url());
        assertThat(RealStacks.left(state)).as("after deployment %s", i).isEmpty();
        assertThat(children()).as("processes after deployment %s", i).isEqualTo(before);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("lifecycles")
  void shouldLeaveNothingWhenItIsDestroyedWhileTheJobRuns(String lifecycle) throws Exception {
    RealStacks stacks = stacks(lifecycle);
    Path state = folder.resolve("running-" + lifecycle);
    Set<Long> before = children();
    try (LocalAws aws = LocalAws.start(stacks.options(state))) {
      stacks.publish(state);
      stacks.deploy(aws.url());
      JobRuns.start(aws.url());
      List<String> clusters = JobRuns.clustersOfRuns(aws.url());
      RealStacks.destroy(aws.url());
      JobRuns.terminate(aws.url(), clusters);
      assertThat(RealStacks.left(state)).isEmpty();
      assertThat(children()).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("lifecycles")
  void shouldRecoverFromAKillAtEachResource(String lifecycle) throws Exception {
    // given
    RealStacks stacks = stacks(lifecycle);
    Path state = folder.resolve("watched-" + lifecycle);
    Copies copies = new Copies(state, folder.resolve("copies-" + lifecycle), every(lifecycle));
    try (LocalAws aws = LocalAws.start(stacks.options(state), List.of(), copies::watch)) {
      stacks.publish(state);
      stacks.deploy(aws.url());
      RealStacks.destroy(aws.url());
    }
    assertThat(copies.moments).hasSizeGreaterThan(80);

    // when
    List<String> failures = new ArrayList<>();
    int every = every(lifecycle);
    for (int i = FIRST; i < copies.moments.size(); i += every) {
      Path copy = folder.resolve("copies-" + lifecycle).resolve(Integer.toString(i));
      Files.createDirectories(copy);
      try (LocalAws aws = LocalAws.start(stacks.options(copy))) {
        if (i / every % AGAIN == 0) {
          stacks.deploy(aws.url());
        }
        RealStacks.destroy(aws.url());
        List<String> left = RealStacks.left(copy);
        if (!left.isEmpty()) {
          failures.add(copies.moments.get(i) + " left " + left);
        }
      } catch (AssertionError e) {
        failures.add(copies.moments.get(i) + ": " + e.getMessage());
      }
    }

    // then
    assertThat(failures).isEmpty();
  }

  private static Set<Long> children() {
    Set<Long> pids = new LinkedHashSet<>();
    ProcessHandle.current()
        .descendants()
        .filter(ProcessHandle::isAlive)
        .forEach(p -> pids.add(p.pid()));
    return pids;
  }

  /** Copies of a state folder, each in the middle of something. */
  private static final class Copies {
    private final Path state;
    private final Path folder;
    private final int every;
    final List<String> moments = new ArrayList<>();

    Copies(Path state, Path folder, int every) {
      this.state = state;
      this.folder = folder;
      this.every = every;
    }

    ResourceType watch(ResourceType type) {
      return new ResourceType() {
        @Override
        public String name() {
          return type.name();
        }

        @Override
        public Set<String> createOnly() {
          return type.createOnly();
        }

        @Override
        public Resource create(ResourceContext context, ResourceProperties properties)
            throws Exception {
          take("before the creation of " + context.logicalId());
          Resource made = type.create(context, properties);
          take("after the creation of " + context.logicalId() + ", before it is recorded");
          return made;
        }

        @Override
        public Resource update(
            ResourceContext context,
            Resource current,
            ResourceProperties old,
            ResourceProperties now)
            throws Exception {
          return type.update(context, current, old, now);
        }

        @Override
        public void delete(ResourceContext context, Resource current, ResourceProperties properties)
            throws Exception {
          take("before the deletion of " + context.logicalId());
          type.delete(context, current, properties);
          take("after the deletion of " + context.logicalId() + ", before it is recorded");
        }
      };
    }

    private synchronized void take(String moment) {
      int number = moments.size();
      moments.add(moment);
      if (number % every == FIRST) {
        copy(folder.resolve(Integer.toString(number)));
      }
    }

    /** Links: records and objects are replaced, never written into. */
    private void copy(Path target) {
      try {
        Files.walkFileTree(
            state,
            new SimpleFileVisitor<>() {
              @Override
              public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes)
                  throws IOException {
                Files.createDirectories(target.resolve(state.relativize(dir)));
                return FileVisitResult.CONTINUE;
              }

              @Override
              public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                  throws IOException {
                String name = state.relativize(file).toString();
                if (!name.equals("lock")) {
                  try {
                    Files.createLink(target.resolve(name), file);
                  } catch (NoSuchFileException e) {
                    // the step or the function has just removed it
                  }
                }
                return FileVisitResult.CONTINUE;
              }

              @Override
              public FileVisitResult visitFileFailed(Path file, IOException gone) {
                return FileVisitResult.CONTINUE;
              }
            });
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
