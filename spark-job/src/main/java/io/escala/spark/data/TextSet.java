package io.escala.spark.data;

import io.escala.spark.InternalCall;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * A few texts. Whether a value is one of them is told by its length and its first eight bytes as
 * one number; Spark's own {@code in} compares texts byte by byte, or puts them through a hash.
 */
public final class TextSet implements Serializable {
  private static final long serialVersionUID = 1L;

  /** So many bytes make up {@link UTF8String#getPrefix}. */
  private static final int PREFIX = 8;

  private final UTF8String[] texts;
  private final long[] prefixes;

  TextSet(List<String> texts) {
    this.texts = texts.stream().map(UTF8String::fromString).toArray(UTF8String[]::new);
    this.prefixes = new long[this.texts.length];
    for (int i = 0; i < prefixes.length; i++) {
      prefixes[i] = this.texts[i].getPrefix();
    }
  }

  /** True where a column's value is null or one of the texts. */
  Column holds(Column value) {
    return InternalCall.of(this, "holds", DataTypes.BooleanType, value);
  }

  /** For generated code. */
  public boolean holds(UTF8String value) {
    if (value == null) {
      return true;
    }
    int length = value.numBytes();
    long prefix = value.getPrefix();
    for (int i = 0; i < prefixes.length; i++) {
      if (prefixes[i] == prefix
          && texts[i].numBytes() == length
          && (length <= PREFIX || texts[i].equals(value))) {
        return true;
      }
    }
    return false;
  }
}
