package io.escala.spark.profile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Values that are no numbers, told apart until there are too many. */
final class TextTally implements ColumnTally {
  private static final long serialVersionUID = 1L;
  private static final int SHOWN = 12;

  private final HashMap<String, Counts> values = new HashMap<>();
  private boolean tooMany;
  private long missing;

  @Override
  public void add(Object value, boolean positive) {
    if (value == null) {
      missing++;
    } else if (!tooMany) {
      values.computeIfAbsent(value.toString(), v -> new Counts()).add(positive);
      giveUpIfTooMany();
    }
  }

  private void giveUpIfTooMany() {
    if (tooMany || values.size() > DataProfile.MAX_DISTINCT) {
      tooMany = true;
      values.clear();
    }
  }

  @Override
  public void merge(ColumnTally other) {
    TextTally that = (TextTally) other;
    missing += that.missing;
    tooMany |= that.tooMany;
    that.values.forEach((v, c) -> values.computeIfAbsent(v, x -> new Counts()).add(c));
    giveUpIfTooMany();
  }

  @Override
  public ColumnProfile profile(String name, String type) {
    List<Map.Entry<String, Counts>> sorted = new ArrayList<>(values.entrySet());
    sorted.sort(
        Comparator.<Map.Entry<String, Counts>>comparingLong(e -> -e.getValue().rows)
            .thenComparing(Map.Entry::getKey));
    List<ColumnProfile.Part> parts = new ArrayList<>();
    Counts others = new Counts();
    // A single value too many is shown by itself
    int shown = sorted.size() == SHOWN + 1 ? SHOWN + 1 : Math.min(SHOWN, sorted.size());
    for (Map.Entry<String, Counts> value : sorted.subList(0, shown)) {
      Counts counts = value.getValue();
      parts.add(new ColumnProfile.Part(value.getKey(), counts.rows, counts.positives));
    }
    sorted.subList(shown, sorted.size()).forEach(e -> others.add(e.getValue()));
    if (others.rows > 0) {
      parts.add(
          new ColumnProfile.Part(
              sorted.size() - shown + " other values", others.rows, others.positives));
    }
    return new ColumnProfile(
        name,
        type,
        missing,
        tooMany ? OptionalLong.empty() : OptionalLong.of(values.size()),
        Optional.empty(),
        parts);
  }
}
