package io.escala.localaws.cloudformation;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The types of which a laptop has nothing but the record: networks, roles, keys, alarms. One line
 * each for what a change replaces, what else may be said, and what others can refer to. Networks
 * connect nothing, roles permit nothing and keys encrypt nothing here; docs/local-aws.md says so.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html">resource
 *     types</a>
 */
public final class RecordedTypes {
  private static final String IAM = "arn:aws:iam::{account}:";

  private RecordedTypes() {}

  /** All of them. */
  public static List<ResourceType> all() {
    return List.of(
        type("AWS::EC2::VPC")
            .createOnly("CidrBlock", "InstanceTenancy", "Ipv4IpamPoolId", "Ipv4NetmaskLength")
            .updatable("EnableDnsHostnames", "EnableDnsSupport", "Tags")
            .id("vpc-{hex}")
            .attribute("VpcId", "{id}")
            .attribute("CidrBlock", "{=CidrBlock}")
            .attribute("DefaultSecurityGroup", "sg-{hex}")
            .attribute("DefaultNetworkAcl", "acl-{hex}")
            .build(),
        type("AWS::EC2::Subnet")
            .createOnly("VpcId", "CidrBlock", "AvailabilityZone", "Ipv6CidrBlock")
            .updatable("MapPublicIpOnLaunch", "AssignIpv6AddressOnCreation", "Tags")
            .id("subnet-{hex}")
            .attribute("SubnetId", "{id}")
            .attribute("VpcId", "{=VpcId}")
            .attribute("CidrBlock", "{=CidrBlock}")
            .attribute("AvailabilityZone", "{=AvailabilityZone}")
            .build(),
        type("AWS::EC2::RouteTable")
            .createOnly("VpcId")
            .updatable("Tags")
            .id("rtb-{hex}")
            .attribute("RouteTableId", "{id}")
            .build(),
        type("AWS::EC2::Route")
            .createOnly("RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock")
            .updatable("GatewayId", "NatGatewayId", "VpcEndpointId")
            .id("r-{hex}")
            .build(),
        type("AWS::EC2::SubnetRouteTableAssociation")
            .createOnly("RouteTableId", "SubnetId")
            .id("rtbassoc-{hex}")
            .attribute("Id", "{id}")
            .build(),
        type("AWS::EC2::InternetGateway")
            .updatable("Tags")
            .id("igw-{hex}")
            .attribute("InternetGatewayId", "{id}")
            .build(),
        type("AWS::EC2::VPCGatewayAttachment")
            .createOnly("VpcId")
            .updatable("InternetGatewayId", "VpnGatewayId")
            .id("IGW|{=VpcId}")
            .build(),
        type("AWS::EC2::VPCEndpoint")
            .createOnly("VpcId", "ServiceName", "VpcEndpointType", "ServiceRegion")
            .updatable(
                "PolicyDocument",
                "PrivateDnsEnabled",
                "RouteTableIds",
                "SecurityGroupIds",
                "SubnetIds",
                "Tags")
            .id("vpce-{hex}")
            .attribute("Id", "{id}")
            .build(),
        type("AWS::EC2::SecurityGroup")
            .createOnly("GroupDescription", "GroupName", "VpcId")
            .updatable("SecurityGroupEgress", "SecurityGroupIngress", "Tags")
            .id("sg-{hex}")
            .attribute("GroupId", "{id}")
            .attribute("Id", "{id}")
            .attribute("VpcId", "{=VpcId}")
            .build(),
        type("AWS::EC2::SecurityGroupIngress")
            .createOnly(
                "GroupId",
                "IpProtocol",
                "FromPort",
                "ToPort",
                "CidrIp",
                "CidrIpv6",
                "SourceSecurityGroupId",
                "SourcePrefixListId")
            .updatable("Description")
            .id("sgr-{hex}")
            .attribute("Id", "{id}")
            .build(),
        type("AWS::EC2::SecurityGroupEgress")
            .createOnly(
                "GroupId",
                "IpProtocol",
                "FromPort",
                "ToPort",
                "CidrIp",
                "CidrIpv6",
                "DestinationSecurityGroupId",
                "DestinationPrefixListId")
            .updatable("Description")
            .id("sgr-{hex}")
            .attribute("Id", "{id}")
            .build(),
        type("AWS::EC2::FlowLog")
            .createOnly(
                "ResourceId",
                "ResourceType",
                "TrafficType",
                "LogDestination",
                "LogDestinationType",
                "LogGroupName",
                "LogFormat",
                "DeliverLogsPermissionArn",
                "MaxAggregationInterval",
                "DestinationOptions")
            .updatable("Tags")
            .id("fl-{hex}")
            .attribute("Id", "{id}")
            .build(),
        type("AWS::IAM::Role")
            .createOnly("RoleName", "Path")
            .updatable(
                "AssumeRolePolicyDocument",
                "Description",
                "ManagedPolicyArns",
                "MaxSessionDuration",
                "PermissionsBoundary",
                "Policies",
                "Tags")
            .named("RoleName")
            .attribute("Arn", IAM + "role/{id}")
            .attribute("RoleId", "AROA{hex}")
            .build(),
        type("AWS::IAM::Policy")
            .updatable("PolicyDocument", "PolicyName", "Roles", "Users", "Groups")
            .id("{name}")
            .attribute("Id", "{id}")
            .build(),
        type("AWS::IAM::ManagedPolicy")
            .createOnly("ManagedPolicyName", "Path", "Description")
            .updatable("PolicyDocument", "Roles", "Users", "Groups")
            .id(IAM + "policy/{name}")
            .attribute("PolicyArn", "{id}")
            .build(),
        type("AWS::IAM::InstanceProfile")
            .createOnly("InstanceProfileName", "Path")
            .updatable("Roles")
            .named("InstanceProfileName")
            .attribute("Arn", IAM + "instance-profile/{id}")
            .build(),
        type("AWS::KMS::Key")
            .updatable(
                "Description",
                "Enabled",
                "EnableKeyRotation",
                "KeyPolicy",
                "KeySpec",
                "KeyUsage",
                "MultiRegion",
                "PendingWindowInDays",
                "RotationPeriodInDays",
                "Tags")
            .id("{uuid}")
            .attribute("KeyId", "{id}")
            .attribute("Arn", "arn:aws:kms:{region}:{account}:key/{id}")
            .build(),
        type("AWS::KMS::Alias")
            .createOnly("AliasName")
            .updatable("TargetKeyId")
            .named("AliasName")
            .build(),
        type("AWS::Logs::LogGroup")
            .createOnly("LogGroupName")
            .updatable("RetentionInDays", "KmsKeyId", "LogGroupClass", "Tags")
            .named("LogGroupName")
            .attribute("Arn", "arn:aws:logs:{region}:{account}:log-group:{id}:*")
            .build(),
        type("AWS::CloudWatch::Alarm")
            .createOnly("AlarmName")
            .updatable(
                "ActionsEnabled",
                "AlarmActions",
                "AlarmDescription",
                "ComparisonOperator",
                "DatapointsToAlarm",
                "Dimensions",
                "EvaluationPeriods",
                "ExtendedStatistic",
                "InsufficientDataActions",
                "MetricName",
                "Metrics",
                "Namespace",
                "OKActions",
                "Period",
                "Statistic",
                "Tags",
                "Threshold",
                "TreatMissingData",
                "Unit")
            .named("AlarmName")
            .attribute("Arn", "arn:aws:cloudwatch:{region}:{account}:alarm:{id}")
            .build(),
        type("AWS::SNS::Topic")
            .createOnly("TopicName", "FifoTopic")
            .updatable("DisplayName", "KmsMasterKeyId", "Tags")
            .id("arn:aws:sns:{region}:{account}:{name}")
            .attribute("TopicArn", "{id}")
            .attribute("TopicName", "{name}")
            .build(),
        type("AWS::EKS::AccessEntry")
            .createOnly("ClusterName", "PrincipalArn", "Type")
            .updatable("AccessPolicies", "KubernetesGroups", "Tags", "Username")
            .id("{=PrincipalArn}|{=ClusterName}")
            .build(),
        type("AWS::EKS::Addon")
            .createOnly("ClusterName", "AddonName")
            .updatable(
                "AddonVersion",
                "ConfigurationValues",
                "PodIdentityAssociations",
                "PreserveOnDelete",
                "ResolveConflicts",
                "ServiceAccountRoleArn",
                "Tags")
            .id("{=ClusterName}|{=AddonName}")
            .build(),
        type("AWS::EKS::PodIdentityAssociation")
            .createOnly("ClusterName", "Namespace", "ServiceAccount")
            .updatable("DisableSessionTags", "RoleArn", "Tags", "TargetRoleArn")
            .id("a-{hex}")
            .attribute("AssociationId", "{id}")
            .build(),
        type("AWS::CDK::Metadata").updatable("Analytics").id("{name}").build());
  }

  private static Line type(String name) {
    return new Line(name);
  }

  /** A line of the table. */
  private static final class Line {
    private final String name;
    private Set<String> createOnly = Set.of();
    private Set<String> updatable = Set.of();
    private String nameProperty;
    private String id = "{name}";
    private final Map<String, String> attributes = new LinkedHashMap<>();

    Line(String name) {
      this.name = name;
    }

    Line createOnly(String... names) {
      createOnly = Set.copyOf(Arrays.asList(names));
      return this;
    }

    Line updatable(String... names) {
      updatable = Set.copyOf(Arrays.asList(names));
      return this;
    }

    Line named(String property) {
      nameProperty = property;
      return this;
    }

    Line id(String pattern) {
      id = pattern;
      return this;
    }

    Line attribute(String attribute, String pattern) {
      attributes.put(attribute, pattern);
      return this;
    }

    ResourceType build() {
      return new RecordedType(name, createOnly, updatable, nameProperty, id, attributes);
    }
  }
}
