package io.escala.image;

import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.http.ResponseException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/** What Jib reports, as one sentence that says which of the two registries it is about. */
final class Failure {
  private Failure() {}

  static ImageException of(Exception failure, Base base, String repository) {
    List<Throwable> chain = new ArrayList<>();
    for (Throwable cause = failure;
        cause != null && !chain.contains(cause);
        cause = cause.getCause()) {
      chain.add(cause);
    }
    String said = String.join(" ", chain.stream().map(cause -> "" + cause.getMessage()).toList());
    String about =
        isAbout(base, repository, said)
            ? "the base image " + base.name()
            : "the repository " + repository;
    for (Throwable cause : chain) {
      if (cause instanceof RegistryUnauthorizedException) {
        return new ImageException(
            about
                + ": the registry does not know the credentials, or they do not allow this"
                + status(chain),
            failure);
      }
      if (cause instanceof UnknownHostException
          || cause instanceof SocketTimeoutException
          || cause instanceof SocketException) {
        return new ImageException(
            about + ": its registry cannot be reached: " + firstLine(cause), failure);
      }
      if (cause instanceof ResponseException response) {
        return new ImageException(
            about + ": its registry answered " + response.getStatusCode(), failure);
      }
    }
    Throwable root = chain.get(chain.size() - 1);
    return new ImageException(
        about + ": " + firstLine(chain.get(0)) + reason(chain, root), failure);
  }

  private static String status(List<Throwable> chain) {
    for (Throwable cause : chain) {
      if (cause instanceof ResponseException response) {
        return ": it answered " + response.getStatusCode();
      }
    }
    return "";
  }

  private static String reason(List<Throwable> chain, Throwable root) {
    return root == chain.get(0) || firstLine(chain.get(0)).contains(firstLine(root))
        ? ""
        : " (" + firstLine(root) + ")";
  }

  /** By the repository's name without its registry and digest, which Jib leaves out or adds. */
  private static boolean isAbout(Base base, String repository, String said) {
    if (!(base instanceof Base.Pinned pinned)) {
      return false;
    }
    String name = pinned.name().substring(0, pinned.name().indexOf('@'));
    String registry = name.substring(0, name.indexOf('/'));
    boolean sameRegistry = repository.startsWith(registry + "/");
    return said.contains(name) || (!sameRegistry && said.contains(registry));
  }

  private static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank()
        ? failure.getClass().getSimpleName()
        : message.strip().lines().findFirst().orElse("");
  }
}
