package io.escala.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.escala.inference.fixture.BankModel;
import io.escala.inference.fixture.RecordingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ModelsTest {
  private static final Instant MONDAY = Instant.parse("2026-11-23T19:45:00Z");
  private static final Duration REFRESH = Duration.ofSeconds(30);

  @TempDir Path root;
  private final AtomicLong nanoTime = new AtomicLong();
  private final RecordingListener listener = new RecordingListener();
  private final CountingSource source = new CountingSource();
  private Models models;

  @BeforeEach
  void configure() {
    models = new Models(source, List.of("bank"), REFRESH, listener, nanoTime::get);
  }

  @AfterEach
  void close() {
    models.close();
  }

  @Test
  void shouldLoadAModelAtItsFirstUse() throws IOException {
    // given
    Manifest published = new BankModel(1).publish(root, "bank", MONDAY);

    // when / then
    assertThat(version()).isEqualTo(published.version());
    assertThat(listener.told()).containsExactly("loaded: " + published.version());
  }

  @Test
  void shouldLookBeforeTheNextUseIfToldSoAndKeepWhatItHasIfItCannot() throws IOException {
    // given
    Manifest first = new BankModel(1).publish(root, "bank", MONDAY);
    assertThat(version()).isEqualTo(first.version());
    Manifest second = new BankModel(2).publish(root, "bank", MONDAY.plusSeconds(60));
    assertThat(version()).isEqualTo(first.version());

    // when
    models.lookBeforeNextUse();

    // then
    assertThat(version()).isEqualTo(second.version());
    assertThat(source.asked).hasValue(2);
    assertThat(version()).isEqualTo(second.version());
    assertThat(source.asked).hasValue(2);

    // when
    source.unreachable.set(true);
    models.lookBeforeNextUse();

    // then
    assertThat(version()).isEqualTo(second.version());
    assertThat(source.asked).hasValue(3);
  }

  @Test
  void shouldSayThatThereIsNoVersionYetAndAskAtMostOnceASecond() throws IOException {
    // given
    assertThatThrownBy(this::version)
        .isInstanceOf(NoModelException.class)
        .hasMessageStartingWith("model bank has no version yet: training writes one");
    Manifest published = new BankModel(1).publish(root, "bank", MONDAY);

    // when asked again within the second, and after it
    assertThatThrownBy(this::version).isInstanceOf(NoModelException.class);
    assertThat(source.asked).hasValue(1);
    pass(Duration.ofSeconds(1));

    // then
    assertThat(version()).isEqualTo(published.version());
    assertThat(source.asked).hasValue(2);
  }

  @Test
  void shouldNotAskTheSourceAgainBeforeItIsTime() throws IOException {
    // given
    new BankModel(1).publish(root, "bank", MONDAY);
    version();

    // when
    pass(REFRESH.minusNanos(1));
    version();

    // then
    assertThat(source.asked).hasValue(1);
  }

  @Test
  void shouldServeTheOldVersionWhileTheNewOneIsFetched() throws Exception {
    // given
    Manifest old = new BankModel(1).publish(root, "bank", MONDAY);
    assertThat(version()).isEqualTo(old.version());
    Manifest successor = new BankModel(2).publish(root, "bank", MONDAY.plusSeconds(60));
    source.gate = new CountDownLatch(1);

    // when
    pass(REFRESH);

    // then no request waits for the source
    for (int i = 0; i < 10; i++) {
      assertThat(version()).isEqualTo(old.version());
    }
    source.gate.countDown();
    eventually(() -> version().equals(successor.version()));
  }

  @Test
  void shouldKeepTheOldVersionWhenTheNewOneIsRefusedAndReportItOnce() throws Exception {
    // given
    Manifest old = new BankModel(1).publish(root, "bank", MONDAY);
    version();
    Manifest bad = new BankModel(2).publish(root, "bank", MONDAY.plusSeconds(60));
    Files.write(folder(bad).resolve("model.onnx"), new byte[] {1, 2, 3});

    // when
    pass(REFRESH);
    version();
    eventually(() -> listener.told().size() == 2);
    int asked = source.asked.get();
    pass(REFRESH);
    version();
    eventually(() -> source.asked.get() > asked);

    // then
    assertThat(version()).isEqualTo(old.version());
    assertThat(listener.told()).hasSize(2);
    assertThat(listener.told().get(1))
        .startsWith(
            "refused: version "
                + bad.version()
                + " of model bank is refused: model.onnx has SHA-256");
  }

  @Test
  void shouldSayWhyWhenTheOnlyVersionIsRefused() throws IOException {
    // given
    Manifest bad = new BankModel(2).publish(root, "bank", MONDAY);
    Files.delete(folder(bad).resolve("model.onnx"));

    // when / then
    assertThatThrownBy(this::version)
        .isInstanceOf(NoModelException.class)
        .hasMessageContaining("version " + bad.version() + " of model bank is refused");
  }

  @Test
  void shouldRefuseABundleThatIsNotTheOneThatThePointerNames() throws IOException {
    // given
    Manifest other = new BankModel(2).publish(root, "other", MONDAY);
    Files.createDirectories(root.resolve("bank"));
    Files.move(root.resolve("other").resolve(other.version().text()), folder(other));
    Files.writeString(root.resolve("bank/current.json"), other.version().toPointerJson());

    // when / then
    assertThatThrownBy(this::version)
        .hasMessageContaining("its manifest says it is other " + other.version());
  }

  @Test
  void shouldRecoverWhenTheSourceCannotBeReachedForAWhile() throws Exception {
    // given
    source.unreachable.set(true);
    assertThatThrownBy(this::version)
        .isInstanceOf(NoModelException.class)
        .hasMessage("model bank cannot be read at the moment: no route to host");
    Manifest published = new BankModel(1).publish(root, "bank", MONDAY);

    // when
    source.unreachable.set(false);
    pass(Duration.ofSeconds(1));

    // then
    assertThat(version()).isEqualTo(published.version());
    source.unreachable.set(true);
    pass(REFRESH);
    assertThat(version()).isEqualTo(published.version());
    eventually(
        () -> listener.told().stream().filter(t -> t.startsWith("unreachable")).count() == 2);
    assertThat(version()).isEqualTo(published.version());
  }

  @Test
  void shouldGoBackToAnOlderVersionWhenThePointerSaysSo() throws Exception {
    // given
    Manifest old = new BankModel(1).publish(root, "bank", MONDAY);
    Manifest recent = new BankModel(2).publish(root, "bank", MONDAY.plusSeconds(60));
    assertThat(version()).isEqualTo(recent.version());

    // when
    Files.writeString(root.resolve("bank/current.json"), old.version().toPointerJson());
    pass(REFRESH);
    version();

    // then
    eventually(() -> version().equals(old.version()));
  }

  @Test
  void shouldKeepARetiredModelOpenUntilItsLastRequestIsDone() throws Exception {
    // given
    new BankModel(1).publish(root, "bank", MONDAY);
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch swapped = new CountDownLatch(1);
    ExecutorService threads = Executors.newSingleThreadExecutor();
    Future<Double> slow =
        threads.submit(
            () ->
                models.use(
                    "bank",
                    model -> {
                      inside.countDown();
                      await(swapped);
                      return model.predict(List.of(Map.of())).probability(0, 1);
                    }));
    assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();

    // when
    Manifest successor = new BankModel(2).publish(root, "bank", MONDAY.plusSeconds(60));
    pass(REFRESH);
    version();
    eventually(() -> version().equals(successor.version()));
    swapped.countDown();

    // then
    assertThat(slow.get()).isEqualTo(probabilityOf(new BankModel(1)));
    threads.shutdown();
  }

  @Test
  void shouldDropNoRequestWhileVersionsChangeUnderLoad() throws Exception {
    // given
    List<BankModel> versions = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      versions.add(new BankModel(i - 4));
    }
    Set<Double> known = ConcurrentHashMap.newKeySet();
    for (BankModel version : versions) {
      known.add(probabilityOf(version));
    }
    versions.get(0).publish(root, "bank", MONDAY);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger answered = new AtomicInteger();
    Set<Double> seen = ConcurrentHashMap.newKeySet();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<?>> clients = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      clients.add(
          threads.submit(
              () -> {
                while (!stop.get()) {
                  double answer =
                      models.use("bank", m -> m.predict(List.of(Map.of())).probability(0, 1));
                  seen.add(answer);
                  answered.incrementAndGet();
                }
                return null;
              }));
    }

    eventually(() -> answered.get() > 20); // the first version

    // when
    for (int i = 1; i < versions.size(); i++) {
      Manifest next = versions.get(i).publish(root, "bank", MONDAY.plusSeconds(i));
      eventually(
          () -> {
            pass(REFRESH);
            return version().equals(next.version());
          });
      int before = answered.get();
      eventually(() -> answered.get() > before + 20);
    }
    stop.set(true);

    // then
    for (Future<?> client : clients) {
      client.get();
    }
    threads.shutdown();
    assertThat(seen).isSubsetOf(known).hasSize(versions.size());
  }

  @Test
  void shouldAnswerNoMoreOnceClosed() throws IOException {
    // given
    new BankModel(1).publish(root, "bank", MONDAY);
    version();

    // when
    models.close();

    // then
    assertThatThrownBy(this::version)
        .isInstanceOf(NoModelException.class)
        .hasMessageContaining("stopping");
  }

  private double probabilityOf(BankModel bank) throws IOException {
    Path elsewhere = root.resolve("elsewhere");
    Manifest manifest = bank.write(elsewhere, "bank", MONDAY);
    try (Model model =
        Bundle.open(new FolderBundleSource(elsewhere).files("bank", manifest.version()))) {
      return model.predict(List.of(Map.of())).probability(0, 1);
    }
  }

  private BundleVersion version() {
    return models.use("bank", model -> model.manifest().version());
  }

  private Path folder(Manifest manifest) {
    return root.resolve("bank").resolve(manifest.version().text());
  }

  private void pass(Duration time) {
    nanoTime.addAndGet(time.toNanos());
  }

  private static void eventually(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited for 30 s").isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The folder, with a count, a gate and a broken wire. */
  private final class CountingSource implements BundleSource {
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicBoolean unreachable = new AtomicBoolean();
    private volatile CountDownLatch gate = new CountDownLatch(0);

    @Override
    public Optional<BundleVersion> current(String model) throws IOException {
      asked.incrementAndGet();
      await(gate);
      if (unreachable.get()) {
        throw new IOException("no route to host");
      }
      return new FolderBundleSource(root).current(model);
    }

    @Override
    public BundleFiles files(String model, BundleVersion version) {
      return new FolderBundleSource(root).files(model, version);
    }
  }
}
