package io.escala.cli.emr;

import io.escala.cli.UserException;
import io.escala.cli.Workspace;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The job's command and its arguments. The job itself checks them, in a JVM of its own on this
 * machine, where it ends before it would start Spark.
 */
record JobArguments(List<String> words) {
  static final String JAR = "spark-job/target/escala-spark-job.jar";

  private static final Pattern PATH_OPTION = Pattern.compile("(--[a-z-_]+[-_](?:path|file))(=.*)?");
  private static final Pattern OF_A_CLUSTER = Pattern.compile("(s3|s3a|s3n|hdfs)://.+");

  /** True when help is asked for, which the job gives here. */
  boolean isHelp() {
    return words.get(0).equals("help")
        || words.stream().anyMatch(word -> word.matches("-h|--help|-V|--version"));
  }

  /** The command, which EMR lists the step as. */
  String command() {
    return words.get(0);
  }

  /**
   * Runs the job's own parser, which speaks on stderr.
   *
   * @return its exit code: 0 when the arguments are right, 2 when they are not
   */
  int check(Workspace workspace) {
    Path root = workspace.root();
    try {
      List<String> command = new ArrayList<>();
      command.add(workspace.sparkJava().toString());
      command.addAll(
          List.of(
              Files.readString(root.resolve("spark-job/target/spark.jvm.options"))
                  .strip()
                  .split("\\s+", -1)));
      command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
      command.add("-Descala.check=true");
      command.add("-cp");
      command.add(
          root.resolve(JAR)
              + ":"
              + Files.readString(root.resolve("spark-job/target/spark.classpath")).strip());
      command.add("io.escala.spark.SparkJob");
      command.addAll(words);
      Process process =
          new ProcessBuilder(command).redirectOutput(ProcessBuilder.Redirect.INHERIT).start();
      process.getOutputStream().close();
      List<String> said;
      try (BufferedReader reader = process.errorReader()) {
        said = reader.lines().toList();
      }
      int code = process.waitFor();
      said.stream().takeWhile(line -> !line.startsWith("Usage: ")).forEach(System.err::println);
      if (code == 2) {
        System.err.println("./escala submit " + command() + " --help tells the job's options");
      }
      return code;
    } catch (IOException e) {
      throw new UserException(
          "the job's arguments cannot be checked: " + e.getMessage() + "; mvn package builds it",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UserException("interrupted", e);
    }
  }

  /**
   * What a cluster cannot reach: a file of this machine. A plain path means HDFS on EMR, which goes
   * with the cluster.
   */
  Optional<String> unreachable() {
    for (int i = 1; i < words.size(); i++) {
      Matcher option = PATH_OPTION.matcher(words.get(i));
      if (!option.matches()) {
        continue;
      }
      String value =
          option.group(2) != null
              ? option.group(2).substring(1)
              : i + 1 < words.size() ? words.get(i + 1) : "";
      if (!OF_A_CLUSTER.matcher(value).matches()) {
        return Optional.of(
            "%s is %s, which is no address that a cluster reaches; it must be one such as s3://bucket/folder%s"
                .formatted(
                    option.group(1),
                    value,
                    Files.exists(Path.of(value))
                        ? ". To upload it: aws s3 cp " + value + " s3://BUCKET/data/"
                        : ""));
      }
    }
    return Optional.empty();
  }
}
