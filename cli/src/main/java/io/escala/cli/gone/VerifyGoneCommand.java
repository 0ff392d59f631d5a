package io.escala.cli.gone;

import io.escala.cli.Aws;
import io.escala.cli.AwsCommand;
import io.escala.cli.Target;
import io.escala.cli.UserException;
import io.escala.cli.Workspace;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Proves that nothing is left. */
@Command(
    name = "verify-gone",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lists what still exists of Escala, why, what it costs and how to remove it; changes nothing.",
      "It looks for the project's tag, and for what is known to be left behind without it."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Nothing is left, and everything could be looked at.",
      "1:Something is left, or a look failed.",
      "2:Wrong usage."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  ./escala verify-gone                           the endpoint of ./escala up",
      "  ./escala verify-gone --aws --region eu-west-1  an account, one region",
      "  ./escala verify-gone --json | jq -r '.left[].remove'"
    })
public final class VerifyGoneCommand extends AwsCommand {
  @Override
  protected int run(Aws aws, Target target, Workspace workspace) {
    Findings findings = Findings.at(aws, target);
    if (json()) {
      print(target, json(findings));
    } else {
      print(findings, target);
    }
    return findings.isNothing() ? 0 : 1;
  }

  @Override
  protected int runWithoutEndpoint(Workspace workspace, UserException mistake) {
    if (Files.exists(workspace.state())) {
      throw new UserException(
          "the AWS endpoint of this checkout does not run, but what it holds is still in "
              + Workspace.show(workspace.state())
              + "; ./escala down destroys that");
    }
    if (json()) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("target", "local");
      json.put("endpoint", null);
      json.putAll(json(new Findings(List.of(), List.of(), Map.of(), List.of(), Map.of())));
      print(json);
    } else {
      System.out.println(
          "Nothing is left on this machine: the AWS endpoint of this checkout does not run, and there"
              + " is no "
              + Workspace.show(workspace.state())
              + ".\nNo account of AWS was looked at: that takes --aws.");
    }
    return 0;
  }

  private static Map<String, Object> json(Findings findings) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("gone", findings.isNothing());
    json.put("left", findings.left().stream().map(Leftover::json).toList());
    json.put("notCounted", findings.going().stream().map(Leftover::name).toList());
    json.put("looked", findings.looked());
    json.put("notThere", findings.absent());
    json.put("unknown", findings.unknown());
    return json;
  }

  private static void print(Findings findings, Target target) {
    for (Leftover thing : findings.left()) {
      System.out.println(thing.title());
      System.out.println("  why     " + thing.known().why());
      System.out.println((target.isNear() ? "  on AWS  " : "  costs   ") + thing.known().cost());
      System.out.println("  remove  " + thing.removal());
    }
    if (!findings.left().isEmpty()) {
      System.out.println();
    }
    findings
        .looked()
        .forEach((where, found) -> System.out.println("looked  " + where + found(found)));
    findings
        .absent()
        .forEach(
            where -> System.out.println("looked  " + where + ": the endpoint has no such service"));
    findings.going().forEach(thing -> System.out.println("stays   " + thing.title()));
    findings.unknown().forEach((where, why) -> System.out.println("FAILED  " + where + ": " + why));
    System.out.println();
    System.out.println(verdict(findings));
    if (target.kind() == Target.Kind.LOCAL && !findings.left().isEmpty()) {
      System.out.println(
          "Here it costs nothing, and ./escala down removes all of it. The commands above would go to"
              + " AWS; here they go after\n  eval \"$(./escala status --env)\"");
    }
  }

  private static String found(int found) {
    return ": " + (found == 0 ? "none" : Integer.toString(found));
  }

  private static String verdict(Findings findings) {
    String verdict =
        findings.left().isEmpty()
            ? "Nothing is left."
            : findings.left().size() == 1
                ? "1 thing is left."
                : findings.left().size() + " things are left.";
    if (findings.unknown().isEmpty()) {
      return verdict;
    }
    return findings.left().isEmpty()
        ? "Whether something is left is not known: a look failed."
        : verdict + " There may be more: a look failed.";
  }
}
