package io.escala.localaws.emr;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The arguments of {@code spark-submit}, as far as another cluster manager changes them: {@code
 * --master} and {@code --deploy-mode}, and what {@code spark-submit}'s start script would have done
 * with the driver's memory and JVM options. Everything else stays as it is written.
 *
 * @param options the options before the application, without master and deploy mode
 * @param application the application's jar and its own arguments
 * @param driverMemory {@code --driver-memory}, for example {@code 4g}
 * @param driverJavaOptions {@code --driver-java-options}
 */
record SparkSubmitArguments(
    List<String> options,
    List<String> application,
    Optional<String> driverMemory,
    Optional<String> driverJavaOptions) {

  private static final Set<String> FLAGS =
      Set.of("--verbose", "-v", "--supervise", "--usage-error", "--version", "--help", "-h");

  /** What a start script does before the JVM runs, which has no meaning here. */
  private static final Set<String> NOT_HANDLED =
      Set.of(
          "--driver-class-path",
          "--driver-library-path",
          "--properties-file",
          "--py-files",
          "--proxy-user",
          "--keytab",
          "--principal",
          "spark.driver.extraClassPath",
          "spark.driver.extraLibraryPath");

  /**
   * Reads what stands after {@code spark-submit}.
   *
   * @throws IllegalArgumentException naming what is missing or not handled
   */
  static SparkSubmitArguments of(List<String> args) {
    List<String> options = new ArrayList<>();
    Map<String, String> driver = new LinkedHashMap<>();
    int i = 0;
    for (; i < args.size() && args.get(i).startsWith("-"); i++) {
      String option = args.get(i);
      if (FLAGS.contains(option)) {
        options.add(option);
        continue;
      }
      int equals = option.startsWith("--") ? option.indexOf('=') : -1;
      String name = equals > 0 ? option.substring(0, equals) : option;
      if (equals < 0 && i + 1 == args.size()) {
        throw new IllegalArgumentException("spark-submit's option " + name + " lacks its value");
      }
      String value = equals > 0 ? option.substring(equals + 1) : args.get(++i);
      refuseNotHandled(name);
      switch (name) {
        case "--master", "--deploy-mode" -> {}
        case "--driver-memory" -> {
          driver.put("spark.driver.memory", value);
          options.addAll(List.of(name, value));
        }
        case "--driver-java-options" -> {
          driver.put("spark.driver.extraJavaOptions", value);
          options.addAll(List.of(name, value));
        }
        case "--conf", "-c" -> {
          String key = value.contains("=") ? value.substring(0, value.indexOf('=')) : value;
          refuseNotHandled(key);
          if (!key.equals("spark.master") && !key.equals("spark.submit.deployMode")) {
            driver.putIfAbsent(key, value.substring(Math.min(value.length(), key.length() + 1)));
            options.addAll(List.of(name, value));
          }
        }
        default -> options.addAll(List.of(name, value));
      }
    }
    if (i == args.size()) {
      throw new IllegalArgumentException(
          "spark-submit names no application jar after its options: " + String.join(" ", args));
    }
    return new SparkSubmitArguments(
        options,
        args.subList(i, args.size()),
        Optional.ofNullable(driver.get("spark.driver.memory")),
        Optional.ofNullable(driver.get("spark.driver.extraJavaOptions")));
  }

  /** The full list for {@code SparkSubmit}, with this machine's configuration around it. */
  List<String> with(Map<String, String> defaults, Map<String, String> fixed) {
    List<String> all = new ArrayList<>(List.of("--master", "local[*]", "--deploy-mode", "client"));
    defaults.forEach((key, value) -> all.addAll(List.of("--conf", key + "=" + value)));
    all.addAll(options);
    fixed.forEach((key, value) -> all.addAll(List.of("--conf", key + "=" + value)));
    all.addAll(application);
    return all;
  }

  private static void refuseNotHandled(String name) {
    if (NOT_HANDLED.contains(name)) {
      throw new IllegalArgumentException("local-aws does not handle spark-submit's " + name);
    }
  }
}
