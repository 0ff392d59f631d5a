package io.escala.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the command answers when it is called wrongly. What the process does is in ServerJarIT. */
class ServeCommandTest {
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream error = new ByteArrayOutputStream();

  @BeforeEach
  void listen() {
    System.setErr(new PrintStream(error, true, UTF_8));
  }

  @AfterEach
  void stop() {
    System.setErr(before);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--models=s3://bucket/models                        | --models is in S3: name the models with --model",
        "--models=s3://a/models --models=s3://b/models --model=bank | --models is given several times, which folders may be, but not S3: s3://a/models, s3://b/models",
        "--models=x --model=bank@7                          | --model is bank@7: its version is \"7\", but a version looks like 2026",
        "--models=x --model=bank,bank@20261123T194500Z-1a2b3c4d | --model names a model twice, in different versions: bank, bank@2026",
        "--models=ftp://bucket/models                       | --models is ftp://bucket/models, but must be a folder or s3://",
        "--models=x --port=99999                            | --port is 99999, but must be 0 to 65535",
        "--models=x --model=../x                            | --model is \"../x\", but must be 1 to 64 letters",
        "--models=x --wait                                  | --wait is given without --model",
        "--models=x --max-rows=0                            | --max-rows is 0, but must be at least 1",
        "--models=x --max-body=-1                           | --max-body is -1, but must be at least 1",
        "--models=x --queue=0                               | --queue is 0, but must be at least 1",
        "--models=x --port=http                             | Invalid value for option '--port'",
        "--models=x --unknown                               | Unknown option: '--unknown'",
        "--port=1                                           | Missing required option"
      })
  void shouldSayHowItIsCalled(String arguments, String sentence) {
    List<String> words = new ArrayList<>(Arrays.asList(arguments.split(" ", -1)));
    assertThat(ServeCommand.run(words.toArray(String[]::new))).isEqualTo(2);
    assertThat(error.toString(UTF_8)).startsWith(sentence).doesNotContain("\tat ");
  }

  @Test
  void shouldRefuseAModelThatTwoFoldersHold(@TempDir Path root) throws Exception {
    Path one = TestServer.copy("wine", root.resolve("one"));
    Path two = TestServer.copy("wine", root.resolve("two"));
    assertThat(ServeCommand.run("--models=" + one, "--models=" + two)).isEqualTo(1);
    assertThat(error.toString(UTF_8))
        .isEqualToIgnoringNewLines(
            "escala: both %s and %s hold a model wine: serve one of them, or serve them on two ports"
                .formatted(one, two));
  }

  @Test
  void shouldSayThatS3NeedsARegionOrCredentials() {
    assertThat(ServeCommand.run("--models=s3://bucket/models", "--model=bank")).isEqualTo(1);
    assertThat(error.toString(UTF_8)).startsWith("escala: AWS_");
  }
}
