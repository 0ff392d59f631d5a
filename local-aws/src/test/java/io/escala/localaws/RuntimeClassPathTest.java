package io.escala.localaws;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeClassPathTest {
  @TempDir Path folder;
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(before);
  }

  @Test
  void theEndpointStartsWithoutSparkAndHadoop() throws Exception {
    // given the class path without what only steps need
    List<URL> urls = new ArrayList<>();
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      boolean ours = element.contains("/commons-compress/") || element.contains("/commons-lang3/");
      if (ours || (!element.contains("/org/apache/") && !element.contains("scala"))) {
        urls.add(Path.of(element).toUri().toURL());
      }
    }
    try (URLClassLoader loader =
        new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      Thread.currentThread().setContextClassLoader(loader);
      Class<?> options = loader.loadClass(Options.class.getName());
      Class<?> localAws = loader.loadClass(LocalAws.class.getName());

      // when
      Object endpoint =
          localAws
              .getMethod("start", options)
              .invoke(null, options.getMethod("of", Path.class, int.class).invoke(null, folder, 0));

      // then
      try (AutoCloseable started = (AutoCloseable) endpoint) {
        assertThat(started).isNotNull();
      }
    }
  }
}
