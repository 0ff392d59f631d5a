package io.escala.spark.segments;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Row;

/** Takes rows of {@link SegmentTable} apart. */
record RowReader(SegmentPlan plan) {

  EncodedRows.Builder builder() {
    return new EncodedRows.Builder(plan.categories().size(), plan.measures().size());
  }

  SegmentKey key(Row row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < plan.by().size(); i++) {
      values.add(row.get(i));
    }
    return new SegmentKey(plan.by(), values);
  }

  boolean isOf(SegmentKey key, Row row) {
    for (int i = 0; i < plan.by().size(); i++) {
      if (!Objects.equals(key.values().get(i), row.get(i))) {
        return false;
      }
    }
    return true;
  }

  void add(Row row, EncodedRows.Builder to) {
    String[] texts = new String[plan.categories().size()];
    for (int c = 0; c < texts.length; c++) {
      texts[c] = row.getString(plan.category(c));
    }
    double[] numbers = new double[plan.measures().size()];
    for (int m = 0; m < numbers.length; m++) {
      int at = plan.measure(m);
      numbers[m] = row.isNullAt(at) ? Double.NaN : row.getDouble(at);
    }
    to.add(texts, numbers, row.getInt(plan.label()), row.getLong(plan.hash()));
  }
}
