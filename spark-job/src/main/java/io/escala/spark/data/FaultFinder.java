package io.escala.spark.data;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/** Goes through a partition's lines or records, which come block by block and in order. */
final class FaultFinder implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private final Diagnosis diagnosis;
  private final HashMap<String, Long> before;
  private final int mostABlock;

  /**
   * @param before how many lines of the same file stand before a block, by {@link #key}; where none
   *     is given, numbers count from the block's start
   * @param mostABlock how many faults of one block are told
   */
  FaultFinder(Diagnosis diagnosis, Map<String, Long> before, int mostABlock) {
    this.diagnosis = diagnosis;
    this.before = new HashMap<>(before);
    this.mostABlock = mostABlock;
  }

  static String key(String file, long block) {
    return block + " " + file;
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    return new Found(rows);
  }

  private final class Found implements Iterator<Row> {
    private final Iterator<Row> rows;
    private String file = "";
    private long block;
    private long lines;
    private long told;
    private Row next;

    Found(Iterator<Row> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      while (next == null && rows.hasNext()) {
        next = fault(rows.next());
      }
      return next != null;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row found = next;
      next = null;
      return found;
    }

    /** As {@link FaultSearch#FOUND} says, or null. */
    private Row fault(Row row) {
      if (!row.getString(0).equals(file) || row.getLong(1) != block) {
        file = row.getString(0);
        block = row.getLong(1);
        lines = before.getOrDefault(key(file, block), 0L);
        told = 0;
      }
      lines++;
      boolean isHeader = diagnosis.isOfLines() && block == 0 && lines == 1;
      if (isHeader || row.getString(3).isBlank() || told >= mostABlock) {
        return null;
      }
      Fault fault =
          diagnosis.isOfLines()
              ? diagnosis.ofLine(row.getString(3)).orElse(null)
              : diagnosis.ofRecord(row.getList(4));
      if (fault == null) {
        return null;
      }
      told++;
      long number = diagnosis.isOfLines() ? lines : row.getLong(2);
      return RowFactory.create(
          file, block, number, fault.column(), fault.value(), fault.reason(), row.getString(3));
    }
  }
}
