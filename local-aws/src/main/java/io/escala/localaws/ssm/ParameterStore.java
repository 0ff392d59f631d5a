package io.escala.localaws.ssm;

import io.escala.localaws.state.StateFolder;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The parameters of Systems Manager, in one record. */
public final class ParameterStore {
  private static final String FILE = "ssm/parameters.json";
  private final StateFolder state;
  private final Map<String, Parameter> parameters = new TreeMap<>();

  /**
   * A parameter.
   *
   * @param type {@code String}, {@code StringList} or {@code SecureString}; kept in clear whatever
   *     it is
   */
  public record Parameter(
      String name, String type, String value, long version, Instant lastModified) {}

  private record Saved(Map<String, Parameter> parameters) {}

  public ParameterStore(StateFolder state) {
    this.state = state;
    state.load(FILE, Saved.class).ifPresent(saved -> parameters.putAll(saved.parameters()));
  }

  /** A parameter, if it is there. */
  public synchronized Optional<Parameter> get(String name) {
    return Optional.ofNullable(parameters.get(name));
  }

  /** Sets a parameter and gives its new version. */
  public synchronized long put(String name, String type, String value) {
    long version = get(name).map(Parameter::version).orElse(0L) + 1;
    parameters.put(name, new Parameter(name, type, value, version, Instant.now()));
    state.save(FILE, new Saved(parameters));
    return version;
  }

  /** Removes a parameter; says whether it was there. */
  public synchronized boolean delete(String name) {
    boolean there = parameters.remove(name) != null;
    state.save(FILE, new Saved(parameters));
    return there;
  }
}
