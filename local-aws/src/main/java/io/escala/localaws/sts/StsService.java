package io.escala.localaws.sts;

import io.escala.localaws.http.AwsException;
import io.escala.localaws.http.AwsRequest;
import io.escala.localaws.http.AwsResponse;
import io.escala.localaws.http.AwsService;
import io.escala.localaws.http.QueryForm;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says who the caller is, and hands out credentials for any role: nothing here checks them. */
public final class StsService implements AwsService {
  private static final String NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";
  private static final Pattern ROLE = Pattern.compile("arn:aws[a-z-]*:iam::(\\d{12}):role/(.+)");
  private static final int DEFAULT_SECONDS = 3600;

  private final String accountId;

  public StsService(String accountId) {
    this.accountId = accountId;
  }

  @Override
  public String signingName() {
    return "sts";
  }

  @Override
  public AwsResponse handle(AwsRequest request) throws IOException {
    QueryForm form = QueryForm.of(request);
    return switch (form.action()) {
      case "GetCallerIdentity" -> callerIdentity(form);
      case "AssumeRole" -> assumeRole(form);
      default -> throw AwsException.notHandled("STS", form.action());
    };
  }

  @Override
  public AwsResponse error(AwsRequest request, AwsException error) {
    return QueryForm.error(NAMESPACE, error);
  }

  private AwsResponse callerIdentity(QueryForm form) {
    form.requireAllRead("GetCallerIdentity");
    return QueryForm.answer(
        "GetCallerIdentity",
        NAMESPACE,
        result ->
            result
                .text("Arn", "arn:aws:iam::" + accountId + ":root")
                .text("UserId", accountId)
                .text("Account", accountId));
  }

  private AwsResponse assumeRole(QueryForm form) {
    String arn = form.require("RoleArn");
    String session = form.require("RoleSessionName");
    Matcher role = ROLE.matcher(arn);
    if (!role.matches()) {
      throw new AwsException(400, "ValidationError", arn + " is not the ARN of a role");
    }
    if (!role.group(1).equals(accountId)) {
      throw new AwsException(
          403,
          "AccessDenied",
          "local-aws plays the account " + accountId + " only, and " + arn + " is in another");
    }
    int seconds = form.text("DurationSeconds").map(Integer::parseInt).orElse(DEFAULT_SECONDS);
    form.ignore("ExternalId", "Policy", "PolicyArns", "Tags", "TransitiveTagKeys");
    form.requireAllRead("AssumeRole");
    String name = role.group(2).substring(role.group(2).lastIndexOf('/') + 1);
    String id = "AROA" + Integer.toHexString(name.hashCode()).toUpperCase(Locale.ROOT);
    return QueryForm.answer(
        "AssumeRole",
        NAMESPACE,
        result ->
            result
                .element(
                    "AssumedRoleUser",
                    user ->
                        user.text("AssumedRoleId", id + ":" + session)
                            .text(
                                "Arn",
                                "arn:aws:sts::"
                                    + accountId
                                    + ":assumed-role/"
                                    + name
                                    + "/"
                                    + session))
                .element(
                    "Credentials",
                    credentials ->
                        credentials
                            .text("AccessKeyId", "ASIALOCALAWSLOCALAWS")
                            .text("SecretAccessKey", "local-aws-verifies-no-signature")
                            .text("SessionToken", "local-aws")
                            .text(
                                "Expiration",
                                Instant.now()
                                    .truncatedTo(ChronoUnit.SECONDS)
                                    .plusSeconds(seconds))));
  }
}
