package io.escala.inference.http;

import io.escala.inference.Batch;
import io.escala.inference.InputException;
import io.escala.inference.Manifest;
import io.escala.inference.Model;
import io.escala.inference.Predictions;
import io.escala.inference.json.FlatRows;
import java.util.Optional;

/**
 * Scores {@code {"instances": [{...}, ...]}} of many rows without keeping them as maps first. It
 * takes only what is right and plain: anything else is for {@link Instances}, which says what is
 * wrong.
 */
final class FlatInstances implements FlatRows.Sink {
  /** Bodies of fewer bytes have a row or two: there is nothing to gain. */
  static final int SHORTEST = 2_048;

  /** The fields of a row are the bits of a long. */
  private static final int MOST_FIELDS = 64;

  private static final class GivenUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GivenUpException() {
      super(null, null, false, false);
    }
  }

  private final Model model;
  private final Batch batch;
  private final int inputs;
  private final long all;
  private long given;
  private boolean isTwice;

  private FlatInstances(Model model, Batch batch) {
    this.model = model;
    this.batch = batch;
    this.inputs = model.manifest().inputs().size();
    this.all = -1L >>> (Long.SIZE - inputs);
  }

  /**
   * The predictions for a body.
   *
   * @param limit how many instances one request may hold
   * @return nothing if the body must be read otherwise
   */
  static Optional<Predictions> predict(Model model, byte[] body, int limit) {
    Manifest manifest = model.manifest();
    boolean isFlat = manifest.inputs().stream().allMatch(input -> input.width() == 1);
    if (!isFlat || manifest.inputs().size() + manifest.ignored().size() > MOST_FIELDS) {
      return Optional.empty();
    }
    int rows = FlatRows.atMost(body);
    if (rows < 1 || rows > limit) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          model.predict(
              rows,
              batch -> {
                if (!FlatRows.read(body, "instances", new FlatInstances(model, batch))) {
                  throw new GivenUpException();
                }
              }));
    } catch (InputException | GivenUpException e) {
      return Optional.empty();
    }
  }

  @Override
  public int field(String name) {
    return model.field(name);
  }

  @Override
  public void number(int field, long value) {
    if (isInput(field)) {
      batch.set(field, value);
    }
  }

  @Override
  public void number(int field, double value) {
    if (isInput(field)) {
      batch.set(field, value);
    }
  }

  @Override
  public void text(int field, String value) {
    if (isInput(field)) {
      batch.set(field, value);
    }
  }

  @Override
  public void missing(int field) {
    if (isInput(field)) {
      batch.setNull(field);
    }
  }

  private boolean isInput(int field) {
    long bit = 1L << field;
    isTwice |= (given & bit) != 0;
    given |= bit;
    return field < inputs;
  }

  @Override
  public boolean endRow() {
    for (long lacking = all & ~given; lacking != 0; lacking &= lacking - 1) {
      batch.setNull(Long.numberOfTrailingZeros(lacking));
    }
    given = 0;
    batch.add();
    return !isTwice;
  }
}
