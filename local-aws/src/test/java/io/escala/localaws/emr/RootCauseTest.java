package io.escala.localaws.emr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RootCauseTest {
  @Test
  void theDeepestCauseOfAnUncaughtExceptionIsTaken() {
    assertThat(
            RootCause.in(
                List.of(
                    "26/11/23 10:00:00 INFO SparkContext: Running",
                    "Exception in thread \"main\" org.apache.spark.SparkException: job failed",
                    "\tat a.B.c(B.java:1)",
                    "Caused by: java.lang.IllegalStateException: middle",
                    "\t... 3 more",
                    "Caused by: java.lang.NumberFormatException: For input string: \"x\"",
                    "\tat a.B.d(B.java:2)",
                    "26/11/23 10:00:01 INFO ShutdownHookManager: Shutdown hook called")))
        .contains("java.lang.NumberFormatException: For input string: \"x\"");
  }

  @Test
  void aLineThatTheJobPrintsIsTakenThoughSparkLogsAfterIt() {
    assertThat(
            RootCause.in(
                List.of(
                    "26/11/23 10:00:00 INFO SparkContext: Running",
                    "[escala] reading",
                    "escala: bank.csv row 3: column age holds 'old', a number is needed",
                    "[escala] stopped",
                    "26/11/23 10:00:01 INFO ShutdownHookManager: Shutdown hook called")))
        .contains("bank.csv row 3: column age holds 'old', a number is needed");
  }

  @Test
  void logLinesAloneHoldNoCause() {
    assertThat(RootCause.in(List.of("26/11/23 10:00:00 INFO SparkContext: Running"))).isEmpty();
  }
}
