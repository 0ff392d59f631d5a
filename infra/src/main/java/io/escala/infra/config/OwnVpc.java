package io.escala.infra.config;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A VPC that is there already and stays, with what nobody can look up at synthesis. {@code
 * docs/network.md} says what it must have.
 *
 * @param id {@code vpc-…}
 * @param cidr the IPv4 network that its subnets are part of
 * @param subnets where machines start, in two or three zones
 * @param routeTables of these subnets, for an endpoint to S3; empty: they have one
 * @param endpoints what the VPC has already; the stacks make the others that they need
 * @param serviceAccessGroup the security group on the endpoint to EMR, if that is there already
 */
public record OwnVpc(
    String id,
    String cidr,
    List<Subnet> subnets,
    List<String> routeTables,
    Set<Endpoint> endpoints,
    Optional<String> serviceAccessGroup) {

  public OwnVpc {
    NetworkConfig.VPC_ID.require(id);
    Cidr.vpcNetwork(cidr);
    subnets = List.copyOf(subnets);
    NetworkConfig.requireSpread(subnets);
    NetworkConfig.ROUTE_TABLES.require(routeTables);
    routeTables = List.copyOf(routeTables);
    endpoints = Set.copyOf(endpoints);
    serviceAccessGroup.ifPresent(NetworkConfig.SERVICE_ACCESS_GROUP::require);
    requireNonNull(serviceAccessGroup, "serviceAccessGroup is null");
    if (endpoints.contains(Endpoint.S3) != routeTables.isEmpty()) {
      throw new IllegalArgumentException("either route tables, or an endpoint to S3");
    }
    if (endpoints.contains(Endpoint.EMR) != serviceAccessGroup.isPresent()) {
      throw new IllegalArgumentException("either both of endpoint to EMR and its group, or none");
    }
  }

  /** Whether the VPC has this endpoint already. */
  public boolean has(Endpoint endpoint) {
    return endpoints.contains(endpoint);
  }

  /**
   * Where machines start.
   *
   * @param zone {@code eu-west-1a}
   * @param id {@code subnet-…}
   */
  public record Subnet(String zone, String id) {
    public Subnet {
      requireNonNull(zone, "zone is null");
      requireNonNull(id, "id is null");
    }

    /** The zone without its letter. */
    String region() {
      return zone.substring(0, zone.length() - 1);
    }
  }

  /** An AWS service that the stacks reach from inside a VPC. */
  public enum Endpoint {
    S3("s3"),
    EMR("emr-service-cell01"),
    ECR_API("ecr.api"),
    ECR_DOCKER("ecr.dkr"),
    EKS("eks"),
    EKS_AUTH("eks-auth"),
    EC2("ec2"),
    SSM("ssm"),
    SSM_MESSAGES("ssmmessages");

    private final String label;

    Endpoint(String label) {
      this.label = label;
    }

    /** The end of its service name, which the configuration uses. */
    public String label() {
      return label;
    }
  }
}
