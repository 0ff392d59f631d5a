package io.escala.infra;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A text file of the repository that a test writes and a person reviews. A difference fails the
 * test; with {@code -Descala.approve=true} the file is rewritten instead, for the review to happen
 * in the diff of the commit.
 */
final class Approved {
  private static final Path ROOT = Path.of(System.getProperty("escala.root"));
  private static final boolean APPROVE = Boolean.getBoolean("escala.approve");

  private Approved() {}

  /**
   * @param file relative to the project's root folder
   * @param received what it should hold
   */
  static void verify(String file, String received) {
    Path approved = ROOT.resolve(file);
    Path other = ROOT.resolve("infra/target/received").resolve(approved.getFileName());
    try {
      if (APPROVE) {
        Files.createDirectories(approved.getParent());
        Files.writeString(approved, received);
        return;
      }
      if (Files.exists(approved) && Files.readString(approved).equals(received)) {
        return;
      }
      Files.createDirectories(other.getParent());
      Files.writeString(other, received);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(approved)
        .as(
            "%s is not what the code gives now, which is in %s. If the difference is meant,"
                + " approve it and commit: %s",
            file, ROOT.relativize(other), command())
        .exists()
        .hasContent(received);
  }

  /** What rewrites all of these files. */
  static String command() {
    return "mvn -pl infra -am -Dsurefire.failIfNoSpecifiedTests=false"
        + " -Dtest='ApprovedTemplatesTest,IamDocumentTest' -Descala.approve=true test";
  }
}
