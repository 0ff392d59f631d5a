package io.escala.spark.train;

import io.escala.spark.evaluate.HeldOutMetrics;
import io.escala.spark.evaluate.Measurements;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a recipe made of the rows.
 *
 * @param model to be published
 * @param scored all rows: the data columns in the order of the file, {@code label}, {@code split},
 *     {@code prediction}, {@code probability}. Rows of the split {@code train} were fitted to;
 *     every other row was scored by a model that had not seen it.
 * @param sample raw rows that are good for showing, held out where there are such
 * @param rows how many there are
 * @param trainRows how many the published model was fitted to
 * @param evaluatedRows how many are not of the split {@code train}
 * @param parameters of the split and the evaluation, for the provenance
 * @param split in a sentence: how rows were held out
 * @param folds of cross-validation, or none
 * @param timeSplit the same recipe on rows in the order of time, if that was measured
 * @param notes what whoever runs the job should know, each a line
 * @param release lets go of what was kept in memory and in temporary files
 */
record Trained(
    FittedModel model,
    Dataset<Row> scored,
    Dataset<Row> sample,
    long rows,
    long trainRows,
    long evaluatedRows,
    Map<String, String> parameters,
    String split,
    List<HeldOutMetrics> folds,
    Optional<Measurements.TimeSplit> timeSplit,
    List<String> notes,
    Runnable release)
    implements AutoCloseable {

  @Override
  public void close() {
    release.run();
  }
}
