package io.escala.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class DataTest {
  private static final byte[] ROWS = "\"age\";\"y\"\n30;\"no\"\n".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private HttpServer mirror;
  private byte[] served = new byte[0];
  private int status = 200;
  private final AtomicInteger requests = new AtomicInteger();

  @BeforeEach
  void startMirror() throws IOException {
    mirror = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    mirror.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.sendResponseHeaders(status, 0);
          exchange.getResponseBody().write(served);
          exchange.close();
        });
    mirror.start();
  }

  @AfterEach
  void stopMirror() {
    mirror.stop(0);
  }

  @Test
  void unpacksTheFilesWhoseChecksumsAreRight() throws Exception {
    // given
    byte[] bank = zip("bank-full.csv", ROWS);
    served = zip("bank.zip", bank);

    // when
    int exit = run(new Data(sha256(bank), Map.of("bank-full.csv", sha256(ROWS))));

    // then
    assertThat(exit).isZero();
    assertThat(folder.resolve("bank-full.csv")).hasBinaryContent(ROWS);
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void downloadsNothingWhenTheFilesAreThereAlready() throws Exception {
    // given
    Files.write(folder.resolve("bank-full.csv"), ROWS);

    // when
    int exit = run(new Data("unused", Map.of("bank-full.csv", sha256(ROWS))));

    // then
    assertThat(exit).isZero();
    assertThat(requests).hasValue(0);
  }

  @Test
  void refusesAnArchiveWithAnotherChecksumAndUnpacksNothing() throws Exception {
    // given
    served = zip("bank.zip", zip("bank-full.csv", ROWS));

    // when, then
    assertThatThrownBy(() -> run(new Data("0".repeat(64), Map.of("bank-full.csv", sha256(ROWS)))))
        .hasMessageContaining("bank.zip has SHA-256")
        .hasMessageContaining("nothing was unpacked");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesAFileInsideTheArchiveWithAnotherChecksumAndUnpacksNothing() throws Exception {
    // given
    byte[] bank = zip("bank-full.csv", ROWS);
    served = zip("bank.zip", bank);

    // when, then
    assertThatThrownBy(() -> run(new Data(sha256(bank), Map.of("bank-full.csv", "0".repeat(64)))))
        .hasMessageContaining("bank-full.csv has SHA-256");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void saysWhatTheServerAnsweredAndHowToGoOnWithoutIt() {
    // given
    status = 503;

    // when, then
    assertThatThrownBy(() -> run(new Data()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("the server answered 503")
        .hasMessageContaining("--input FILE");
  }

  @Test
  void refusesWhatIsNoArchive() {
    // given
    served = "<html>moved</html>".getBytes(StandardCharsets.UTF_8);

    // when, then
    assertThatThrownBy(() -> run(new Data())).hasMessageContaining("is no zip archive");
  }

  private int run(Data data) throws Exception {
    new CommandLine(data)
        .parseArgs(
            "--to",
            folder.toString(),
            "--url",
            "http://127.0.0.1:" + mirror.getAddress().getPort() + "/bank.zip");
    return data.call();
  }

  private static byte[] zip(String name, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    return bytes.toByteArray();
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
