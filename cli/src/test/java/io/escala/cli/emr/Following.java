package io.escala.cli.emr;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.cli.Aws;
import io.escala.cli.Target;
import io.escala.cli.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A step that is followed on a thread of its own, and what that says. */
final class Following {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final CompletableFuture<Outcome> outcome;

  Following(Target target, String cluster, String step) {
    Terminal terminal = new Terminal(new PrintStream(said, true, StandardCharsets.UTF_8), false);
    outcome =
        CompletableFuture.supplyAsync(
            () -> {
              try (Aws aws = new Aws(target)) {
                return new Follow(new Emr(aws, target), terminal, false, Duration.ofMinutes(2))
                    .follow(cluster, step);
              }
            });
  }

  void awaits(String text) throws InterruptedException {
    for (int i = 0; i < 1200 && !said().contains(text) && !outcome.isDone(); i++) {
      Thread.sleep(50);
    }
    assertThat(said()).contains(text);
  }

  Outcome outcome() throws Exception {
    return outcome.get(60, TimeUnit.SECONDS);
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }
}
