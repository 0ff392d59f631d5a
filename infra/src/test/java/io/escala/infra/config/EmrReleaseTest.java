package io.escala.infra.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EmrReleaseTest {
  @ParameterizedTest
  @EnumSource
  void shouldRunWhatTheJobIsCompiledAgainst(EmrRelease release) throws Exception {
    // then
    assertThat(minor(release.spark())).isEqualTo(minor(pomProperty("spark.version")));
    assertThat(minor(release.scala())).isEqualTo(pomProperty("spark.scala.version"));
    assertThat(release.java())
        .isGreaterThanOrEqualTo(Integer.parseInt(pomProperty("maven.compiler.release")));
  }

  private static String minor(String version) {
    return version.replaceFirst("^(\\d+\\.\\d+).*", "$1");
  }

  private static String pomProperty(String name) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(Path.of(System.getProperty("escala.root"), "pom.xml").toFile())
        .getElementsByTagName(name)
        .item(0)
        .getTextContent();
  }
}
