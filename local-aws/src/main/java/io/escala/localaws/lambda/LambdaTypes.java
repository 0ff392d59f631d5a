package io.escala.localaws.lambda;

import io.escala.localaws.cloudformation.ResourceType;
import io.escala.localaws.s3.S3Store;
import java.util.List;

/** The resource types that functions make possible. */
final class LambdaTypes implements AutoCloseable {
  private final CustomResourceAnswers answers = new CustomResourceAnswers();
  private final List<ResourceType> types;

  /** The types over these functions, whose code lies in these buckets. */
  LambdaTypes(Functions functions, S3Store buckets) {
    types =
        List.of(
            new FunctionType(functions, buckets),
            new LayerVersionType(functions, buckets),
            new VersionType(functions),
            new AliasType(functions),
            new PermissionType(functions),
            new CustomResourceType("Custom::*", functions, answers),
            new CustomResourceType("AWS::CloudFormation::CustomResource", functions, answers));
  }

  /** All of them. */
  List<ResourceType> types() {
    return types;
  }

  @Override
  public void close() {
    answers.close();
  }
}
