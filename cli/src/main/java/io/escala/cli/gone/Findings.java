package io.escala.cli.gone;

import io.escala.cli.Aws;
import io.escala.cli.AwsFailure;
import io.escala.cli.Target;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What was looked at and what was found.
 *
 * @param left what is still there
 * @param going what is there and goes by itself, or is not this project's alone: named, not counted
 * @param looked each look with how many things it found
 * @param absent looks that ask a service that the endpoint does not have, so has nothing of
 * @param unknown looks that failed, with why: there may be more
 */
public record Findings(
    List<Leftover> left,
    List<Leftover> going,
    Map<String, Integer> looked,
    List<String> absent,
    Map<String, String> unknown) {

  /** Whether everything could be looked at and nothing was found. */
  public boolean isNothing() {
    return left.isEmpty() && unknown.isEmpty();
  }

  /** What is left, a few words each. */
  public List<String> titles() {
    return left.stream().map(Leftover::title).toList();
  }

  /** Looks everywhere. A look that fails is among the unknown, never among what is gone. */
  public static Findings at(Aws aws, Target target) {
    List<Leftover> left = new ArrayList<>();
    List<Leftover> going = new ArrayList<>();
    Map<String, Integer> looked = new LinkedHashMap<>();
    List<String> absent = new ArrayList<>();
    Map<String, String> unknown = new LinkedHashMap<>();
    for (Look look : Look.all(target.kind() == Target.Kind.LOCAL)) {
      try {
        Look.Found found = look.at(aws);
        looked.put(look.where(), found.left().size());
        found.left().stream().filter(thing -> !isIn(left, thing)).forEach(left::add);
        found.going().stream().filter(thing -> !isIn(going, thing)).forEach(going::add);
      } catch (AwsServiceException e) {
        if (e.statusCode() == 501 && target.isNear()) {
          absent.add(look.where());
        } else {
          unknown.put(look.where(), AwsFailure.of(e, target).getMessage());
        }
      } catch (SdkException e) {
        unknown.put(look.where(), AwsFailure.of(e, target).getMessage());
      }
    }
    return new Findings(left, going, looked, absent, unknown);
  }

  /** Two looks may find the same thing. */
  private static boolean isIn(List<Leftover> things, Leftover thing) {
    return things.stream()
        .anyMatch(other -> other.known().equals(thing.known()) && other.id().equals(thing.id()));
  }
}
