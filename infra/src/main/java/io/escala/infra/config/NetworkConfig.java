package io.escala.infra.config;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toCollection;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where machines are.
 *
 * @param zones over how many availability zones a VPC of ours is spread
 * @param own a VPC that is there already, in the place of ours
 */
public record NetworkConfig(long zones, Optional<OwnVpc> own) {
  private static final String ID = "-([0-9a-f]{8}|[0-9a-f]{17})";

  /**
   * Each zone holds one network interface of the EMR endpoint: roughly 0.01 USD an hour while the
   * stack exists.
   */
  static final Key<Long> ZONES =
      Key.wholeNumber(
          "network.zones",
          2,
          2,
          3,
          "availability zones that EMR may choose from; not with `network.vpcId`");

  static final Key<String> VPC_ID =
      Key.optionalPattern(
          "network.vpcId",
          Pattern.compile("vpc" + ID),
          "the id of a VPC, such as vpc-0123456789abcdef0",
          "a VPC of yours, in the place of one that the app makes ([a VPC of yours](network.md))");

  static final Key<String> VPC_CIDR =
      Key.optionalText(
          "network.vpcCidr",
          "an IPv4 network from /16 to /28, such as 10.20.0.0/16",
          "the addresses of that VPC, which its endpoints let in; required with `network.vpcId`");

  static final Key<List<String>> SUBNETS =
      Key.list(
          "network.subnets",
          Pattern.compile("[a-z]{2,4}(-[a-z]+)+-\\d[a-z]:subnet" + ID),
          "2 or 3 of zone:subnet, such as eu-west-1a:subnet-0123456789abcdef0, with commas between"
              + " them",
          "private subnets of that VPC, each in a zone of its own; required with `network.vpcId`");

  static final Key<List<String>> ROUTE_TABLES =
      Key.list(
          "network.routeTables",
          Pattern.compile("rtb" + ID),
          "ids of route tables, such as rtb-0123456789abcdef0, with commas between them",
          "those of these subnets, which get a way to S3; required with `network.vpcId` unless"
              + " `network.endpoints` has `s3`");

  private static final String NAMES =
      Stream.of(OwnVpc.Endpoint.values()).map(OwnVpc.Endpoint::label).collect(joining(", "));

  static final Key<List<String>> ENDPOINTS =
      Key.list(
          "network.endpoints",
          Pattern.compile(NAMES.replace(".", "\\.").replace(", ", "|")),
          "any of " + NAMES + ", with commas between them",
          "VPC endpoints that that VPC has already, with private DNS; the stacks make the others"
              + " that they need");

  static final Key<String> SERVICE_ACCESS_GROUP =
      Key.optionalPattern(
          "network.serviceAccessGroup",
          Pattern.compile("sg" + ID),
          "the id of a security group, such as sg-0123456789abcdef0",
          "the one on the endpoint to EMR that that VPC has already; required with"
              + " `emr-service-cell01` in `network.endpoints`");

  /** In the order of the documentation. */
  static final List<Key<?>> KEYS =
      List.of(ZONES, VPC_ID, VPC_CIDR, SUBNETS, ROUTE_TABLES, ENDPOINTS, SERVICE_ACCESS_GROUP);

  public NetworkConfig {
    ZONES.require(zones);
    requireNonNull(own, "own is null");
  }

  /** Reads the keys. Contradictions become mistakes of the reader. */
  static NetworkConfig read(ConfigReader reader) {
    long zones = reader.get(ZONES);
    Optional<String> id = reader.find(VPC_ID, VPC_ID::parseOrThrow);
    Optional<String> cidr = reader.find(VPC_CIDR, Cidr::vpcNetwork);
    Optional<List<OwnVpc.Subnet>> subnets = reader.find(SUBNETS, NetworkConfig::subnets);
    List<String> routeTables =
        reader.find(ROUTE_TABLES, text -> once(ROUTE_TABLES.parseOrThrow(text))).orElse(List.of());
    Optional<Set<OwnVpc.Endpoint>> endpoints = reader.find(ENDPOINTS, NetworkConfig::endpoints);
    Optional<String> group = reader.find(SERVICE_ACCESS_GROUP, SERVICE_ACCESS_GROUP::parseOrThrow);
    if (!reader.isGiven(VPC_ID)) {
      for (Key<?> key : List.of(VPC_CIDR, SUBNETS, ROUTE_TABLES, ENDPOINTS, SERVICE_ACCESS_GROUP)) {
        if (reader.isGiven(key)) {
          reader.mistake(
              reader.said(key)
                  + ": describes a VPC of yours, and none is named; give "
                  + VPC_ID.name()
                  + ", or remove it");
        }
      }
      return new NetworkConfig(zones, Optional.empty());
    }
    if (reader.isGiven(ZONES)) {
      reader.mistake(
          reader.said(ZONES)
              + ": contradicts "
              + reader.said(VPC_ID)
              + ", whose zones are those of "
              + SUBNETS.name()
              + "; remove it");
    }
    missing(reader, VPC_CIDR, "nothing is looked up at synthesis");
    missing(reader, SUBNETS, "machines need a place to start in");
    boolean complete =
        id.isPresent()
            && cidr.isPresent()
            && subnets.isPresent()
            && Stream.of(ROUTE_TABLES, ENDPOINTS, SERVICE_ACCESS_GROUP).noneMatch(reader::isWrong);
    if (!reader.isWrong(ENDPOINTS)) {
      Set<OwnVpc.Endpoint> has = endpoints.orElse(Set.of());
      complete &=
          agree(
              reader,
              has.contains(OwnVpc.Endpoint.S3),
              ROUTE_TABLES,
              false,
              "the VPC needs a way to S3: name the route tables of its subnets, which get one, or s3"
                  + " in ",
              "the VPC has its way to S3, as s3 says in ");
      complete &=
          agree(
              reader,
              has.contains(OwnVpc.Endpoint.EMR),
              SERVICE_ACCESS_GROUP,
              true,
              "EMR asks for the security group on its endpoint, which is there already, as"
                  + " emr-service-cell01 says in ",
              "the stack makes the endpoint to EMR, and its group; emr-service-cell01 is not in ");
    }
    return new NetworkConfig(
        zones,
        complete
            ? Optional.of(
                new OwnVpc(
                    id.orElseThrow(),
                    cidr.orElseThrow(),
                    subnets.orElseThrow(),
                    routeTables,
                    endpoints.orElse(Set.of()),
                    group))
            : Optional.empty());
  }

  private static void missing(ConfigReader reader, Key<?> key, String why) {
    if (!reader.isGiven(key)) {
      reader.mistake(
          reader.said(VPC_ID) + ": needs " + key.name() + ", for " + why + "; " + key.allowed());
    }
  }

  /**
   * Whether a key is given when it has to be, and only then.
   *
   * @param there whether the VPC has an endpoint already
   * @param with whether the key belongs to an endpoint that is there, or to one that is not
   */
  private static boolean agree(
      ConfigReader reader,
      boolean there,
      Key<?> key,
      boolean with,
      String lacks,
      String contradicts) {
    if (there == with && !reader.isGiven(key)) {
      reader.mistake(
          reader.said(VPC_ID)
              + ": needs "
              + key.name()
              + "; "
              + lacks
              + ENDPOINTS.name()
              + (with ? "; " + key.allowed() : ""));
      return false;
    }
    if (there != with && reader.isGiven(key)) {
      reader.mistake(
          reader.said(key) + ": " + contradicts + ENDPOINTS.name() + "; remove one of the two");
      return false;
    }
    return true;
  }

  private static List<OwnVpc.Subnet> subnets(String text) {
    List<OwnVpc.Subnet> subnets =
        SUBNETS.parseOrThrow(text).stream()
            .map(each -> each.split(":", 2))
            .map(each -> new OwnVpc.Subnet(each[0], each[1]))
            .toList();
    requireSpread(subnets);
    return subnets;
  }

  /** Two or three of one region, each in a zone of its own. */
  static void requireSpread(List<OwnVpc.Subnet> subnets) {
    if (subnets.size() < 2 || subnets.size() > 3) {
      throw new IllegalArgumentException("must be " + SUBNETS.allowed());
    }
    once(subnets.stream().map(OwnVpc.Subnet::id).toList());
    Set<String> zones = new LinkedHashSet<>();
    for (OwnVpc.Subnet subnet : subnets) {
      if (!zones.add(subnet.zone())) {
        throw new IllegalArgumentException(
            "two subnets are in " + subnet.zone() + "; each needs a zone of its own");
      }
      if (!subnet.region().equals(subnets.get(0).region())) {
        throw new IllegalArgumentException(
            subnets.get(0).zone()
                + " and "
                + subnet.zone()
                + " are of different regions; a VPC is in one");
      }
    }
  }

  private static List<String> once(List<String> ids) {
    for (String id : ids) {
      if (ids.indexOf(id) != ids.lastIndexOf(id)) {
        throw new IllegalArgumentException(id + " is named twice");
      }
    }
    return ids;
  }

  private static Set<OwnVpc.Endpoint> endpoints(String text) {
    return ENDPOINTS.parseOrThrow(text).stream()
        .flatMap(
            label ->
                Arrays.stream(OwnVpc.Endpoint.values())
                    .filter(endpoint -> endpoint.label().equals(label)))
        .collect(toCollection(LinkedHashSet::new));
  }
}
