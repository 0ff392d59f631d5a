package io.escala.infra.config;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Networks in CIDR notation: those that may reach a public endpoint, and a VPC's. */
final class Cidr {
  private static final Pattern FORM =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})/(\\d{1,2})");

  /** A whole /8 is the largest block that was ever given to one owner. */
  private static final int WIDEST = 8;

  /** Never the sender's address of what arrives at a public endpoint; EKS refuses them too. */
  private static final List<String> NOT_PUBLIC =
      List.of(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.168.0.0/16",
          "224.0.0.0/4",
          "240.0.0.0/4");

  private Cidr() {}

  /**
   * Reads networks with commas between them.
   *
   * @throws IllegalArgumentException if one of them is no network of public addresses, or so wide
   *     that it is no limit, saying which and what to write instead
   */
  static List<String> publicNetworks(String text) {
    List<String> networks = Arrays.stream(text.split(",")).map(String::strip).toList();
    networks.forEach(Cidr::requirePublic);
    return networks;
  }

  /**
   * Reads the network of a VPC.
   *
   * @throws IllegalArgumentException if no VPC has such a one, saying why
   */
  static String vpcNetwork(String network) {
    Matcher form = form(network, "10.20.0.0/16");
    if (bits(form) < 16 || bits(form) > 28) {
      throw wrong(network, "is no network of a VPC, which is from /16 to /28");
    }
    requireStart(form, network);
    return network;
  }

  private static void requirePublic(String network) {
    Matcher form = form(network, "203.0.113.0/24");
    if (bits(form) < WIDEST) {
      throw wrong(
          network,
          "is no limit; name the networks you connect from, none wider than /%d".formatted(WIDEST));
    }
    requireStart(form, network);
    for (String reserved : NOT_PUBLIC) {
      Matcher other = FORM.matcher(reserved);
      long wider = other.matches() ? mask(Math.min(bits(form), bits(other))) : 0;
      if ((address(form) & wider) == (address(other) & wider)) {
        throw wrong(
            network, "is not public; give the addresses that your network has on the internet");
      }
    }
  }

  private static Matcher form(String network, String example) {
    Matcher form = FORM.matcher(network);
    if (!form.matches() || bits(form) > 32 || address(form) < 0) {
      throw wrong(network, "is no IPv4 network; write it like " + example);
    }
    return form;
  }

  private static void requireStart(Matcher form, String network) {
    long start = address(form) & mask(bits(form));
    if (start != address(form)) {
      throw wrong(
          network,
          "has bits set beyond its prefix; the network is %s/%d"
              .formatted(dotted(start), bits(form)));
    }
  }

  private static IllegalArgumentException wrong(String network, String what) {
    return new IllegalArgumentException(network + " " + what);
  }

  private static int bits(Matcher form) {
    return Integer.parseInt(form.group(5));
  }

  /** The 32 bits before the slash; negative if one of the four numbers is above 255. */
  private static long address(Matcher form) {
    long address = 0;
    for (int part = 1; part <= 4; part++) {
      int number = Integer.parseInt(form.group(part));
      if (number > 255) {
        return -1;
      }
      address = address << 8 | number;
    }
    return address;
  }

  private static long mask(int bits) {
    return bits == 0 ? 0 : 0xFFFF_FFFFL << (32 - bits) & 0xFFFF_FFFFL;
  }

  private static String dotted(long address) {
    return "%d.%d.%d.%d"
        .formatted(address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
  }
}
