import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What every candidate does: takes the body in, answers this on one of two threads of its own. */
final class Answer {
  static final int PORT = Integer.getInteger("port", 9001);
  static final byte[] BODY =
      "{\"predictions\":[{\"label\":\"no\",\"probability\":0.034}]}".getBytes(StandardCharsets.UTF_8);
  static final ExecutorService SCORERS = Executors.newFixedThreadPool(2);

  private Answer() {}
}
