package io.escala.cli.emr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;

/**
 * What stands in for Spark in a step: a class of SparkSubmit's name that does what the job's
 * command says, in milliseconds; and one of the job's name that checks arguments.
 */
public final class FakeSpark {
  private static final String SUBMIT =
      """
      package org.apache.spark.deploy;

      import java.nio.file.*;
      import java.util.*;

      public class SparkSubmit {
        public static void main(String[] args) throws Exception {
          List<String> all = List.of(args);
          String status = value(all, "spark.escala.status=s3://");
          Path buckets = Path.of(value(all, "spark.hadoop.escala.s3.folder="));
          int jar = 0;
          while (!args[jar].endsWith(".jar")) jar++;
          switch (args[jar + 1]) {
            case "good" -> {
              System.err.println("[escala] fit: stage 0, 1/1 tasks, 0.1 s");
              int output = all.indexOf("--output-path");
              if (output > 0) {
                Path metrics = buckets.resolve(args[output + 1].substring(5)).resolve("metrics.json");
                Files.createDirectories(metrics.getParent());
                Files.writeString(metrics, "{\\"rows\\":{\\"input\\":10},\\"rocAuc\\":0.75,\\"curve\\":[1]}");
              }
            }
            case "bad" -> {
              write(buckets.resolve(status), "{\\"state\\":\\"FAILED\\",\\"error\\":\\"row 3 is bad\\"}");
              System.err.println("error: row 3 is bad");
              System.exit(1);
            }
            case "thrown" -> throw new IllegalStateException("outer", new RuntimeException("deepest"));
            default -> {
              write(buckets.resolve(status),
                  "{\\"state\\":\\"RUNNING\\",\\"step\\":\\"fit the trees\\",\\"stagesDone\\":3,\\"done\\":1,\\"tasks\\":4,\\"stepMillis\\":7000}");
              Path go = buckets.resolveSibling("go");
              while (!Files.exists(go)) Thread.sleep(20);
            }
          }
        }

        static String value(List<String> all, String start) {
          return all.stream().filter(a -> a.startsWith(start)).findFirst().map(a -> a.substring(start.length())).orElse("");
        }

        static void write(Path file, String text) throws Exception {
          Files.createDirectories(file.getParent());
          Files.writeString(file, text);
        }
      }
      """;

  private static final String JOB =
      """
      package io.escala.spark;

      public class SparkJob {
        public static void main(String[] args) {
          if (!Boolean.getBoolean("escala.check")) throw new AssertionError("it would run");
          if (java.util.Arrays.asList(args).contains("--wrong")) {
            System.err.println("Unknown option: '--wrong'");
            System.err.println("Usage: everything");
            System.exit(2);
          }
        }
      }
      """;

  private FakeSpark() {}

  /** Compiles both; returns the folder of the classes. */
  public static Path classes(Path folder) throws IOException {
    Path submit = folder.resolve("SparkSubmit.java");
    Path job = folder.resolve("SparkJob.java");
    Files.writeString(submit, SUBMIT);
    Files.writeString(job, JOB);
    Path classes = Files.createDirectories(folder.resolve("classes"));
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                List.of("-d", classes.toString(), submit.toString(), job.toString())
                    .toArray(String[]::new));
    if (result != 0) {
      throw new AssertionError("the fake Spark does not compile");
    }
    return classes;
  }
}
