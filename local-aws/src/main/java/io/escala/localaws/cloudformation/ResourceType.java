package io.escala.localaws.cloudformation;

import java.util.Set;

/**
 * How the endpoint makes, changes and removes resources of one CloudFormation type. A type that no
 * implementation names fails the deployment, and so does a property that the implementation does
 * not read.
 */
public interface ResourceType {

  /**
   * The type in a template, for example {@code AWS::EMR::Cluster}; {@code Custom::*} takes all
   * custom resources.
   */
  String name();

  /**
   * The properties whose change needs a new resource (the registry's {@code createOnlyProperties});
   * one inside another as a path, {@code Instances/Ec2SubnetIds}, through lists too.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html">update
   *     behaviors</a>
   */
  Set<String> createOnly();

  /** Makes a resource. Whatever it throws fails the resource, with the message as the reason. */
  Resource create(ResourceContext context, ResourceProperties properties) throws Exception;

  /** Changes a resource in place. Called only when no {@link #createOnly} property changed. */
  Resource update(
      ResourceContext context, Resource current, ResourceProperties old, ResourceProperties now)
      throws Exception;

  /** Removes a resource; done when it is already gone. */
  void delete(ResourceContext context, Resource current, ResourceProperties properties)
      throws Exception;
}
