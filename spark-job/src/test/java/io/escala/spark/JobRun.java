package io.escala.spark;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A run of the job in this JVM: what it returned and said. */
public record JobRun(int code, String out, String err) {

  public static JobRun of(String... args) {
    TestSpark.session();
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = new SparkJob(new PrintWriter(out, true), new PrintWriter(err, true)).run(args);
    return new JobRun(code, out.toString(), err.toString());
  }

  /** What it said on stderr, without progress. */
  public String complaint() {
    return String.join("\n", err.lines().filter(l -> !l.startsWith("[escala] ")).toList());
  }
}
