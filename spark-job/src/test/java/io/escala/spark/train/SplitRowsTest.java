package io.escala.spark.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.escala.spark.JobRun;
import io.escala.spark.TestSpark;
import io.escala.spark.data.BadRowPolicy;
import io.escala.spark.data.BadRows;
import io.escala.spark.data.BankRows;
import io.escala.spark.data.DataFiles;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SplitRowsTest {
  @TempDir Path folder;

  @Test
  void shouldSplitAsSparksOwnRandomSplitDoesOnOnePartition() throws Exception {
    // given
    String path = folder.resolve("rows").toString();
    JobRun.of("generate", "--rows", "2000", "--output-path", path);
    SparkSession spark = TestSpark.session();
    BankRows source =
        BankRows.read(spark, DataFiles.at(spark.sparkContext().hadoopConfiguration(), path));
    Dataset<Row>[] expected =
        source.rows().drop(BankRows.FAULT).repartition(1).randomSplit(new double[] {0.7, 0.3}, 100);

    // when
    try (BadRows bad =
            BadRows.of(spark.sparkContext().hadoopConfiguration(), BadRowPolicy.failing());
        SplitRows rows = SplitRows.of(source, bad, path, List.of(), 100)) {

      // then
      assertThat(part(rows, SplitRows.TRAIN)).isEqualTo(expected[0].collectAsList());
      assertThat(part(rows, SplitRows.TEST)).isEqualTo(expected[1].collectAsList());
      assertThat(rows.trainRows()).isEqualTo(expected[0].count());
      assertThat(rows.rows()).isEqualTo(2000);
    }
  }

  private static List<Row> part(SplitRows rows, String name) {
    return rows.part(name).drop(BankRows.FAULT, SplitRows.SPLIT).collectAsList();
  }
}
