package io.escala.localaws.conformity;

import io.escala.localaws.Clients;
import java.util.List;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterType;
import software.amazon.awssdk.services.sts.StsClient;

/** Who one is, and what the account has noted. */
final class AccountScenario {
  private AccountScenario() {}

  static List<Answer> identity(String url) {
    try (StsClient sts = Clients.client(StsClient.builder(), url)) {
      String account = sts.getCallerIdentity().account();
      sts.assumeRole(
          a -> a.roleArn("arn:aws:iam::" + account + ":role/cdk/deploy").roleSessionName("test"));
    }
    return List.of();
  }

  static List<Answer> parameters(String url) {
    try (SsmClient ssm = Clients.client(SsmClient.builder(), url)) {
      ssm.putParameter(p -> p.name("/a/b").value("1").type(ParameterType.STRING));
      ssm.putParameter(p -> p.name("list").value("1,2").type(ParameterType.STRING_LIST));
      ssm.getParameter(g -> g.name("/a/b"));
      ssm.getParameters(g -> g.names("/a/b", "list", "nix"));
      ssm.deleteParameter(d -> d.name("/a/b"));
    }
    return List.of();
  }
}
